import type { Api } from "../api.ts";
import { faultOfChat } from "../chat/fault-of-chat.ts";
import { isObject } from "../wire.ts";
import { ANTHROPIC_ERRORS } from "./anthropic-errors.ts";
import { MessagesEnd } from "./messages-end.ts";
import { viewMessages } from "./messages-view.ts";
import { isPlainMessage } from "./plain-message.ts";
import { readMessages } from "./read-messages.ts";
import { MESSAGES_SILENTLY } from "./silent-rules.ts";
import { openingEvent } from "./stream-event.ts";
import { mockedMessage } from "./mocked-message.ts";

const SHARED_WITH_CHAT: ReadonlySet<string> = new Set(["max_tokens", "temperature", "top_p", "top_k", "thinking"]);

/** Anthropic's Messages. */
export const messages: Api = {
  name: "messages",
  paths: ["/messages"],
  asks: "messages",
  faultOf: faultOfChat,
  view: viewMessages,
  beside: { counts: "/count_tokens", counted: (input_tokens) => ({ input_tokens }), kept: [] },
  following: null,
  // The list is open: new ones come with new versions. Credentials are the deployment's.
  forwards: /^anthropic-(?!.*(?:auth|api-key|secret|credential))/i,
  usualHeaders: { "anthropic-version": "2023-06-01" },
  takesDefault: (param) => SHARED_WITH_CHAT.has(param),
  // Anthropic's own `metadata` names a user and holds nothing else; what LiteLLM's clients put there is for our logs.
  keptBack: ({ metadata }) =>
    isObject(metadata) && !("user_id" in metadata) ? ["metadata", "litellm_metadata"] : ["litellm_metadata"],
  asksForUsage: false,
  speaks: true,
  silent: MESSAGES_SILENTLY,
  read: readMessages,
  watchEnd: () => new MessagesEnd(),
  opening(bytes) {
    const event = openingEvent(bytes);
    if (event === null) return null;
    if (event.kind === "error") return { error: event.body };
    return event.kind === "piece" && event.type === "message_stop"
      ? { nothing: "a stream that ends before it says anything" }
      : "answer";
  },
  isPlainAnswer: isPlainMessage,
  mocked: mockedMessage,
  litellmCall: "anthropic_messages",
  ping: 'event: ping\ndata: {"type": "ping"}\n\n',
  ...ANTHROPIC_ERRORS,
};
