import { streamErrorEvent } from "./api-error.ts";
import type { ChatRequest } from "./chat-request.ts";
import { type Completion, completionBody } from "./completion.ts";
import { completionEvents } from "./completion-stream.ts";
import type { JsonObject } from "./json.ts";

/** What was asked: the body as it came, and the chat request that was made of it. */
export interface Question {
  readonly body: JsonObject;
  readonly request: ChatRequest;
}

/** One wire format: how its requests are put to the simulated model, which knows chat alone, and how answers are written. */
export interface Wire {
  /** The content type of its streams, and how their texts are written; server-sent events in UTF-8 where it is left out. */
  readonly stream?: { readonly type: string; readonly encoding: BufferEncoding };
  /** The request as a chat body. Throws `RefusedRequest`. */
  readonly asChat: (body: JsonObject) => JsonObject;
  /** The body of an answer that is not streamed. */
  readonly whole: (completion: Completion, question: Question) => string;
  /** The events of a streamed answer, its end included. */
  readonly events: (completion: Completion, question: Question) => readonly string[];
  /** The event that breaks off a stream which had begun well, with the events before it. */
  readonly errorEvent: (sent: readonly string[]) => string;
  /** An event with half of its JSON. */
  readonly brokenEvent: string;
}

export const CHAT_WIRE: Wire = {
  asChat: (body) => body,
  whole: completionBody,
  events: (completion, { request }) => completionEvents(completion, request.includeUsage),
  errorEvent: streamErrorEvent,
  brokenEvent: 'data: {"id":"chatcmpl-\n\n',
};
