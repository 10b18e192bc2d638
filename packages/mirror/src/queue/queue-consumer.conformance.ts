import { pollUntil } from "@understudy/testkit";
import { describe, expect, test } from "vitest";
import { consumerOptions, NO_DEADLINE, recordDeliveries, timed } from "./delivery-recorder.fixture.ts";
import { jobNumber, jobNumbers } from "../job/mirror-job.fixture.ts";
import type { QueueTools } from "./queue-tools.fixture.ts";
import type { ConsumerOptions } from "./queues.ts";

/** Of a consumer's pace, its rests and its end, whatever stands behind the queue. */
export function consumersConform({ bench, newModel, add, consume, depthBecomes }: QueueTools): void {
  test("no more jobs are under way at once than the concurrency allows", async () => {
    const model = newModel();
    const gate = Promise.withResolvers<void>();
    let now = 0;
    let most = 0;
    const recorder = recordDeliveries(async () => {
      now += 1;
      most = Math.max(most, now);
      await gate.promise;
      now -= 1;
      return { kind: "done" };
    });
    await add(model, jobNumbers(12));
    await consume(model, recorder, { concurrency: 3 });
    await recorder.reached(3);
    await depthBecomes(model, { active: 3, waiting: 9 });
    gate.resolve();
    await recorder.reached(12);
    await depthBecomes(model, {});
    expect(most).toBe(3);
  });

  test("another concurrency holds from the next job on", async () => {
    const model = newModel();
    const gates = Array.from({ length: 8 }, () => Promise.withResolvers<void>());
    const recorder = recordDeliveries(async (_, number) => {
      await gates[number - 1]?.promise;
      return { kind: "done" };
    });
    await add(model, jobNumbers(8));
    const consumer = await consume(model, recorder, { concurrency: 1 });
    await recorder.reached(1);
    consumer.setConcurrency(3);
    gates[0]?.resolve();
    await recorder.reached(4);
    await depthBecomes(model, { active: 3, waiting: 4 });
    consumer.setConcurrency(1);
    for (const gate of gates.slice(1, 4)) gate.resolve();
    await recorder.reached(5);
    await depthBecomes(model, { active: 1, waiting: 3 });
    for (const gate of gates) gate.resolve();
    await depthBecomes(model, {});
    expect(recorder.deliveries).toHaveLength(8);
  });

  test.each([
    [2, 2, 60_000],
    [0.5, 1, 120_000],
  ])("%d requests a minute hold for all workers together", async (requestsPerMinute, max, windowMs) => {
    const model = newModel();
    const recorder = recordDeliveries();
    await add(model, jobNumbers(5));
    await consume(model, recorder, { requestsPerMinute });
    await consume(model, recorder, { requestsPerMinute });
    await depthBecomes(model, { waiting: 5 - max });
    const ttl = await pollUntil(() => bench().inside(model).getRateLimitTtl(max));
    expect(ttl).toBeGreaterThan(windowMs - 10_000);
    expect(ttl).toBeLessThanOrEqual(windowMs);
    expect(recorder.deliveries).toHaveLength(max);
  });

  describe("a queue that is let rest", () => {
    /** When each job was delivered, in milliseconds since the first. */
    async function deliverWithRest(of: Partial<ConsumerOptions> = {}): Promise<readonly number[]> {
      const model = newModel();
      const times: number[] = [];
      const recorder = recordDeliveries((_, number) => {
        times.push(performance.now());
        return number === 1 ? { kind: "done", restMs: 400.5 } : { kind: "done" };
      });
      await add(model, jobNumbers(4));
      await consume(model, recorder, { concurrency: 1, ...of });
      await recorder.reached(4);
      await depthBecomes(model, {});
      return times.map((time) => time - (times[0] ?? 0));
    }

    test("delivers no job until then, and then all", async () => {
      const [, ...later] = await deliverWithRest();
      // BullMQ counts from its own wall clock, in whole milliseconds.
      expect(Math.min(...later)).toBeGreaterThanOrEqual(395);
      expect(Math.max(...later)).toBeLessThan(30_000);
    });

    test("does so beside a limit of requests a minute, which still holds", async () => {
      const [, ...later] = await deliverWithRest({ requestsPerMinute: 1_000 });
      expect(Math.min(...later)).toBeGreaterThanOrEqual(395);
    });

    test("rests on when it is asked again for longer", async () => {
      const model = newModel();
      const times: number[] = [];
      const recorder = recordDeliveries((_, number) => {
        times.push(performance.now());
        return number <= 2 ? { kind: "done", restMs: number === 1 ? 100 : 500 } : { kind: "done" };
      });
      await add(model, jobNumbers(3));
      await consume(model, recorder, { concurrency: 2 });
      await recorder.reached(3);
      const [first = 0, , third = 0] = times;
      expect(third - first).toBeGreaterThanOrEqual(495);
      expect(third - first).toBeLessThan(30_000);
    });

    test("gives back what is under way and stops while it rests", async () => {
      const model = newModel();
      const recorder = recordDeliveries(() => ({ kind: "again", afterMs: 60_000, restMs: 60_000 }));
      await add(model, jobNumbers(2));
      const consumer = await consume(model, recorder, { concurrency: 1 });
      await depthBecomes(model, { waiting: 1, delayed: 1 });
      expect(await timed(() => consumer.stop(NO_DEADLINE))).toBeLessThan(30_000);
      expect(recorder.deliveries).toHaveLength(1);
    });
  });

  describe("stopping a consumer", () => {
    test("before it was started, and twice, is safe, and what is then started consumes nothing", async () => {
      const model = newModel();
      const recorder = recordDeliveries();
      const consumer = bench().queues.consumer(consumerOptions(model, recorder));
      await consumer.stop(NO_DEADLINE);
      await consumer.stop(NO_DEADLINE);
      await consumer.start();
      await add(model, [jobNumber(1)]);
      await consumer.stop(NO_DEADLINE);
      expect([recorder.deliveries.length, (await bench().queues.producer(model).depth()).waiting]).toEqual([0, 1]);
    });

    test("lets the jobs under way end, and takes no other", async () => {
      const model = newModel();
      const gate = Promise.withResolvers<void>();
      const recorder = recordDeliveries(() => gate.promise.then(() => ({ kind: "done" as const })));
      await add(model, jobNumbers(3));
      const consumer = await consume(model, recorder, { concurrency: 1 });
      await recorder.reached(1);
      const stopped = consumer.stop(NO_DEADLINE);
      gate.resolve();
      await stopped;
      await consumer.stop(NO_DEADLINE);
      expect(recorder.deliveries).toHaveLength(1);
      await depthBecomes(model, { waiting: 2 });
    });

    test("ends the calls under way at the deadline, and another consumer gets their jobs at once", async () => {
      const model = newModel();
      const recorder = recordDeliveries(async (delivery) => {
        await delivery.remember({ begun: true });
        await new Promise<void>((resolve) =>
          delivery.signal.addEventListener("abort", () => resolve(), { once: true }),
        );
        return { kind: "again", afterMs: 0 };
      });
      await add(model, jobNumbers(2));
      const consumer = await consume(model, recorder, { concurrency: 2 });
      await recorder.reached(2);
      const deadline = new AbortController();
      const stopped = consumer.stop(deadline.signal);
      deadline.abort();
      await stopped;
      const other = recordDeliveries();
      await consume(model, other);
      await other.reached(2);
      expect(other.deliveries.map(({ memory }) => memory)).toEqual([{ begun: true }, { begun: true }]);
    });

    test("takes the job from a handler that hangs, and its late word counts for nothing", async () => {
      const model = newModel();
      const late = Promise.withResolvers<void>();
      let rejected: unknown = null;
      const recorder = recordDeliveries(async (delivery) => {
        await late.promise;
        await delivery.remember({ late: true }).catch((error: unknown) => (rejected = error));
        return { kind: "failed", message: "too late" };
      });
      await add(model, [jobNumber(1)]);
      const consumer = await consume(model, recorder);
      await recorder.reached(1);
      expect(await timed(() => consumer.stop(AbortSignal.abort()))).toBeLessThan(20_000);
      const other = recordDeliveries(async () => {
        late.resolve();
        await pollUntil(() => rejected);
        return { kind: "done" };
      });
      await consume(model, other);
      await other.reached(1);
      await depthBecomes(model, {});
      expect([other.deliveries[0]?.memory, String(rejected)]).toEqual([null, "Error: the job was given back already"]);
    });
  });
}
