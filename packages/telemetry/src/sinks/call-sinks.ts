import type { Clock, Logger, Service } from "@understudy/runtime";
import { createRedactor } from "../redaction.ts";
import { HeldCall } from "./held-call.ts";
import type { CallEntry, PrepareOptions } from "./logged-call.ts";
import { createPatterns } from "./patterns.ts";
import { prepareReview, type ReviewEntry } from "./logged-review.ts";
import type { Held, SinkSpec, SinkState } from "./sink.ts";
import { SinkBuffer } from "./sink-buffer.ts";

/** All sinks of a process. */
export interface CallSinks {
  /** Hands a call to every sink that wants it. Never waits and never throws. */
  readonly record: (entry: CallEntry) => void;
  /** The same with a review; null where no sink takes them. */
  readonly review: ((entry: ReviewEntry) => void) | null;
  readonly states: () => readonly SinkState[];
  /** Its `stop` writes what is held, until the deadline. */
  readonly service: Service;
}

export interface CallSinksOptions {
  readonly specs: readonly SinkSpec[];
  /** Those that are told of reviews. */
  readonly reviews?: readonly SinkSpec<ReviewEntry>[];
  /** Replaced wherever they occur. */
  readonly secrets: readonly string[];
  /** Regular expressions in RE2's syntax. */
  readonly patterns: readonly string[];
  readonly text: boolean;
  readonly keyInfo: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A fan-out with one bounded buffer for each sink: what one does, or does not do, holds up no other and no caller. */
export function createCallSinks(options: CallSinksOptions): CallSinks {
  const { clock, logger, text, keyInfo } = options;
  const secrets = createRedactor(options.secrets);
  const prepare: PrepareOptions = { secrets, patterns: createPatterns(options.patterns), text, keyInfo };
  const deps = { clock, logger, clean: secrets.clean };
  const buffers = options.specs.map((spec) => new SinkBuffer(spec, deps));
  const reviewBuffers = (options.reviews ?? []).map((spec) => new SinkBuffer(spec, deps));
  const clean = (text: string): string => secrets.clean(prepare.patterns?.clean(text) ?? text);
  return {
    record(entry) {
      const ok = entry.record.status === "ok";
      const wanted = buffers.filter((buffer) => buffer.accepts(ok));
      if (wanted.length === 0) return;
      const call = new HeldCall(entry, prepare);
      for (const buffer of wanted) buffer.take(call);
    },
    review:
      reviewBuffers.length === 0
        ? null
        : (entry) => reviewBuffers.forEach((buffer) => buffer.take(heldReview(entry, clean))),
    states: () => [...buffers, ...reviewBuffers].map((buffer) => buffer.state()),
    service: {
      name: "sinks",
      start: () => Promise.resolve(),
      async stop(deadline) {
        await Promise.all([...buffers, ...reviewBuffers].map((buffer) => buffer.close(deadline)));
      },
    },
  };
}

/** A handful of figures. */
const REVIEW_BYTES = 500;

function heldReview(entry: ReviewEntry, clean: (text: string) => string): Held<ReviewEntry> {
  return { bytes: REVIEW_BYTES, prepared: () => prepareReview(entry, clean) };
}
