import type { Api } from "../api.ts";
import { OPENAI_ERRORS } from "../client-error.ts";
import { isPlainChat } from "./plain-chat.ts";
import { viewChat } from "./chat-view.ts";
import { faultOfChat } from "./fault-of-chat.ts";
import { numberOrNull } from "../wire.ts";
import { ChatEnd } from "./chat-end.ts";
import { readChat } from "./read-chat.ts";
import { COMMENT } from "../framing.ts";
import { CHAT_SILENTLY } from "./silent-rules.ts";
import { openingEvent, opensUsually } from "./stream-event.ts";
import { mockedChat } from "./mocked-chat.ts";

/** OpenAI's chat completions. */
export const chat: Api = {
  name: "chat",
  paths: ["/chat/completions"],
  asks: "messages",
  faultOf: faultOfChat,
  view: viewChat,
  beside: { counts: null, counted: null, kept: [] },
  following: null,
  forwards: null,
  usualHeaders: {},
  takesDefault: () => true,
  // `metadata` goes on where the client asks the provider to store the answer under it.
  keptBack: (body) => (body["store"] === true ? ["litellm_metadata"] : ["metadata", "litellm_metadata"]),
  asksForUsage: true,
  speaks: true,
  silent: CHAT_SILENTLY,
  read: readChat,
  watchEnd: (body) => new ChatEnd(Math.max(1, numberOrNull(body["n"]) ?? 1)),
  opening(bytes) {
    if (opensUsually(bytes)) return "answer";
    const event = openingEvent(bytes);
    if (event === null) return null;
    if (event.kind === "error") return { error: event.body };
    return event.kind === "end" ? { nothing: "a stream that ends before it says anything" } : "answer";
  },
  isPlainAnswer: isPlainChat,
  mocked: mockedChat,
  litellmCall: "acompletion",
  ping: COMMENT,
  ...OPENAI_ERRORS,
};
