import { createManualClock } from "@understudy/runtime/fixture";
import { silentLogger } from "@understudy/runtime";
import { expect, test } from "vitest";
import { BatchProducer } from "./batch-producer.ts";
import { createMemoryProducer } from "./memory-producer.fixture.ts";
import type { MirrorJob } from "../job/mirror-job.ts";
import { jobNumber } from "../job/mirror-job.fixture.ts";
import { createMemorySpool } from "../spool/memory-spool.fixture.ts";

/** What may wait in memory. */
const ROOM = 400;

const never = new AbortController().signal;

/** A batching with so many jobs on its disk already, numbered from 0. */
function bench(onDisk = 0, maxQueueLength = 1_000_000) {
  const clock = createManualClock();
  const producer = createMemoryProducer(clock);
  const spool = createMemorySpool(numbered(0, onDisk));
  const dropped: MirrorJob[] = [];
  const batching = new BatchProducer({
    silentModel: "quiet",
    producer,
    spool,
    limits: { maxBufferedJobs: ROOM, maxBufferedBytes: 64 * 1024 ** 2, maxQueueLength },
    events: { dropped: (job) => void dropped.push(job) },
    clock,
    logger: silentLogger,
  });
  batching.start();
  return { clock, producer, spool, batching, dropped };
}

function numbered(from: number, to: number, of: Partial<MirrorJob> = {}): readonly MirrorJob[] {
  return Array.from({ length: to - from }, (_, index) => jobNumber(from + index, of));
}

const idsOf = (jobs: readonly MirrorJob[]): readonly string[] => jobs.map((job) => job.pair_id);

test("what waits on the disk does not make what comes go by the disk as well", async () => {
  const { clock, producer, spool, batching } = bench(1_000);
  producer.behave("busy");
  await clock.advance(1);
  const come = numbered(1_000, 1_010);
  for (const job of come) batching.take(job);
  await clock.advance(125);
  // One batch of the disk's was under way; theirs came next, though 900 older ones were waiting there.
  expect(idsOf(come).every((id) => producer.arrived.has(id))).toBe(true);
  expect(spool.jobs).toHaveLength(900);
});

test("while more comes than one batch takes, one of eight batches is the disk's: it is never forgotten", async () => {
  const { clock, producer, spool, batching, dropped } = bench(200);
  producer.behave("busy");
  await clock.advance(1);
  for (let next = 200; producer.batches.length < 25; next += 100) {
    for (const job of numbered(next, next + 100)) batching.take(job);
    await clock.advance(50);
  }
  const oldest = new Set(idsOf(numbered(0, 200)));
  const fromDisk = producer.batches.flatMap((batch, index) => (batch.some((id) => oldest.has(id)) ? [index] : []));
  expect(fromDisk).toHaveLength(2);
  expect((fromDisk[1] ?? 0) - (fromDisk[0] ?? 0)).toBe(8);
  expect(spool.jobs.filter((job) => oldest.has(job.pair_id))).toEqual([]);
  expect(dropped).toEqual([]);
});

test("what memory would soon have no room for goes to the disk, though the queue is there, and nothing is dropped", async () => {
  const { clock, producer, spool, batching, dropped } = bench();
  producer.behave("busy");
  for (let next = 0; next < 1_000; next += 100) {
    for (const job of numbered(next, next + 100)) batching.take(job);
    await clock.advance(10);
  }
  expect(producer.arrived.size).toBeGreaterThan(0);
  expect(spool.jobs.length).toBeGreaterThan(ROOM / 2);
  await clock.advance(10_000);
  expect([producer.arrived.size, producer.again.length, dropped.length, batching.held]).toEqual([1_000, 0, 0, 0]);
});

test("a large batch may take longer than a small one before its queue seems to be away", async () => {
  for (const [bytes, expected] of [
    [10, 1],
    [80_000, 0],
  ] as const) {
    const { clock, producer, spool, batching } = bench();
    producer.behave("hang");
    for (const job of numbered(0, 100, { request: "x".repeat(bytes) })) batching.take(job);
    await clock.advance(150);
    expect(Math.min(spool.jobs.length, 1)).toBe(expected);
    await clock.advance(400);
    expect(spool.jobs).toHaveLength(100);
  }
});

test("what arrives while it is being written to the disk is taken off it again", async () => {
  const { clock, producer, spool, batching } = bench();
  const { promise, resolve } = Promise.withResolvers<void>();
  spool.waitFor(promise);
  producer.next(["late"]);
  for (const job of numbered(0, 10)) batching.take(job);
  await clock.advance(600);
  expect(producer.arrived.size).toBe(10);
  resolve();
  await clock.advance(5_000);
  expect([spool.jobs.length, producer.again.length, batching.held]).toEqual([0, 0, 0]);
});

