import "./node-version.ts";

export type {
  Answer,
  ApiName,
  Attempt,
  CallError,
  CallRecord,
  CallStatus,
  Change,
  ErrorKind,
  Role,
  Timing,
  ToolCall,
  Usage,
} from "@understudy/contracts";
export { ConfigError, type Fault } from "@understudy/config";
export type { LogFields, Logger } from "@understudy/runtime";
export { CallFailedError } from "./call-failed-error.ts";
export { type CallOptions, Router, type RouterConfig, type RouterOptions } from "./router.ts";
export type { ChatCompletion, ChatCompletionChunk, ChatMessage, CompletionRequest } from "./wire/chat.ts";
export type { Embeddings, EmbeddingsRequest } from "./wire/embeddings.ts";
export type { Message, MessageBlock, MessageEvent, MessageParam, MessagesRequest } from "./wire/messages.ts";
export type { ModelResponse, ResponseEvent, ResponseItem, ResponsesRequest } from "./wire/responses.ts";
