import type { Answer } from "@understudy/contracts";
import { contentText, toolCallsOf } from "./read-parts.ts";
import { collectToolCalls } from "./streamed-tool-calls.ts";
import { isObject, textOrNull, type WireObject } from "../wire.ts";

/** Fields of a delta in which a first token may come; hidden reasoning is the model at work too. */
const TOKEN_FIELDS = ["content", "refusal", "reasoning", "reasoning_content", "tool_calls", "function_call"] as const;

/** One choice of a streamed answer, put together from its deltas. */
export interface StreamedChoice {
  /** True when the piece brings a token. */
  add(piece: WireObject): boolean;
  /** True when a finish reason has come: some servers end there and never send `[DONE]`. */
  isFinished(): boolean;
  finished(): Omit<Answer, "choices">;
}

export function collectChoice(): StreamedChoice {
  const texts: string[] = [];
  const refusals: string[] = [];
  const calls = collectToolCalls();
  let finishReason: string | null = null;
  let saidInDeltas = false;

  const addText = (text: string | null): void => void (text === null || texts.push(text));
  const addRefusal = (text: unknown): void => void (typeof text === "string" && refusals.push(text));
  const addCalls = (message: WireObject): void => toolCallsOf(message).forEach((call) => calls.add(call));

  const addDelta = (delta: WireObject): void => {
    addText(contentText(delta["content"]));
    addRefusal(delta["refusal"]);
    addCalls(delta);
  };
  /** The whole message again, in a last chunk: only what no delta has said. */
  const addMissing = (message: WireObject): void => {
    if (texts.join("") === "") addText(contentText(message["content"]));
    if (refusals.join("") === "") addRefusal(message["refusal"]);
    if (calls.finished().length === 0) addCalls(message);
  };

  return {
    add(piece) {
      const { delta, message } = piece as { delta?: unknown; message?: unknown };
      const bringsDelta = isObject(delta) && bringsToken(delta);
      if (isObject(delta)) addDelta(delta);
      saidInDeltas ||= bringsDelta;
      if (isObject(message)) (saidInDeltas ? addMissing : addDelta)(message);
      addText(textOrNull(piece["text"]));
      finishReason = textOrNull(piece["finish_reason"]) ?? finishReason;
      return bringsDelta || (isObject(message) && bringsToken(message)) || isFilled(piece["text"]);
    },
    isFinished: () => finishReason !== null,
    finished: () => ({
      text: texts.length === 0 ? null : texts.join(""),
      refusal: refusals.join("") || null,
      tool_calls: calls.finished(),
      finish_reason: finishReason,
    }),
  };
}

function bringsToken(delta: WireObject): boolean {
  return TOKEN_FIELDS.some((field) => isFilled(delta[field]));
}

function isFilled(value: unknown): boolean {
  if (typeof value === "string" || Array.isArray(value)) return value.length > 0;
  return isObject(value);
}
