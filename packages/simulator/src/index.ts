export { awsSecretOf, awsTokenOf } from "./bedrock/refuse-signature.ts";
export { type DemoMessage, type DemoRequest, demoRequests } from "./demo-prompts.ts";
export { UnknownFaultError } from "./fault.ts";
export type { RequestEnd, RequestPredicate, SeenRequest } from "./seen-requests.ts";
export { createSimulator, type Simulator, type SimulatorOptions } from "./simulator.ts";
export { runSimulator } from "./run-simulator.ts";
