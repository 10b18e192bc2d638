export { type Clouds, NO_CLOUDS } from "./clouds/clouds.ts";
export {
  type ClientKey,
  type Config,
  type Deployment,
  type Experiment,
  type GatewaySettings,
  type JudgeSettings,
  type Margins,
  type MockAnswer,
  type Payloads,
  type Price,
  type ReplaySettings,
  type ReviewSettings,
  type RouterSettings,
  type SampleBy,
  ROUTING_STRATEGIES,
  type RoutingStrategy,
  type SilentModel,
  type SilentTarget,
  type VerdictSettings,
} from "./config.ts";
export { type CallWords, describeConfig, ignoredLines } from "./describe.ts";
export type { ProcessEnv } from "./environment.ts";
export { type ExperimentBetween, experimentBetween, reverseBetween } from "./experiment-between.ts";
export { ConfigError, type Fault, faultLine, type Unserved, unservedLine } from "./fault.ts";
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
export {
  asksForSomething,
  CHECK_TYPES,
  type CheckFile,
  type CheckType,
  type OwnCheck,
  type OwnChecks,
  ownChecksOf,
  type OwnCheckSet,
  rubricsOf,
  type RubricSet,
} from "./own-checks/own-check.ts";
export { loadCheckFile } from "./own-checks/load-check-file.ts";
export { findReplayModel } from "./replay-model.ts";
export { type NetworkSettings, PLAIN_NETWORK, type TlsSettings } from "./network.ts";
export { resolveConfig } from "./resolve.ts";
export { publicUrl } from "./public-url.ts";
export { secretsOf } from "./secrets.ts";
export { quoted, shown } from "./shown.ts";
export { parseDuration } from "./units.ts";
export { DEFAULT_VERDICT } from "./verdict-settings.ts";
