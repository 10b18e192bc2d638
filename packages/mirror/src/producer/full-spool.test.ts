import { createManualClock } from "@understudy/runtime/fixture";
import { silentLogger } from "@understudy/runtime";
import { expect, test } from "vitest";
import { createMemoryProducer } from "./memory-producer.fixture.ts";
import { jobNumbers } from "../job/mirror-job.fixture.ts";
import { createQueueDispatcher } from "./queue-dispatcher.ts";
import type { MirrorQueues } from "../queue/queues.ts";
import { SpoolFullError } from "../spool/spool.ts";
import { createMemorySpool } from "../spool/memory-spool.fixture.ts";

const SECONDS = 5;
const JOBS_A_SECOND = 100;

function bench() {
  const clock = createManualClock();
  const producer = createMemoryProducer(clock);
  const spool = createMemorySpool();
  /** How many jobs were written out for the spool, each time. */
  const offers: number[] = [];
  const disk: { full: boolean; busy: Promise<void> | null } = { full: true, busy: null };
  const queueSpool = {
    ...spool,
    get bytes() {
      return spool.bytes;
    },
    async append(jobs: Parameters<typeof spool.append>[0]) {
      offers.push(jobs.length);
      await disk.busy;
      if (disk.full) throw new SpoolFullError(0);
      await spool.append(jobs);
    },
  };
  const dispatcher = createQueueDispatcher({
    queues: { producer: () => producer } as unknown as MirrorQueues,
    spool: { of: () => queueSpool, leftovers: () => [], bytes: () => new Map(), close: () => Promise.resolve() },
    maxQueueLength: () => 1_000_000,
    events: { dropped: () => undefined },
    clock,
    logger: silentLogger,
  });
  return { clock, producer, spool, offers, disk, dispatcher };
}

test("what waits is not written out again for a full spool with every job that comes", async () => {
  const { clock, producer, offers, dispatcher } = bench();
  producer.behave("refused");
  for (const job of jobNumbers(SECONDS * JOBS_A_SECOND)) {
    dispatcher.dispatch(job);
    await clock.advance(1_000 / JOBS_A_SECOND);
  }
  expect(offers.length).toBeGreaterThan(1);
  expect(offers.length).toBeLessThanOrEqual(SECONDS + 1);
});

test("a spool that takes jobs again gets all that waits, in parts and in order", async () => {
  const { clock, producer, spool, offers, disk, dispatcher } = bench();
  producer.behave("refused");
  for (const job of jobNumbers(350)) dispatcher.dispatch(job);
  await clock.advance(500);
  expect([spool.jobs.length, dispatcher.held()]).toEqual([0, 350]);
  disk.full = false;
  await clock.advance(10_000);
  expect(spool.jobs.map(({ pair_id }) => pair_id)).toEqual(jobNumbers(350).map(({ pair_id }) => pair_id));
  expect(dispatcher.held()).toBe(0);
  expect(Math.max(...offers)).toBeLessThanOrEqual(100);
});

test("what comes while others are being written follows them, though no more comes after it", async () => {
  const { clock, producer, spool, disk, dispatcher } = bench();
  producer.behave("refused");
  disk.full = false;
  const { promise, resolve } = Promise.withResolvers<void>();
  disk.busy = promise;
  const [first, late] = jobNumbers(2);
  if (first === undefined || late === undefined) throw new Error("two jobs were asked for");
  dispatcher.dispatch(first);
  await clock.advance(50);
  dispatcher.dispatch(late);
  await clock.advance(50);
  expect(spool.jobs).toHaveLength(0);
  resolve();
  await clock.advance(1_000);
  expect(spool.jobs).toEqual([first, late]);
});
