import { createManualClock } from "@understudy/runtime/fixture";
import { type Logger, silentLogger } from "@understudy/runtime";
import { describe, expect, test } from "vitest";
import type { DropReason } from "../decision/decide.ts";
import { createMemoryProducer } from "./memory-producer.fixture.ts";
import { jobNumber, jobNumbers } from "../job/mirror-job.fixture.ts";
import { createQueueDispatcher } from "./queue-dispatcher.ts";
import type { MirrorQueues } from "../queue/queues.ts";

const never = new AbortController().signal;

function bench(maxQueueLength = 1_000_000, logger: Logger = silentLogger) {
  const clock = createManualClock();
  const producers = new Map<string, ReturnType<typeof createMemoryProducer>>();
  const producer = (silentModel: string) => {
    const known = producers.get(silentModel) ?? createMemoryProducer(clock);
    producers.set(silentModel, known);
    return known;
  };
  const queues = { producer } as unknown as MirrorQueues;
  const dropped: { readonly id: string; readonly reason: DropReason }[] = [];
  const unresolved: string[] = [];
  const dispatcher = createQueueDispatcher({
    queues,
    maxQueueLength: () => maxQueueLength,
    events: {
      dropped: (job, reason) => void dropped.push({ id: job.pair_id, reason }),
      unresolved: (job) => void unresolved.push(job.pair_id),
    },
    clock,
    logger,
  });
  const dispatchAll = (jobs: readonly ReturnType<typeof jobNumber>[]): void =>
    jobs.forEach((job) => dispatcher.dispatch(job));
  const reasons = (): readonly DropReason[] => [...new Set(dropped.map(({ reason }) => reason))];
  return { clock, producer, dispatcher, dispatchAll, dropped, unresolved, reasons };
}

const idsOf = (jobs: readonly { readonly pair_id: string }[]): readonly string[] => jobs.map((job) => job.pair_id);

describe("batches", () => {
  test("gather what comes within moments, in order", async () => {
    const { clock, producer, dispatcher, dispatchAll } = bench();
    dispatchAll(jobNumbers(3));
    expect(producer("quiet").batches).toEqual([]);
    await clock.advance(10);
    expect(producer("quiet").batches).toEqual([idsOf(jobNumbers(3))]);
    expect(dispatcher.held()).toBe(0);
  });

  test("hold 100 jobs at most", async () => {
    const { clock, producer, dispatcher, dispatchAll } = bench();
    dispatchAll(jobNumbers(250));
    await clock.advanceUntil(dispatcher.flushed());
    expect(producer("quiet").batches.map((batch) => batch.length)).toEqual([100, 100, 50]);
    expect([...producer("quiet").arrived.keys()]).toEqual(idsOf(jobNumbers(250)));
  });

  test("hold eight mebibytes at most, answers included, unless one job alone is larger", async () => {
    const { clock, producer, dispatcher } = bench();
    const request = "x".repeat(3_200 * 1024);
    const text = "y".repeat(7_200 * 1024);
    const answer = { text, refusal: null, tool_calls: [], finish_reason: "stop", choices: 1 };
    for (const number of [1, 2, 3]) dispatcher.dispatch(jobNumber(number, { request }));
    dispatcher.dispatch(jobNumber(4, { request: "x".repeat(24 * 1024 * 1024) }));
    dispatcher.dispatch(jobNumber(5));
    dispatcher.dispatch(jobNumber(6, { primary: { ...jobNumber(6).primary, answer } }));
    dispatcher.dispatch(jobNumber(7, { request }));
    await clock.advanceUntil(dispatcher.flushed());
    expect(producer("quiet").batches.map((batch) => batch.length)).toEqual([2, 1, 1, 2, 1]);
  });

  test("of one silent model do not wait for those of another", async () => {
    const { clock, producer, dispatcher } = bench();
    producer("quiet").behave("hang");
    dispatcher.dispatch(jobNumber(1));
    dispatcher.dispatch(jobNumber(2, { silent_model: "quieter" }));
    await clock.advance(10);
    expect(producer("quieter").arrived.size).toBe(1);
    expect(dispatcher.held()).toBe(1);
  });
});

