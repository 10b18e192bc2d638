import { silentLogger } from "@understudy/runtime";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createManualClock } from "./manual-clock.sample.ts";
import { type Behaviour, createMemoryProducer } from "./memory-producer.sample.ts";
import { jobNumber } from "./mirror-job.sample.ts";
import { createQueueDispatcher } from "./queue-dispatcher.ts";
import type { MirrorQueues } from "./queues.ts";

type Step = { readonly dispatch: number } | { readonly wait: number };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ dispatch: fc.integer({ min: 1, max: 150 }) }),
    fc.record({ wait: fc.integer({ min: 0, max: 3_000 }) }),
  ),
  { maxLength: 12 },
);

/** Runs the steps against a queue that behaves so, stops, and counts the ends of every job. */
async function run(plan: readonly Step[], behaviours: readonly Behaviour[], after: Behaviour) {
  const clock = createManualClock();
  const producer = createMemoryProducer();
  producer.next(behaviours);
  producer.behave(after);
  const dropped: string[] = [];
  const dispatcher = createQueueDispatcher({
    queues: { producer: () => producer } as unknown as MirrorQueues,
    maxQueueLength: () => 300,
    events: { dropped: (job) => void dropped.push(job.pair_id) },
    clock,
    logger: silentLogger,
  });
  const ids: string[] = [];
  for (const step of plan) {
    if ("wait" in step) await clock.advance(step.wait);
    else {
      for (let left = step.dispatch; left > 0; left -= 1) {
        const job = jobNumber(ids.length);
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
    ends: [...dropped, ...producer.arrived.keys()],
    arrived: [...producer.arrived.keys()],
    held: dispatcher.held(),
  };
}

test("every dispatched job ends once, as added or as dropped, whatever the queue does", async () => {
  const behaviours = fc.array(fc.constantFrom<Behaviour>("ok", "refused", "refused", "hang"), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(steps, behaviours, fc.constantFrom<Behaviour>("ok", "refused"), async (plan, coming, after) => {
      const { ids, ends, held } = await run(plan, coming, after);
      expect(ends.toSorted()).toEqual(ids.toSorted());
      expect(held).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test("a batch that arrived though it seemed to fail is neither lost nor doubled, and the order is kept", async () => {
  const behaviours = fc.array(fc.constantFrom<Behaviour>("ok", "refused", "unknown"), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(steps, behaviours, async (plan, coming) => {
      const { ids, ends, arrived, held } = await run(plan, coming, "ok");
      expect(ends.toSorted()).toEqual(ids.toSorted());
      expect(arrived).toEqual(ids.filter((id) => arrived.includes(id)));
      expect(held).toBe(0);
    }),
    { numRuns: 150 },
  );
});
