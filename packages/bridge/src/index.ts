export { type BridgeCall, bridgedAnswer, type BridgedAnswer } from "./bridge.ts";
export { CannotCarryError } from "./asked/asked.ts";
export { UnreadableAnswerError } from "./crossing.ts";