describe("a queue that cannot be reached", () => {
  test("is tried again, ever less often, with the same ids, and nothing is lost", async () => {
    const { clock, producer, dispatcher, dispatchAll, dropped } = bench();
    producer("quiet").behave("refused");
    dispatchAll(jobNumbers(3));
    await clock.advance(60_000);
    // After 0.1, 0.2, 0.4, … 3.2 s, and then every 5 s.
    expect(producer("quiet").batches.length).toBe(1 + 6 + 10);
    expect(dispatcher.held()).toBe(3);
    producer("quiet").behave("ok");
    await clock.advance(5_000);
    expect(new Set(producer("quiet").batches.map(String)).size).toBe(1);
    expect(idsOf([...producer("quiet").arrived.values()])).toEqual(idsOf(jobNumbers(3)));
    expect([dispatcher.held(), dropped.length]).toEqual([0, 0]);
  });

  test("holds one job once, though the failed batch had arrived", async () => {
    const { clock, producer, dispatcher, dispatchAll } = bench();
    producer("quiet").next(["unknown", "unknown"]);
    dispatchAll(jobNumbers(3));
    await clock.advanceUntil(dispatcher.flushed());
    expect(producer("quiet").batches).toHaveLength(3);
    expect(producer("quiet").arrived.size).toBe(3);
  });

  test("is told of once when it goes and once when it comes back", async () => {
    const lines: string[] = [];
    const note = (message: string): void => void lines.push(message);
    const { clock, producer, dispatcher } = bench(100, { ...silentLogger, warn: note, info: note });
    producer("quiet").next(["refused", "refused", "refused"]);
    dispatcher.dispatch(jobNumber(1));
    await clock.advanceUntil(dispatcher.flushed());
    expect(lines).toEqual(["the queue cannot be reached; jobs are held in memory", "the queue takes jobs again"]);
  });

  test("fills a buffer of 10,000 jobs, and what comes then is dropped", async () => {
    const { clock, producer, dispatcher, dispatchAll, dropped, reasons } = bench();
    producer("quiet").behave("refused");
    dispatcher.dispatch(jobNumber(0));
    await clock.advance(10);
    dispatchAll(jobNumbers(10_003).slice(1));
    expect(dispatcher.held()).toBe(10_000);
    expect([dropped.length, ...reasons()]).toEqual([3, "queue_unavailable"]);
  });

  test("fills a buffer of 64 MiB", async () => {
    const { clock, producer, dispatcher, dispatchAll, dropped, reasons } = bench();
    producer("quiet").behave("refused");
    dispatchAll(jobNumbers(1));
    await clock.advance(10);
    dispatchAll(jobNumbers(70, { request: "x".repeat(1024 ** 2) }));
    expect(dispatcher.held()).toBeLessThanOrEqual(64);
    expect([dispatcher.held() + dropped.length, ...reasons()]).toEqual([71, "queue_unavailable"]);
    producer("quiet").behave("ok");
    await clock.advanceUntil(dispatcher.flushed());
    // All of the buffer is free again.
    dispatchAll(jobNumbers(60, { request: "x".repeat(1024 ** 2) }));
    expect(dispatcher.held()).toBe(60);
  });

  test("is not to blame when jobs merely come too fast", () => {
    const { dispatchAll, reasons } = bench();
    dispatchAll(jobNumbers(10_001));
    expect(reasons()).toEqual(["buffer_full"]);
  });
});

