export type { QueueSummary } from "./queues-desk.ts";
export { createGateway, type Gateway, type GatewayDeps } from "./gateway.ts";
