import { createManualClock } from "@understudy/runtime/fixture";
import { silentLogger } from "@understudy/runtime";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Behaviour, createMemoryProducer } from "./memory-producer.fixture.ts";
import { jobNumber } from "../job/mirror-job.fixture.ts";
import { createQueueDispatcher } from "./queue-dispatcher.ts";
import type { MirrorQueues } from "../queue/queues.ts";
import type { Spool } from "../spool/spool.ts";
import { createMemorySpool, type MemorySpool } from "../spool/memory-spool.fixture.ts";

type Step = { readonly dispatch: number } | { readonly wait: number };

/** Of every job, where nothing else is said. */
const SMALL = "{}";
/** Some thirty of them are half of what may wait in memory. */
const LARGE = "x".repeat(1024 ** 2);

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ dispatch: fc.integer({ min: 1, max: 150 }) }),
    fc.record({ wait: fc.integer({ min: 0, max: 3_000 }) }),
  ),
  { maxLength: 12 },
);

const onlyProducer = (queueSpool: MemorySpool): Spool => ({
  of: () => queueSpool,
  leftovers: () => (queueSpool.bytes > 0 ? ["quiet"] : []),
  bytes: () => new Map(),
  close: () => Promise.resolve(),
});

interface Course {
  readonly plan: readonly Step[];
  /** What the queue does with the first batches, one each, and with all that follow. */
  readonly behaviours?: readonly Behaviour[];
  readonly after: Behaviour;
  readonly spool?: MemorySpool;
  readonly request?: string;
}

/** Runs the steps against a queue that behaves so, stops, and counts the ends of every job. */
async function run({ plan, behaviours = [], after, spool, request = SMALL }: Course) {
  const clock = createManualClock();
  const producer = createMemoryProducer(clock);
  producer.next(behaviours);
  producer.behave(after);
  const dropped: string[] = [];
  const unresolved: string[] = [];
  const dispatcher = createQueueDispatcher({
    queues: { producer: () => producer } as unknown as MirrorQueues,
    spool: spool === undefined ? null : onlyProducer(spool),
    maxQueueLength: () => 300,
    events: {
      dropped: (job) => void dropped.push(job.pair_id),
      unresolved: (job) => void unresolved.push(job.pair_id),
    },
    clock,
    logger: silentLogger,
  });
  const ids: string[] = [];
  for (const step of plan) {
    if ("wait" in step) await clock.advance(step.wait);
    else {
      for (let left = step.dispatch; left > 0; left -= 1) {
        const job = jobNumber(ids.length, { request });
        ids.push(job.pair_id);
        dispatcher.dispatch(job);
      }
    }
  }
  const deadline = new AbortController();
  clock.after(20_000, () => deadline.abort(new Error("time is up")));
  await clock.advanceUntil(dispatcher.stop(deadline.signal));
  return {
    ids,
    ends: [...dropped, ...unresolved.filter((id) => !producer.arrived.has(id)), ...producer.arrived.keys()],
    unresolved,
    arrived: [...producer.arrived.keys()],
    again: producer.again,
    dropped,
    held: dispatcher.held(),
  };
}

test("every dispatched job ends once, as added, dropped or sent without an answer, whatever the queue does", async () => {
  const coming = fc.array(fc.constantFrom<Behaviour>("ok", "refused", "refused", "hang"), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(steps, coming, fc.constantFrom<Behaviour>("ok", "refused"), async (plan, behaviours, after) => {
      const { ids, ends, held } = await run({ plan, behaviours, after });
      expect(ends.toSorted()).toEqual(ids.toSorted());
      expect(held).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test("a batch that arrived though it seemed to fail is neither lost nor doubled, and the order is kept", async () => {
  const coming = fc.array(fc.constantFrom<Behaviour>("ok", "refused", "unknown"), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(steps, coming, async (plan, behaviours) => {
      const { ids, ends, arrived, held } = await run({ plan, behaviours, after: "ok" });
      expect(ends.toSorted()).toEqual(ids.toSorted());
      expect(arrived).toEqual(ids.filter((id) => arrived.includes(id)));
      expect(held).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test("with a spool every job arrives, is dropped or lies on the disk, and nothing that was dropped is anywhere else", async () => {
  const coming = fc.array(
    fc.constantFrom<Behaviour>("ok", "busy", "late", "refused", "refused late", "unknown", "hang"),
    { maxLength: 12 },
  );
  const refusals = fc.array(fc.boolean(), { maxLength: 6 });
  const lasting = fc.constantFrom<Behaviour>("ok", "late", "refused");
  const courses = fc.record({
    plan: steps,
    behaviours: coming,
    after: lasting,
    request: fc.constantFrom(SMALL, LARGE),
  });
  await fc.assert(
    fc.asyncProperty(courses, refusals, async (course, refuse) => {
      const spool = createMemorySpool();
      spool.next(refuse);
      const { ids, arrived, dropped, unresolved, held } = await run({ ...course, spool });
      const spooled = spool.jobs.map((job) => job.pair_id);
      expect(new Set([...arrived, ...dropped, ...unresolved, ...spooled])).toEqual(new Set(ids));
      expect(dropped.filter((id) => arrived.includes(id) || spooled.includes(id))).toEqual([]);
      expect(new Set(spooled).size).toBe(spooled.length);
      expect(held).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test("a queue that is only late gets every job, and each of them once, however full memory is", async () => {
  const coming = fc.array(fc.constantFrom<Behaviour>("ok", "busy", "late"), { maxLength: 12 });
  const sizes = fc.constantFrom(SMALL, LARGE);
  await fc.assert(
    fc.asyncProperty(steps, coming, sizes, async (before, behaviours, request) => {
      const spool = createMemorySpool();
      const plan = [...before, { wait: 60_000 }];
      const { ids, arrived, again, dropped } = await run({ plan, behaviours, after: "ok", spool, request });
      expect(new Set([...arrived, ...dropped])).toEqual(new Set(ids));
      expect(again).toEqual([]);
      expect(spool.jobs).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test("what a process leaves on the disk arrives with the next one", async () => {
  await fc.assert(
    fc.asyncProperty(steps, steps, async (plan, later) => {
      const spool = createMemorySpool();
      const first = await run({ plan, after: "refused", spool });
      const left = spool.jobs.map((job) => job.pair_id);
      expect(left.length + first.dropped.length + first.unresolved.length).toBe(first.ids.length);
      const second = await run({ plan: [...later, { wait: 60_000 }], after: "ok", spool });
      expect(left.filter((id) => !second.arrived.includes(id))).toEqual([]);
      expect(spool.jobs).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
