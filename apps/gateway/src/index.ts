export { type AfterAnswer, createAfterAnswer } from "./after/after-answer.ts";
export { createGateway, type Gateway, type GatewayDeps } from "./gateway.ts";
export { runGateway } from "./run-gateway.ts";
export { modelToTry } from "./model-to-try.ts";
export type { NextLabel } from "./control/label-control.ts";
export { openApiDocument } from "./openapi/document.ts";
