export { CallFailedError } from "./call-failed-error.ts";
export type { ChatCompletion, ChatCompletionChunk, CompletionRequest } from "./chat-types.ts";
export { Router, type RouterConfig, type RouterOptions } from "./router.ts";
