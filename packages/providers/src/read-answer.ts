import type { Answer, ReadAnswer } from "./answer.ts";
import { contentText, readUsage, toolCall } from "./read-parts.ts";
import { isObject, parseJson, textOrNull, type WireObject } from "./wire.ts";

export const NOTHING_READ: ReadAnswer = {
  answer: null,
  usage: null,
  response_model: null,
  system_fingerprint: null,
  complete: false,
  stream_error: null,
  first_token_offset: null,
};

/** Reads a chat completion that came as one JSON body. What is no JSON gives no answer and is not complete. */
export function readAnswer(text: string): ReadAnswer {
  const body = parseJson(text);
  if (!isObject(body)) return NOTHING_READ;
  return {
    ...NOTHING_READ,
    answer: answerOf(body["choices"]),
    usage: readUsage(body["usage"]),
    response_model: textOrNull(body["model"]),
    system_fingerprint: textOrNull(body["system_fingerprint"]),
    complete: true,
  };
}

function answerOf(choices: unknown): Answer | null {
  if (!Array.isArray(choices)) return null;
  const all = choices.filter(isObject);
  const first = all.find((choice) => choice["index"] === 0) ?? all[0];
  if (first === undefined || !isObject(first["message"])) return null;
  const message = first["message"];
  return withoutEmptyText({
    text: contentText(message["content"]),
    refusal: textOrNull(message["refusal"]) ?? refusalPart(message["content"]),
    tool_calls: toolCallsOf(message).map(toolCall),
    finish_reason: textOrNull(first["finish_reason"]),
    choices: all.length,
  });
}

/** Beside tool calls or a refusal some servers send an empty text and some none: both say nothing. */
export function withoutEmptyText(answer: Answer): Answer {
  const saysOther = answer.tool_calls.length > 0 || answer.refusal !== null;
  return answer.text === "" && saysOther ? { ...answer, text: null } : answer;
}

function toolCallsOf(message: WireObject): readonly unknown[] {
  const calls = message["tool_calls"];
  if (Array.isArray(calls) && calls.length > 0) return calls;
  return isObject(message["function_call"]) ? [message["function_call"]] : [];
}

function refusalPart(content: unknown): string | null {
  if (!Array.isArray(content)) return null;
  const part = content.filter(isObject).find((candidate) => candidate["type"] === "refusal");
  return textOrNull(part?.["refusal"]);
}
