export {
  type Config,
  type Deployment,
  type Experiment,
  FAILURE_KINDS,
  type FailureKind,
  type GatewaySettings,
  type Payloads,
  type Price,
  type RouterSettings,
  ROUTING_STRATEGIES,
  type RoutingStrategy,
  type SilentModel,
  type SilentTarget,
} from "./config.ts";
export { ConfigError, type Fault, faultLine } from "./fault.ts";
