import type { Answer, ReadAnswer } from "@understudy/contracts";
import { NOTHING_READ } from "../nothing-read.ts";
import { contentText, toolCall, toolCallsOf } from "./read-parts.ts";
import { readUsage } from "../read-usage.ts";
import { errorIn } from "./stream-event.ts";
import { isObject, textOrNull, type WireObject } from "../wire.ts";

/** Reads a chat completion that came as one JSON body. What is no object gives no answer and is not complete. */
export function readAnswer(json: unknown, thinkingInTotal = false): ReadAnswer {
  const body: unknown = Array.isArray(json) && json.length === 1 ? json[0] : json;
  if (!isObject(body)) return NOTHING_READ;
  const error = errorIn(body);
  return {
    ...NOTHING_READ,
    answer: answerOf(body["choices"]),
    usage: readUsage(body["usage"], thinkingInTotal),
    response_model: textOrNull(body["model"]),
    system_fingerprint: textOrNull(body["system_fingerprint"]),
    complete: error === null,
    error_body: error,
  };
}

function answerOf(choices: unknown): Answer | null {
  if (!Array.isArray(choices)) return null;
  const all = choices.filter(isObject);
  const first = all.find((choice) => choice["index"] === 0) ?? all[0];
  const message = messageOf(first);
  if (first === undefined || message === undefined) return null;
  return withoutEmptyText({
    text: contentText(message["content"]),
    refusal: textOrNull(message["refusal"]) ?? refusalPart(message["content"]),
    tool_calls: toolCallsOf(message).map(toolCall),
    finish_reason: textOrNull(first["finish_reason"]),
    choices: all.length,
  });
}

/** Some servers send a chunk of a stream, or a text completion, where a whole message was asked for. */
function messageOf(choice: WireObject | undefined): WireObject | undefined {
  const text = choice?.["text"];
  return [choice?.["message"], choice?.["delta"], typeof text === "string" ? { content: text } : null].find(isObject);
}

/** Beside tool calls or a refusal some servers send an empty text and some none: both say nothing. */
export function withoutEmptyText(answer: Answer): Answer {
  const saysOther = answer.tool_calls.length > 0 || answer.refusal !== null;
  return answer.text === "" && saysOther ? { ...answer, text: null } : answer;
}

function refusalPart(content: unknown): string | null {
  if (!Array.isArray(content)) return null;
  const part = content.filter(isObject).find((candidate) => candidate["type"] === "refusal");
  return textOrNull(part?.["refusal"]);
}
