import type { ReadAnswer } from "@understudy/contracts";
import { framingOf, withoutMark } from "../framing.ts";
import { NOTHING_READ } from "../nothing-read.ts";
import { readAnswer } from "./read-answer.ts";
import { readStream } from "./read-stream.ts";
import { type SseEvent, sseEvents } from "../sse-events.ts";

/**
 * Reads a chat completion from all its bytes, in the framing that it has, whichever was asked for: one JSON body, events,
 * or a line of JSON for each chunk. `thinkingInTotal` as `readUsage` has it.
 */
export function readChat(bytes: Uint8Array, thinkingInTotal = false): ReadAnswer {
  const framing = framingOf(bytes);
  if (framing.kind === "none") return NOTHING_READ;
  if (framing.kind === "events") return readStream(sseEvents(bytes), thinkingInTotal);
  return framing.json === undefined ? readLines(bytes, thinkingInTotal) : readAnswer(framing.json, thinkingInTotal);
}

function readLines(bytes: Uint8Array, thinkingInTotal: boolean): ReadAnswer {
  const read = readStream(lineEvents(bytes), thinkingInTotal);
  // Half a JSON body is no stream of lines.
  return read.answer === null && read.error_body === null ? NOTHING_READ : read;
}

function* lineEvents(bytes: Uint8Array): Generator<SseEvent> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    const next = end === -1 ? text.length : end + 1;
    const data = withoutMark(text.toString("utf8", start, next)).trim();
    if (data !== "") yield { name: "", data, end: next, closed: end !== -1 };
    start = next;
  }
}
