import type { Choice } from "../answer/compose.ts";
import { simulatedFailure } from "../api-error.ts";
import type { Completion } from "../completion.ts";
import { type JsonObject, objectOf } from "../json.ts";
import { piecesOf } from "../tokens.ts";
import type { Question, Wire } from "../wire.ts";
import { geminiAsChat, signatureOf } from "./gemini-request.ts";
import { googleError } from "./google-error.ts";

/** Google's generateContent: whole, or as answers each of which has the new parts. Calls have no id. */
export const GEMINI_WIRE: Wire = {
  asChat: geminiAsChat,
  whole(completion, question) {
    const parts = frames(completion, question).flat();
    return JSON.stringify(answerOf(completion, parts, { ...finishOf(completion), ...usageOf(completion, question) }));
  },
  events(completion, question) {
    const all = frames(completion, question);
    const last = { ...finishOf(completion), ...usageOf(completion, question) };
    const told = all.map((parts, index) => answerOf(completion, parts, index === all.length - 1 ? last : {}));
    return told.map(eventOf);
  },
  errorEvent: () => eventOf(googleError(simulatedFailure(503))),
  brokenEvent: 'data: {"candidates": [{"cont\r\n\r\n',
};

function eventOf(answer: object): string {
  return `data: ${JSON.stringify(answer)}\r\n\r\n`;
}

interface Ending {
  readonly finishReason?: string;
  readonly usageMetadata?: object;
}

function answerOf(
  { id, model }: Completion,
  parts: readonly object[],
  { finishReason, usageMetadata }: Ending,
): object {
  const candidate = {
    content: { parts, role: "model" },
    ...(finishReason === undefined ? {} : { finishReason }),
    index: 0,
  };
  return {
    candidates: [candidate],
    ...(usageMetadata === undefined ? {} : { usageMetadata }),
    modelVersion: model,
    responseId: id.replace("chatcmpl-", ""),
  };
}

const THOUGHT = "The question is plain. I answer it in a few words.";

/** The parts, one list for each event of a stream. */
function frames({ choices }: Completion, { body }: Question): readonly (readonly object[])[] {
  const [choice] = choices;
  const thoughts = showsThoughts(body) ? [[{ text: THOUGHT, thought: true }]] : [];
  const texts = (choice?.pieces ?? []).map((text) => [{ text }]);
  const call = choice?.toolCall ?? null;
  const calls = call === null ? [] : [[callPart(call)]];
  const all = [...thoughts, ...texts, ...calls];
  return all.length === 0 ? [[{ text: "" }]] : all;
}

function callPart({ name, pieces }: NonNullable<Choice["toolCall"]>): object {
  const args = JSON.parse(pieces.join("")) as unknown;
  return { functionCall: { name, args }, thoughtSignature: signatureOf(name) };
}

function showsThoughts(body: JsonObject): boolean {
  return objectOf(objectOf(body["generationConfig"])["thinkingConfig"])["includeThoughts"] === true;
}

/** There is no word for an end that wants a tool called. */
const FINISH_REASONS: Readonly<Record<Choice["finishReason"], string>> = {
  stop: "STOP",
  length: "MAX_TOKENS",
  tool_calls: "STOP",
  content_filter: "SAFETY",
};

function finishOf({ choices }: Completion): Ending {
  return { finishReason: FINISH_REASONS[choices[0]?.finishReason ?? "stop"] };
}

/** Thoughts are counted beside what is said, and what came from the cache within the prompt. */
function usageOf({ usage }: Completion, { body }: Question): Ending {
  const { promptTokens, cachedTokens, completionTokens } = usage;
  const thoughts = showsThoughts(body) ? piecesOf(THOUGHT).length : 0;
  return {
    usageMetadata: {
      promptTokenCount: promptTokens,
      ...(cachedTokens === 0 ? {} : { cachedContentTokenCount: cachedTokens }),
      candidatesTokenCount: completionTokens,
      ...(thoughts === 0 ? {} : { thoughtsTokenCount: thoughts }),
      totalTokenCount: promptTokens + completionTokens + thoughts,
    },
  };
}