describe("a queue that is full", () => {
  test("takes no more until it is worked off", async () => {
    const { clock, producer, dispatcher, dropped } = bench(100);
    producer("quiet").setDepth({ waiting: 60, delayed: 40, active: 7, failed: 900 });
    dispatcher.dispatch(jobNumber(1));
    await clock.advance(10);
    dispatcher.dispatch(jobNumber(2));
    expect(dropped).toEqual([{ id: jobNumber(2).pair_id, reason: "queue_full" }]);

    producer("quiet").setDepth({ waiting: 0, delayed: 0 });
    await clock.advance(1_000);
    dispatcher.dispatch(jobNumber(3));
    await clock.advance(1);
    dispatcher.dispatch(jobNumber(4));
    await clock.advance(10);
    expect(idsOf([...producer("quiet").arrived.values()])).toEqual(idsOf([jobNumber(1), jobNumber(4)]));
  });

  test("counts what was added since it was asked, and what is held", async () => {
    const { clock, dispatcher, dispatchAll, dropped } = bench(10);
    // After the first batch the queue says that it is empty; it is not asked again within a second.
    dispatchAll(jobNumbers(1));
    await clock.advance(10);
    dispatchAll(jobNumbers(9).slice(1));
    await clock.advance(10);
    dispatchAll(jobNumbers(15).slice(9));
    expect(dispatcher.held()).toBe(2);
    expect(dropped.map(({ reason }) => reason)).toEqual(["queue_full", "queue_full", "queue_full", "queue_full"]);
  });
});

describe("stopping", () => {
  test("hands over what is held at once", async () => {
    const { producer, dispatcher, dispatchAll, dropped } = bench();
    dispatchAll(jobNumbers(150));
    await dispatcher.stop(never);
    expect([producer("quiet").arrived.size, dispatcher.held(), dropped.length]).toEqual([150, 0, 0]);
  });

  test("goes on trying until the deadline, and then drops what was never sent", async () => {
    const { clock, producer, dispatcher, dispatchAll, dropped, unresolved } = bench();
    producer("quiet").behave("refused");
    dispatchAll(jobNumbers(103));
    const deadline = new AbortController();
    const stopped = dispatcher.stop(deadline.signal);
    await clock.advance(20_000);
    expect(producer("quiet").batches.length).toBeGreaterThan(100);
    deadline.abort(new Error("time is up"));
    await clock.advanceUntil(stopped);
    const neverSent = jobNumbers(103).slice(100);
    expect(dropped).toEqual(neverSent.map(({ pair_id }) => ({ id: pair_id, reason: "shutdown" })));
    expect(unresolved).toHaveLength(100);
    expect(dispatcher.held()).toBe(0);
  });

  test("ends at the deadline though the queue does not answer", async () => {
    const { clock, producer, dispatcher, dispatchAll, dropped, unresolved } = bench();
    producer("quiet").behave("hang");
    dispatchAll(jobNumbers(120));
    await clock.advance(10);
    const deadline = new AbortController();
    const stopped = dispatcher.stop(deadline.signal);
    deadline.abort(new Error("time is up"));
    const since = clock.monotonic();
    await clock.advanceUntil(stopped);
    expect(clock.monotonic() - since).toBeLessThanOrEqual(500);
    expect([unresolved.length, dropped.length, dispatcher.held(), producer("quiet").arrived.size]).toEqual([
      100, 20, 0, 0,
    ]);
  });

  test("hands over what is held though the deadline went by before", async () => {
    const { producer, dispatcher, dispatchAll, dropped } = bench();
    dispatchAll(jobNumbers(150));
    await dispatcher.stop(AbortSignal.abort());
    expect([producer("quiet").arrived.size, dispatcher.held(), dropped.length]).toEqual([150, 0, 0]);
  });

  test("takes nothing after, not even for a silent model it has not met", async () => {
    const { producer, dispatcher, dropped } = bench();
    dispatcher.dispatch(jobNumber(1));
    await dispatcher.stop(never);
    dispatcher.dispatch(jobNumber(2));
    dispatcher.dispatch(jobNumber(3, { silent_model: "quieter" }));
    expect(dropped.map(({ reason }) => reason)).toEqual(["shutdown", "shutdown"]);
    expect([producer("quiet").arrived.size, producer("quieter").arrived.size, dispatcher.held()]).toEqual([1, 0, 0]);
  });

  test("is safe before anything was dispatched, and twice", async () => {
    const { dispatcher } = bench();
    await dispatcher.stop(never);
    await dispatcher.stop(AbortSignal.abort());
    expect(dispatcher.held()).toBe(0);
  });
});