test("what is being written to the disk does not go to the queue meanwhile", async () => {
  const { clock, producer, spool, batching } = bench();
  const { promise, resolve } = Promise.withResolvers<void>();
  spool.waitFor(promise);
  producer.behave("busy");
  for (const job of numbered(0, 300)) batching.take(job);
  await clock.advance(1_000);
  // The older half: the newer one is on its way to the disk since memory was crowded.
  expect([producer.arrived.size, batching.held]).toEqual([150, 150]);
  resolve();
  await clock.advance(5_000);
  expect([producer.arrived.size, producer.again.length, spool.jobs.length, batching.held]).toEqual([300, 0, 0, 0]);
});

test("what arrives only after the end takes nothing off the disk that others left there", async () => {
  const { clock, producer, spool, batching } = bench(200);
  producer.next(["busy", "very late"]);
  await clock.advance(1);
  for (const job of numbered(200, 210)) batching.take(job);
  await clock.advance(600);
  await clock.advanceUntil(batching.close(AbortSignal.abort()));
  const left = idsOf(numbered(100, 210));
  expect(idsOf(spool.jobs)).toEqual(left);
  await clock.advance(5_000);
  expect(producer.arrived.size).toBe(110);
  expect(idsOf(spool.jobs)).toEqual(left);
});

test("a disk that cannot be read holds up nothing but what lies there", async () => {
  const { clock, producer, spool, batching } = bench(100);
  spool.readable(false);
  await clock.advance(1);
  const come = numbered(100, 110);
  for (const job of come) batching.take(job);
  await clock.advance(50);
  expect([...producer.arrived.keys()]).toEqual(idsOf(come));
  expect([spool.jobs.length, spool.reads]).toEqual([100, 1]);
  spool.readable(true);
  await clock.advance(10_000);
  expect([producer.arrived.size, producer.again.length, spool.jobs.length]).toEqual([110, 0, 0]);
});

test("while the queue does not answer, what comes is on the disk soon, and older ones are tried in its stead", async () => {
  const { clock, producer, spool, batching } = bench(100);
  producer.behave("refused late");
  await clock.advance(150);
  const come = numbered(100, 4_100);
  const late: string[] = [];
  for (const [index, job] of come.entries()) {
    batching.take(job);
    await clock.advance(3);
    const earlier = come[index - 10];
    if (earlier !== undefined && !spool.jobs.includes(earlier)) late.push(earlier.pair_id);
  }
  expect(late).toEqual([]);
});

test("a full disk long ago does not keep jobs in memory now that the queue hangs", async () => {
  const { clock, producer, spool, batching } = bench();
  producer.next(["refused"]);
  spool.next([true]);
  for (const job of numbered(0, 1)) batching.take(job);
  await clock.advance(10_000);
  expect([producer.arrived.size, spool.jobs.length]).toEqual([1, 0]);
  producer.behave("hang");
  for (const job of numbered(1, 2)) batching.take(job);
  await clock.advance(150);
  expect(spool.jobs).toHaveLength(1);
});

test("what lies on the disk fills the queue only as far as nothing that comes is shed for it", async () => {
  const { clock, producer, spool, batching, dropped } = bench(1_000, 500);
  producer.setDepth({ waiting: 400 });
  await clock.advance(5_000);
  // The queue had not told yet how long it was when the first two batches went.
  expect(spool.jobs).toHaveLength(800);
  for (const job of numbered(1_000, 1_001)) batching.take(job);
  await clock.advance(50);
  expect([producer.arrived.size, dropped.length, spool.jobs.length]).toEqual([201, 0, 800]);
  producer.setDepth({ waiting: 0 });
  await clock.advance(20_000);
  expect(spool.jobs).toEqual([]);
});

test("a process that ends waits for the disk's batch that is under way, and takes it off", async () => {
  const { clock, producer, spool, batching } = bench(200);
  producer.behave("busy");
  await clock.advance(1);
  await clock.advanceUntil(batching.close(never));
  expect([producer.arrived.size, spool.jobs.length]).toEqual([100, 100]);
});

test("a process that ends while a batch is late does not leave it on the disk to be sent again", async () => {
  const { clock, producer, spool, batching } = bench(200);
  producer.next(["busy", "late"]);
  await clock.advance(1);
  for (const job of numbered(200, 210)) batching.take(job);
  await clock.advance(250);
  await clock.advanceUntil(batching.close(never));
  expect(producer.arrived.size).toBe(110);
  expect(idsOf(spool.jobs)).toEqual(idsOf(numbered(100, 200)));
});
