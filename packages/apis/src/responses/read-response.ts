import type { Answer, ReadAnswer } from "@understudy/contracts";
import { withoutEmptyText } from "../chat/read-answer.ts";
import { contentText } from "../chat/read-parts.ts";
import { errorIn } from "../chat/stream-event.ts";
import { NOTHING_READ } from "../nothing-read.ts";
import { readUsage } from "../read-usage.ts";
import { isObject, textOrNull, type WireObject } from "../wire.ts";
import { objectsOf } from "./items.ts";
import { callIn } from "./client-calls.ts";

/** Reads a response that came as one JSON body. What is no object gives no answer and is not complete. */
export function readResponse(json: unknown, thinkingInTotal: boolean): ReadAnswer {
  const body: unknown = Array.isArray(json) && json.length === 1 ? json[0] : json;
  if (!isObject(body)) return NOTHING_READ;
  const isResponse = body["object"] === "response" || Array.isArray(body["output"]);
  const error = isResponse ? failureOf(body) : errorIn(body);
  return {
    ...NOTHING_READ,
    answer: isResponse ? answerOf(objectsOf(body["output"]), finishOf(body)) : null,
    usage: readUsage(body["usage"], thinkingInTotal),
    response_model: textOrNull(body["model"]),
    complete: error === null,
    error_body: error,
  };
}

/** What a response says of its failure, as JSON and without the settings that it repeats; null when it did not fail. */
export function failureOf({ status, error }: WireObject): string | null {
  if (isObject(error)) return JSON.stringify({ error });
  return status === "failed" ? FAILED : null;
}

export const FAILED = JSON.stringify({ error: { message: "the response failed, and says not why" } });

/** Why a response is over, in words that hold for every API, calls aside; null where it failed. */
export function finishOf({ status, incomplete_details: details }: WireObject): string | null {
  if (status === "failed") return null;
  if (status !== "incomplete") return status === "completed" ? "stop" : (textOrNull(status) ?? "stop");
  const reason = isObject(details) ? textOrNull(details["reason"]) : null;
  return reason === "max_output_tokens" ? "length" : (reason ?? "incomplete");
}

/** What the items say; null where they are nothing, or messages with nothing in them, and no reason to end so is given. */
export function answerOf(items: readonly WireObject[], finish: string | null): Answer | null {
  const messages = items.filter(isMessage);
  const texts = messages.map(({ content }) => contentText(content)).filter((text) => text !== null);
  const refusal = messages.flatMap(({ content }) =>
    objectsOf(content).map((part) => textOrNull(part["refusal"]) ?? ""),
  );
  const calls = items.map(callIn).filter((call) => call !== null);
  const answer = withoutEmptyText({
    text: texts.length === 0 ? null : texts.join(""),
    refusal: refusal.join("") || null,
    tool_calls: calls,
    finish_reason: finish === "stop" && calls.length > 0 ? "tool_calls" : finish,
    choices: 1,
  });
  const saysNothing = messages.length === items.length && answer.text === null && answer.refusal === null;
  return saysNothing && (finish === null || finish === "stop") ? null : answer;
}

function isMessage({ type, role }: WireObject): boolean {
  return type === "message" || (type === undefined && role === "assistant");
}
