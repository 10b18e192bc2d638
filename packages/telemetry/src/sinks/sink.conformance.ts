import { startCpuTimer } from "@understudy/runtime/fixture";
import { silentLogger, systemClock } from "@understudy/runtime";
import { pollUntil } from "@understudy/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { samplePair } from "./call-entry.fixture.ts";
import { type CallSinks, createCallSinks } from "./call-sinks.ts";
import { type Sink, type SinkLimits, USUAL_LIMITS } from "./sink.ts";

/** The place that a sink writes to, in the hands of a test. */
export interface SinkPlace {
  open(): Promise<Sink>;
  /** `down`: nothing is taken. `hung`: nothing is answered. Null where a place cannot be made so. */
  readonly trouble: ((mode: "none" | "down" | "hung") => void) | null;
  /** Pair id and role of every call that is there, once for each time: `pair_1 primary`. */
  calls(): Promise<readonly string[]>;
  /** Everything that is there, as text. */
  everything(): Promise<string>;
  close(): Promise<void>;
}

export interface Conformance {
  readonly name: string;
  readonly make: () => Promise<SinkPlace>;
  /** Why a call that is written twice is there twice; null where it is there once. */
  readonly repeats: string | null;
  /** For one try, where the sink's library tries again by itself and would hold the buffer for longer than a test lasts. */
  readonly tryMs?: number;
}

const SECRET = "sk-test-canary-7f3a91c2";
const QUICK: SinkLimits = {
  ...USUAL_LIMITS,
  gatherMs: 5,
  firstWaitMs: 5,
  longestWaitMs: 20,
  timeoutMs: 5_000,
  tries: 100,
};

/** What every sink has to do, whatever it writes to. */
export function testSink({ name, make, repeats, tryMs = QUICK.timeoutMs }: Conformance): void {
  describe(`${name} as a sink`, () => {
    let place: SinkPlace;
    let running: CallSinks[];

    beforeEach(async () => {
      place = await make();
      running = [];
    });
    afterEach(async () => {
      place.trouble?.("none");
      for (const sinks of running) await sinks.service.stop(AbortSignal.abort());
      await place.close();
    });

    function sinksWith(changes: { patterns?: string[]; text?: boolean; limits?: Partial<SinkLimits> } = {}): CallSinks {
      const { patterns = [], text = true, limits = {} } = changes;
      const calls = { success: true, failure: true };
      const spec = { name, calls, limits: { ...QUICK, timeoutMs: tryMs, ...limits }, open: () => place.open() };
      const sinks = createCallSinks({
        specs: [spec],
        secrets: [SECRET],
        patterns,
        text,
        keyInfo: true,
        clock: systemClock,
        logger: silentLogger,
      });
      running.push(sinks);
      return sinks;
    }

    const stateOf = (sinks: CallSinks) => sinks.states()[0];
    const settled = (sinks: CallSinks) =>
      pollUntil(() => stateOf(sinks), { what: "an empty buffer", until: (state) => state?.held === 0 });

    test("both calls of every pair arrive, under one pair id", async () => {
      const sinks = sinksWith();
      const expected: string[] = [];
      for (let number = 1; number <= 25; number += 1) {
        const pair = samplePair(number);
        sinks.record(pair.primary);
        sinks.record(pair.silent);
        expected.push(`${pair.pairId} primary`, `${pair.pairId} silent`);
      }
      await sinks.service.stop(AbortSignal.timeout(60_000));
      expect((await place.calls()).toSorted()).toEqual(expected.toSorted());
      expect(stateOf(sinks)).toMatchObject({
        state: "ok",
        held: 0,
        written: 50,
        failures: 0,
        dropped: {},
        error: null,
      });
    });

    test("neither keys, nor what a pattern matches, nor texts that are off are written", async () => {
      const words = { messages: [{ role: "user", content: `My card is 4111111111111111, my key ${SECRET}` }] };
      const odd = { ...words, metadata: { note: `${SECRET} 4111111111111111`, api_key: "plain-word-key" } };
      const loud = sinksWith({ patterns: ["[0-9]{16}"] });
      loud.record({ ...samplePair(1).primary, request: odd });
      await loud.service.stop(AbortSignal.timeout(60_000));
      const shown = await place.everything();
      expect(await place.calls()).toEqual(["pair_1 primary"]);
      for (const hidden of [SECRET, "4111111111111111", "plain-word-key"]) expect(shown).not.toContain(hidden);
      const quiet = sinksWith({ text: false });
      const request = { messages: [{ role: "user", content: "Whispered words" }], tools: [{ name: "secret_tool" }] };
      quiet.record({ ...samplePair(2).primary, request });
      quiet.record({ ...samplePair(2).silent, request });
      await quiet.service.stop(AbortSignal.timeout(60_000));
      expect(await place.calls()).toHaveLength(3);
      expect(await place.everything()).not.toMatch(/Whispered|secret_tool|A-77/);
      expect(stateOf(quiet)).toMatchObject({ written: 2, dropped: {} });
    });

    test.runIf(repeats === null)("a call that is written twice is there once", async () => {
      const pair = samplePair(3);
      for (let time = 0; time < 2; time += 1) {
        const sinks = sinksWith();
        sinks.record(pair.primary);
        sinks.record(pair.silent);
        await sinks.service.stop(AbortSignal.timeout(60_000));
      }
      expect((await place.calls()).toSorted()).toEqual(["pair_3 primary", "pair_3 silent"]);
    });

    test("calls wait while the place is down, and arrive when it is back", async ({ skip }) => {
      if (place.trouble === null) return skip("this place cannot be taken away");
      place.trouble("down");
      const sinks = sinksWith();
      sinks.record(samplePair(4).primary);
      await pollUntil(() => stateOf(sinks), { what: "a second failure", until: (state) => (state?.failures ?? 0) > 1 });
      expect(stateOf(sinks)).toMatchObject({ state: "failing", held: 1, written: 0, dropped: {} });
      expect(stateOf(sinks)?.error).not.toBe("");
      place.trouble("none");
      await settled(sinks);
      expect(stateOf(sinks)).toMatchObject({ state: "ok", held: 0, written: 1, dropped: {}, error: null });
      expect([...new Set(await place.calls())]).toEqual(["pair_4 primary"]);
    });

    test("a place that does not answer holds up nobody who records, and costs a stop no more than its deadline", async ({
      skip,
    }) => {
      if (place.trouble === null) return skip("this place cannot be made to hang");
      place.trouble("hung");
      const sinks = sinksWith({ limits: { maxHeld: 10, timeoutMs: 60_000 } });
      const before = systemClock.monotonic();
      const cpuMs = startCpuTimer();
      for (let number = 1; number <= 1_000; number += 1) sinks.record(samplePair(number).primary);
      expect(cpuMs()).toBeLessThan(1_000);
      await sinks.service.stop(AbortSignal.timeout(200));
      expect(systemClock.monotonic() - before).toBeLessThan(30_000);
      expect(stateOf(sinks)?.dropped).toEqual({ buffer_full: 990, shutdown: 10 });
    });
  });
}
