import type { ReadAnswer } from "@understudy/contracts";
import { framingOf } from "../framing.ts";
import { NOTHING_READ } from "../nothing-read.ts";
import { sseEvents } from "../sse-events.ts";
import { readResponse } from "./read-response.ts";
import { readStream } from "./read-stream.ts";

/** Reads a response from all its bytes, whichever way it was asked for. `thinkingInTotal` as `readUsage` has it. */
export function readResponses(bytes: Uint8Array, thinkingInTotal = false): ReadAnswer {
  const framing = framingOf(bytes);
  if (framing.kind === "none") return NOTHING_READ;
  return framing.kind === "body"
    ? readResponse(framing.json, thinkingInTotal)
    : readStream(sseEvents(bytes), thinkingInTotal);
}
