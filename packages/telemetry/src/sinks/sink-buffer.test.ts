import { type Clock, type LogFields, type Logger, silentLogger, systemClock } from "@understudy/runtime";
import { expect, test } from "vitest";
import { createRedactor } from "../redaction.ts";
import { samplePair } from "./call-entry.fixture.ts";
import { HeldCall } from "./held-call.ts";
import type { LoggedCall } from "./logged-call.ts";
import { RefusedError, type Sink, type SinkLimits, UnwrittenError, USUAL_LIMITS } from "./sink.ts";
import { SinkBuffer } from "./sink-buffer.ts";

const options = { secrets: createRedactor([]), patterns: null, text: true, keyInfo: true };
const held = (number: number) => new HeldCall(samplePair(number).primary, options);
const idsOf = (calls: readonly LoggedCall[]) => calls.map(({ pair_id }) => pair_id);

type Try = (calls: readonly LoggedCall[]) => Promise<void> | void;

/** A sink whose tries go as the script says, one after another; the last holds for all that follow. */
function scripted(script: readonly Try[]) {
  const batches: (readonly (string | null)[])[] = [];
  const sink: Sink & { closed: boolean } = {
    closed: false,
    async write(calls) {
      batches.push(idsOf(calls));
      await script[Math.min(batches.length, script.length) - 1]?.(calls);
    },
    close() {
      sink.closed = true;
      return Promise.resolve();
    },
  };
  return { sink, batches };
}

const works: Try = () => undefined;
const fails: Try = () => Promise.reject(new Error("away, said sk-test-canary-1234"));

/** Waits as the buffer asks for, in no time, and tells how long it was asked to wait. */
function impatientClock(): { readonly clock: Clock; readonly waits: number[] } {
  const waits: number[] = [];
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    waits.push(ms);
    return systemClock.sleep(0, signal);
  };
  return { clock: { ...systemClock, sleep }, waits };
}

function laneOf(sink: Sink, limits: Partial<SinkLimits> = {}, deps: { clock?: Clock; logger?: Logger } = {}) {
  const spec = {
    name: "scripted",
    calls: { success: true, failure: true },
    limits: { ...USUAL_LIMITS, gatherMs: 1, ...limits },
    open: () => Promise.resolve(sink),
  };
  const { clock = systemClock, logger = silentLogger } = deps;
  return new SinkBuffer(spec, { clock, logger, clean: createRedactor([]).clean });
}

const soon = () => AbortSignal.timeout(60_000);

test("calls are written in batches of no more than so many calls, and no more than so many bytes", async () => {
  const { sink, batches } = scripted([works]);
  const buffer = laneOf(sink, { batchCalls: 3, batchBytes: 1_000_000, gatherMs: 60_000 });
  for (let number = 1; number <= 7; number += 1) buffer.take(held(number));
  await buffer.close(soon());
  expect(batches.map((batch) => batch.length)).toEqual([3, 3, 1]);
  const small = scripted([works]);
  const narrow = laneOf(small.sink, { batchCalls: 100, batchBytes: 450, gatherMs: 60_000 });
  for (let number = 1; number <= 5; number += 1) narrow.take(held(number));
  await narrow.close(soon());
  expect(small.batches.map((batch) => batch.length)).toEqual([2, 2, 1]);
});

test("a batch is tried again with longer and longer waits, then given up and counted", async () => {
  const { clock, waits } = impatientClock();
  const { sink, batches } = scripted([fails]);
  const told: [string, LogFields | undefined][] = [];
  const logger = { ...silentLogger, warn: (message: string, fields?: LogFields) => void told.push([message, fields]) };
  const buffer = laneOf(sink, { tries: 5, firstWaitMs: 100, longestWaitMs: 500 }, { clock, logger });
  const ended = Promise.withResolvers<void>();
  sink.write = async (calls) => {
    batches.push(idsOf(calls));
    if (batches.length === 6) return ended.resolve();
    throw new Error("away, said sk-test-canary-1234");
  };
  buffer.take(held(1));
  const first = Promise.withResolvers<void>();
  systemClock.after(50, () => first.resolve());
  await first.promise;
  buffer.take(held(2));
  await ended.promise;
  await buffer.close(soon());
  expect(batches).toEqual([["pair_1"], ["pair_1"], ["pair_1"], ["pair_1"], ["pair_1"], ["pair_2"]]);
  expect(waits).toEqual([100, 200, 400, 500]);
  expect(buffer.state()).toMatchObject({ state: "ok", written: 1, failures: 5, dropped: { gave_up: 1 }, held: 0 });
  expect(told.map(([message]) => message)).toEqual([
    "the sink takes no calls; they wait in memory",
    "calls are missing from the sink",
  ]);
});

