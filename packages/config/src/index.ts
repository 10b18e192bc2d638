export {
  type Config,
  type Deployment,
  type Experiment,
  FAILURE_KINDS,
  type FailureKind,
  type GatewaySettings,
  type Margins,
  type Payloads,
  type Price,
  type RouterSettings,
  ROUTING_STRATEGIES,
  type RoutingStrategy,
  type SilentModel,
  type SilentTarget,
} from "./config.ts";
export { describeConfig } from "./describe.ts";
export type { ProcessEnv } from "./environment.ts";
export { ConfigError, type Fault, faultLine } from "./fault.ts";
export { loadConfigFile } from "./load-file.ts";
export { DEFAULT_MARGINS } from "./margins.ts";
export { matchWildcard, modelGroupOf } from "./model-groups.ts";
export { experimentId, nearestName } from "./names.ts";
export { resolveConfig } from "./resolve.ts";
export { secretsOf } from "./secrets.ts";
