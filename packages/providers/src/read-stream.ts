import type { Answer, ReadAnswer, Usage } from "./answer.ts";
import { readFailureBody } from "./failure-body.ts";
import { NOTHING_READ, withoutEmptyText } from "./read-answer.ts";
import { contentText, readUsage } from "./read-parts.ts";
import { type SseEvent, sseEvents } from "./sse-events.ts";
import { collectToolCalls } from "./streamed-tool-calls.ts";
import { isObject, parseJson, textOrNull, type WireObject } from "./wire.ts";

/** Fields of a delta in which a first token may come; hidden reasoning is the model at work too. */
const TOKEN_FIELDS = ["content", "refusal", "reasoning", "reasoning_content", "tool_calls", "function_call"] as const;

/**
 * Reads a streamed chat completion from all its bytes. An event that is no JSON leaves no answer; a stream cut short
 * leaves what had come. Linear in the number of bytes.
 */
export function readStream(bytes: Uint8Array): ReadAnswer {
  const reader = createReader();
  for (const event of sseEvents(bytes)) {
    if (!reader.take(event)) break;
  }
  return reader.result();
}

interface Reader {
  /** False when nothing after this event counts. */
  take(event: SseEvent): boolean;
  result(): ReadAnswer;
}

function createReader(): Reader {
  const choice = collectChoice();
  const heard = { done: false, malformed: false, error: null as string | null, firstToken: null as number | null };
  const facts = { usage: null as Usage | null, model: null as string | null, fingerprint: null as string | null };

  const takeChunk = (chunk: WireObject, event: SseEvent): void => {
    facts.model ??= textOrNull(chunk["model"]);
    facts.fingerprint ??= textOrNull(chunk["system_fingerprint"]);
    facts.usage = usageOf(chunk) ?? facts.usage;
    if (choice.add(chunk["choices"])) heard.firstToken ??= event.end;
  };

  return {
    take(event) {
      if (event.data === "[DONE]") {
        heard.done = true;
        return false;
      }
      const chunk = parseJson(event.data);
      if (!isObject(chunk)) {
        heard.malformed ||= event.closed && event.name !== "ping" && event.data.trim() !== "";
      } else if (isError(chunk, event.name)) heard.error ??= readFailureBody(event.data).message || "unknown error";
      else takeChunk(chunk, event);
      return true;
    },
    result: () => ({
      ...NOTHING_READ,
      answer: heard.malformed ? null : choice.finished(),
      usage: facts.usage,
      response_model: facts.model,
      system_fingerprint: facts.fingerprint,
      complete: (heard.done || choice.isFinished()) && !heard.malformed && heard.error === null,
      stream_error: heard.error,
      first_token_offset: heard.firstToken,
    }),
  };
}

function isError(chunk: WireObject, eventName: string): boolean {
  const error = chunk["error"];
  return eventName === "error" || chunk["type"] === "error" || (error !== undefined && error !== null);
}

function usageOf(chunk: WireObject): Usage | null {
  const groq = chunk["x_groq"];
  return readUsage(chunk["usage"]) ?? (isObject(groq) ? readUsage(groq["usage"]) : null);
}

interface StreamedChoice {
  /** True when one of the chunk's choices brings a token. */
  add(choices: unknown): boolean;
  /** True when a finish reason has come: some servers end there and never send `[DONE]`. */
  isFinished(): boolean;
  /** Null when no choice was seen. */
  finished(): Answer | null;
}

function collectChoice(): StreamedChoice {
  const indexes = new Set<unknown>();
  const texts: string[] = [];
  const refusals: string[] = [];
  const calls = collectToolCalls();
  let finishReason: string | null = null;

  const addDelta = (delta: WireObject): void => {
    const text = contentText(delta["content"]);
    if (text !== null) texts.push(text);
    if (typeof delta["refusal"] === "string") refusals.push(delta["refusal"]);
    const deltas = delta["tool_calls"];
    if (Array.isArray(deltas)) deltas.forEach((call) => calls.add(call));
    if (isObject(delta["function_call"])) calls.add(delta["function_call"]);
  };

  return {
    add(choices) {
      let brought = false;
      for (const choice of Array.isArray(choices) ? choices.filter(isObject) : []) {
        const index = choice["index"] ?? 0;
        const delta = [choice["delta"], choice["message"]].find(isObject) ?? {};
        indexes.add(index);
        brought ||= TOKEN_FIELDS.some((field) => isFilled(delta[field]));
        if (index !== 0) continue;
        addDelta(delta);
        finishReason = textOrNull(choice["finish_reason"]) ?? finishReason;
      }
      return brought;
    },
    isFinished: () => finishReason !== null,
    finished() {
      if (indexes.size === 0) return null;
      return withoutEmptyText({
        text: texts.length === 0 ? null : texts.join(""),
        refusal: refusals.join("") || null,
        tool_calls: calls.finished(),
        finish_reason: finishReason,
        choices: indexes.size,
      });
    },
  };
}

function isFilled(value: unknown): boolean {
  if (typeof value === "string" || Array.isArray(value)) return value.length > 0;
  return isObject(value);
}