test("what is refused is dropped at once, and the next batch is written", async () => {
  const { sink, batches } = scripted([() => Promise.reject(new RefusedError("no")), works]);
  const buffer = laneOf(sink, { batchCalls: 1, gatherMs: 60_000 });
  buffer.take(held(1));
  buffer.take(held(2));
  await buffer.close(soon());
  expect(batches).toEqual([["pair_1"], ["pair_2"]]);
  expect(buffer.state()).toMatchObject({ written: 1, dropped: { refused: 1 } });
});

test("of a batch that arrived in part only the rest is written again", async () => {
  const { clock } = impatientClock();
  const partly: Try = (calls) => Promise.reject(new UnwrittenError(calls.slice(1), new Error("half")));
  const { sink, batches } = scripted([partly, works]);
  const buffer = laneOf(sink, { gatherMs: 60_000 }, { clock });
  for (const number of [1, 2, 3]) buffer.take(held(number));
  await buffer.close(soon());
  expect(batches).toEqual([
    ["pair_1", "pair_2", "pair_3"],
    ["pair_2", "pair_3"],
  ]);
  expect(buffer.state()).toMatchObject({ written: 3, failures: 1, dropped: {} });
});

test("more than may wait is dropped and counted: by calls, and by bytes", async () => {
  const byCalls = laneOf(scripted([works]).sink, { maxHeld: 2, gatherMs: 60_000 });
  const byBytes = laneOf(scripted([works]).sink, { maxHeldBytes: 500, gatherMs: 60_000 });
  for (const buffer of [byCalls, byBytes]) {
    for (const number of [1, 2, 3]) buffer.take(held(number));
    await buffer.close(soon());
    expect(buffer.state()).toMatchObject({ written: 2, dropped: { buffer_full: 1 } });
  }
});

test("after a stop nothing is taken, and the sink is closed once", async () => {
  const { sink } = scripted([works]);
  const buffer = laneOf(sink);
  buffer.take(held(1));
  await Promise.all([buffer.close(soon()), buffer.close(soon())]);
  buffer.take(held(2));
  expect(sink.closed).toBe(true);
  expect(buffer.state()).toMatchObject({ written: 1, dropped: { shutdown: 1 }, held: 0 });
});

test("what the error says is told without secrets", async () => {
  const buffer = laneOf(scripted([fails]).sink, { tries: 1, gatherMs: 60_000 });
  buffer.take(held(1));
  await buffer.close(soon());
  expect(buffer.state().error).toBe("away, said [redacted]");
});

test("a stop says how many calls are missing from the sink, and why", async () => {
  const lines: [string, LogFields | undefined][] = [];
  const logger: Logger = { ...silentLogger, warn: (message, fields) => void lines.push([message, fields]) };
  const refuses: Try = () => Promise.reject(new RefusedError("never"));
  const { sink } = scripted([refuses, () => new Promise(() => undefined)]);
  const buffer = laneOf(sink, { batchCalls: 1 }, { logger });
  for (const number of [1, 2, 3]) buffer.take(held(number));
  await buffer.close(AbortSignal.timeout(50));
  expect(lines.at(-1)).toEqual([
    "calls are missing from the sink",
    { sink: "scripted", dropped: { refused: 1, shutdown: 2 } },
  ]);
  const unharmed = laneOf(scripted([works]).sink, {}, { logger });
  unharmed.take(held(4));
  lines.length = 0;
  await unharmed.close(soon());
  expect(lines).toEqual([]);
});
