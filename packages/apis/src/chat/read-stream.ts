import type { Answer, ReadAnswer } from "@understudy/contracts";
import { NOTHING_READ } from "../nothing-read.ts";
import { withoutEmptyText } from "./read-answer.ts";
import { mergedUsage, readUsage } from "../read-usage.ts";
import type { SseEvent } from "../sse-events.ts";
import { readEvents, type StreamEvent } from "./stream-event.ts";
import { collectChoice, type StreamedChoice } from "./streamed-choice.ts";
import { isObject, textOrNull, type WireObject } from "../wire.ts";

/**
 * Reads a streamed chat completion from its events. What is no part of the answer is skipped and counted; a stream cut
 * short, or with a broken piece in it, leaves what was heard. Linear in the number of bytes.
 */
export function readStream(events: Iterable<SseEvent>, thinkingInTotal = false): ReadAnswer {
  const reader = createReader(thinkingInTotal);
  for (const event of events) {
    for (const said of readEvents(event)) reader.take(said, event.end);
    if (reader.isOver()) break;
  }
  return reader.result();
}

interface Reader {
  take(event: StreamEvent, endOffset: number): void;
  /** True when nothing that follows counts. */
  isOver(): boolean;
  result(): ReadAnswer;
}

function createReader(thinkingInTotal: boolean): Reader {
  const choices = collectChoices();
  const heard = { done: false, lost: false, skipped: 0, error: null as string | null };
  const offsets = { firstToken: null as number | null, end: null as number | null };
  const facts = { usage: null as WireObject | null, model: null as string | null, fingerprint: null as string | null };

  const takeChunk = (chunk: WireObject, endOffset: number): void => {
    facts.model ??= textOrNull(chunk["model"]);
    facts.fingerprint ??= textOrNull(chunk["system_fingerprint"]);
    for (const usage of usagesIn(chunk)) facts.usage = mergedUsage(facts.usage, usage);
    if (choices.add(chunk["choices"])) offsets.firstToken ??= endOffset;
  };

  return {
    take(event, endOffset) {
      if (heard.done) return;
      if (event.kind === "odd") {
        heard.skipped += 1;
        heard.lost ||= event.lost;
        return;
      }
      offsets.end = endOffset;
      if (event.kind === "end") heard.done = true;
      else if (event.kind === "error") heard.error ??= event.body;
      else takeChunk(event.chunk, endOffset);
    },
    isOver: () => heard.done,
    result: () => ({
      ...NOTHING_READ,
      answer: choices.finished(),
      usage: readUsage(facts.usage, thinkingInTotal),
      response_model: facts.model,
      system_fingerprint: facts.fingerprint,
      complete: (heard.done || choices.areFinished()) && !heard.lost && heard.error === null,
      error_body: heard.error,
      skipped_events: heard.skipped,
      first_token_offset: offsets.firstToken,
      end_offset: offsets.end,
    }),
  };
}

/** Usage stands in the chunk, in Groq's own place, or in the choice (Moonshot). */
function usagesIn(chunk: WireObject): readonly unknown[] {
  const groq = chunk["x_groq"];
  const choices = Array.isArray(chunk["choices"]) ? chunk["choices"].filter(isObject) : [];
  return [...choices.map((choice) => choice["usage"]), isObject(groq) ? groq["usage"] : null, chunk["usage"]];
}

interface StreamedChoices {
  /** True when one of the choices brings a token. */
  add(choices: unknown): boolean;
  areFinished(): boolean;
  /** The first choice by index; null when none was seen. */
  finished(): Answer | null;
}

function collectChoices(): StreamedChoices {
  const byIndex = new Map<unknown, StreamedChoice>();
  const first = (): StreamedChoice | undefined => byIndex.get(0) ?? byIndex.values().next().value;

  return {
    add(choices) {
      let brought = false;
      for (const piece of Array.isArray(choices) ? choices.filter(isObject) : []) {
        const index = piece["index"] ?? 0;
        const choice = byIndex.get(index) ?? collectChoice();
        byIndex.set(index, choice);
        brought = choice.add(piece) || brought;
      }
      return brought;
    },
    areFinished: () => first()?.isFinished() === true,
    finished() {
      const choice = first();
      return choice === undefined ? null : withoutEmptyText({ ...choice.finished(), choices: byIndex.size });
    },
  };
}
