import type { ReadAnswer } from "@understudy/contracts";
import { errorIn } from "../chat/stream-event.ts";
import { framingOf } from "../framing.ts";
import { NOTHING_READ } from "../nothing-read.ts";
import { readUsage } from "../read-usage.ts";
import { isObject, textOrNull, type WireObject } from "../wire.ts";
import { answerOf, type HeardBlock, stopIn } from "./answer-of-blocks.ts";
import { usageIn } from "./message-usage.ts";
import { readStream } from "./read-stream.ts";

/** Reads a message from all its bytes, in the framing that it has: one JSON body or events. `thinkingInTotal` as `readUsage` has it. */
export function readMessages(bytes: Uint8Array, thinkingInTotal = false): ReadAnswer {
  const framing = framingOf(bytes);
  if (framing.kind === "body") return readMessage(framing.json, thinkingInTotal);
  return framing.kind === "events" ? readStream(bytes, thinkingInTotal) : NOTHING_READ;
}

function readMessage(json: unknown, thinkingInTotal: boolean): ReadAnswer {
  const message: unknown = Array.isArray(json) && json.length === 1 ? json[0] : json;
  if (!isObject(message)) return NOTHING_READ;
  const error = errorIn(message);
  const content = message["content"];
  return {
    ...NOTHING_READ,
    answer: Array.isArray(content) ? answerOf(content.filter(isObject).map(blockOf), stopIn(message)) : null,
    usage: readUsage(usageIn(message["usage"]), thinkingInTotal),
    response_model: textOrNull(message["model"]),
    complete: error === null,
    error_body: error,
  };
}

function blockOf(block: WireObject): HeardBlock {
  return {
    type: textOrNull(block["type"]) ?? "",
    text: textOrNull(block["text"]) ?? "",
    name: textOrNull(block["name"]) ?? "",
    input: block["input"],
  };
}
