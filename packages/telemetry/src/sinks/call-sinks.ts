import type { Clock, Logger, Service } from "@understudy/runtime";
import { createRedactor } from "../redaction.ts";
import { HeldCall } from "./held-call.ts";
import type { CallEntry, PrepareOptions } from "./logged-call.ts";
import { createPatterns } from "./patterns.ts";
import type { SinkSpec, SinkState } from "./sink.ts";
import { SinkLane } from "./sink-lane.ts";

/** All sinks of a process. */
export interface CallSinks {
  /** Hands a call to every sink that wants it. Never waits and never throws. */
  readonly record: (entry: CallEntry) => void;
  readonly states: () => readonly SinkState[];
  /** Its `stop` writes what is held, until the deadline. */
  readonly service: Service;
}

export interface CallSinksOptions {
  readonly specs: readonly SinkSpec[];
  /** Replaced wherever they occur. */
  readonly secrets: readonly string[];
  /** Regular expressions in RE2's syntax. */
  readonly patterns: readonly string[];
  readonly text: boolean;
  readonly keyInfo: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A fan-out with one bounded lane for each sink: what one does, or does not do, holds up no other and no caller. */
export function createCallSinks(options: CallSinksOptions): CallSinks {
  const { clock, logger, text, keyInfo } = options;
  const secrets = createRedactor(options.secrets);
  const prepare: PrepareOptions = { secrets, patterns: createPatterns(options.patterns), text, keyInfo };
  const lanes = options.specs.map((spec) => new SinkLane(spec, { clock, logger, clean: secrets.clean }));
  return {
    record(entry) {
      const ok = entry.record.status === "ok";
      const wanted = lanes.filter((lane) => lane.accepts(ok));
      if (wanted.length === 0) return;
      const call = new HeldCall(entry, prepare);
      for (const lane of wanted) lane.take(call);
    },
    states: () => lanes.map((lane) => lane.state()),
    service: {
      name: "sinks",
      start: () => Promise.resolve(),
      async stop(deadline) {
        await Promise.all(lanes.map((lane) => lane.close(deadline)));
      },
    },
  };
}
