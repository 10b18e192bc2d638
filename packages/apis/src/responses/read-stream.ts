import type { Answer, ReadAnswer } from "@understudy/contracts";
import { NOTHING_READ } from "../nothing-read.ts";
import { readUsage } from "../read-usage.ts";
import type { SseEvent } from "../sse-events.ts";
import { textOrNull, type WireObject } from "../wire.ts";
import { objectsOf } from "./items.ts";
import { answerOf, failureOf, finishOf } from "./read-response.ts";
import { readEvents, type ResponseEvent, responseIn, TERMINAL } from "./response-event.ts";
import { bringsToken, collectItems } from "./streamed-items.ts";

/**
 * Reads a streamed response from its events. The last one has the whole of it; a stream cut short leaves what its pieces
 * said. Linear in the number of bytes.
 */
export function readStream(events: Iterable<SseEvent>, thinkingInTotal: boolean): ReadAnswer {
  const reader = createReader(thinkingInTotal);
  for (const event of events) {
    for (const said of readEvents(event)) reader.take(said, event.end);
    if (reader.isOver()) break;
  }
  return reader.result();
}

interface Reader {
  take(event: ResponseEvent, endOffset: number): void;
  /** True when nothing that follows counts. */
  isOver(): boolean;
  result(): ReadAnswer;
}

function createReader(thinkingInTotal: boolean): Reader {
  const items = collectItems();
  const heard = { over: false, lost: false, skipped: 0, error: null as string | null };
  const offsets = { firstToken: null as number | null, end: null as number | null };
  const facts = { usage: null as unknown, model: null as string | null, ended: null as WireObject | null };

  const takePiece = (type: string, said: WireObject, endOffset: number): void => {
    const response = responseIn(type, said);
    facts.model ??= textOrNull(response?.["model"]);
    facts.usage = response?.["usage"] ?? facts.usage;
    if (TERMINAL.has(type)) {
      facts.ended = response;
      heard.over = true;
    }
    const brings = items.take(type, said) || (heard.over && objectsOf(response?.["output"]).some(bringsToken));
    if (brings) offsets.firstToken ??= endOffset;
  };
  const answer = (): Answer | null => {
    const { ended } = facts;
    const output = objectsOf(ended?.["output"]);
    // Some servers leave the output of the last event empty.
    return answerOf(output.length > 0 ? output : items.finished(), ended === null ? null : finishOf(ended));
  };
  const error = (): string | null => (facts.ended === null ? null : failureOf(facts.ended)) ?? heard.error;

  return {
    take(event, endOffset) {
      if (heard.over) return;
      if (event.kind === "odd") {
        heard.skipped += 1;
        heard.lost ||= event.lost;
        return;
      }
      offsets.end = endOffset;
      // What follows an error may still be the response that failed.
      if (event.kind === "error") heard.error ??= event.body;
      else if (event.kind === "end") heard.over = true;
      else takePiece(event.type, event.said, endOffset);
    },
    isOver: () => heard.over,
    result: () => ({
      ...NOTHING_READ,
      answer: answer(),
      usage: readUsage(facts.usage, thinkingInTotal),
      response_model: facts.model,
      complete: facts.ended !== null && !heard.lost && error() === null,
      error_body: error(),
      skipped_events: heard.skipped,
      first_token_offset: offsets.firstToken,
      end_offset: offsets.end,
    }),
  };
}
