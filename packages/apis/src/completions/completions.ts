import { numberOrNull, type WireObject } from "../wire.ts";
import type { Api, RequestFault } from "../api.ts";
import { ChatEnd } from "../chat/chat-end.ts";
import { chat } from "../chat/chat.ts";
import { faultOfStream } from "../chat/fault-of-chat.ts";
import { valueFollows } from "../plain-answer.ts";
import { namesIn } from "../request-names.ts";
import { mockedText } from "./mocked-text.ts";

/** Parameters of chat's that mean the same here, and those that chat does not have. */
const TAKEN: ReadonlySet<string> = new Set([
  "max_tokens",
  "temperature",
  "top_p",
  "n",
  "stop",
  "seed",
  "presence_penalty",
  "frequency_penalty",
  "logit_bias",
  "user",
  "best_of",
  "echo",
  "suffix",
]);

/** OpenAI's older completions: a prompt for messages and a text for a message, otherwise answered as chat is. */
export const completions: Api = {
  ...chat,
  name: "completions",
  paths: ["/completions"],
  asks: "prompt",
  takesDefault: (param) => TAKEN.has(param),
  keptBack: () => ["metadata", "litellm_metadata"],
  faultOf: faultOfCompletions,
  view(body) {
    const texts = promptsOf(body).filter((prompt) => typeof prompt === "string");
    return {
      instructions: [],
      turns: [{ role: "user", texts, others: [], toolCalls: [] }],
      last: texts,
      tools: [],
      toolChoice: { kind: "auto" },
      schema: null,
      asksForJson: false,
      stream: body["stream"] === true,
      get names() {
        return namesIn(body);
      },
    };
  },
  silent: { ...chat.silent, stores: "never" },
  watchEnd: (body) => new ChatEnd(Math.max(1, numberOrNull(body["n"]) ?? 1) * promptsOf(body).length),
  isPlainAnswer,
  mocked: mockedText,
  litellmCall: "atext_completion",
};

function faultOfCompletions({ prompt, stream }: WireObject): RequestFault | null {
  if ((typeof prompt !== "string" && !Array.isArray(prompt)) || (Array.isArray(prompt) && prompt.length === 0)) {
    return { param: "prompt", message: "`prompt` must be a text, or a list with at least one." };
  }
  return faultOfStream(stream);
}

/** Each gets choices of its own. A list of numbers is one prompt, in tokens. */
function promptsOf({ prompt }: WireObject): readonly unknown[] {
  return Array.isArray(prompt) && typeof prompt[0] !== "number" ? (prompt as readonly unknown[]) : [prompt];
}

const CHOICES = Buffer.from('"choices"');
const TEXT = Buffer.from('"text"');
const OPENED = /^\s*:\s*\[\s*\{/;
const A_TEXT = /^\s*:\s*"/;

/** It has a choice with a text. */
function isPlainAnswer(body: Buffer): boolean {
  const choices = body.indexOf(CHOICES);
  if (choices === -1 || !valueFollows(body, choices + CHOICES.length, OPENED)) return false;
  const text = body.indexOf(TEXT, choices);
  return text !== -1 && valueFollows(body, text + TEXT.length, A_TEXT);
}
