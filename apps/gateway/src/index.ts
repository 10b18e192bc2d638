export { type AfterAnswer, createAfterAnswer } from "./after/after-answer.ts";
export type { QueueSummary } from "./queues-desk.ts";
export { createGateway, type Gateway, type GatewayDeps } from "./gateway.ts";
