export {
  type Config,
  type Deployment,
  type Experiment,
  FAILURE_KINDS,
  type FailureKind,
  type GatewaySettings,
  type JudgeSettings,
  type Margins,
  type Payloads,
  type Price,
  type ReplaySettings,
  type ReviewSettings,
  type RouterSettings,
  ROUTING_STRATEGIES,
  type RoutingStrategy,
  type SilentModel,
  type SilentTarget,
} from "./config.ts";
export { describeConfig } from "./describe.ts";
export type { ProcessEnv } from "./environment.ts";
export { ConfigError, type Fault, faultLine } from "./fault.ts";
export {
  type FileSink,
  HTTP_FORMATS,
  type HttpSink,
  type LangfuseSink,
  type LoggingSettings,
  type MetricsTarget,
  type OtelSink,
  type OtlpTarget,
  type S3Access,
  type S3BatchSink,
  type S3Sink,
  type SinkKind,
  type SinkSettings,
  type TraceSampler,
  WEBHOOK_EVENTS,
  type WebhookEvent,
  type WebhookSettings,
  type WinstonSink,
} from "./logging/logging.ts";
export { loadConfigFile } from "./load-file.ts";
export { DEFAULT_MARGINS } from "./margins.ts";
export { matchWildcard, modelGroupOf } from "./model-groups.ts";
export { experimentId, nearestName, replayExperimentId } from "./names.ts";
export { findReplayModel } from "./replay-model.ts";
export { resolveConfig } from "./resolve.ts";
export { secretsOf } from "./secrets.ts";
export { parseDuration } from "./units.ts";
