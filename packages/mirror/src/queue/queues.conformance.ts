import type { QueueDepth } from "@understudy/contracts";
import { systemClock as clock } from "@understudy/runtime";
import { pollUntil } from "@understudy/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { FAILED_JOBS_KEPT } from "./bull-producer.ts";
import { consumerOptions, type DeliveryRecorder, recordDeliveries } from "./delivery-recorder.fixture.ts";
import { jobNumber, jobNumbers, primaryRecord } from "../job/mirror-job.fixture.ts";
import type { MirrorJob } from "../job/mirror-job.ts";
import { consumersConform } from "./queue-consumer.conformance.ts";
import { inspectorConforms } from "./queue-inspector.conformance.ts";
import type { QueuesBench, QueueTools } from "./queue-tools.fixture.ts";
import type { ConsumerOptions, QueueConsumer } from "./queues.ts";
import { readReviewJob, type ReviewJob } from "../job/review-job.ts";

function reviewJob(number: number): ReviewJob {
  return {
    version: 1,
    pair_id: `pair_${number}`,
    request_id: `req_${number}`,
    experiment: "exp-1",
    judge: { model: "judge", daily_budget_usd: 5 },
    not_judged: null,
    embedding_model: null,
    conversation: "user: hi",
    primary: "Hello",
    silent: "half a \ud83d smile\0",
    admitted_at: 1_000,
    expires_at: 2_000,
  };
}

const EMPTY: QueueDepth = { waiting: 0, active: 0, delayed: 0, failed: 0 };

/** What gateway and worker rely on, whatever stands behind the queues. */
export function describeQueues(name: string, open: () => Promise<QueuesBench>): void {
  describe(`queues on ${name}`, () => {
    let bench: QueuesBench;
    let models = 0;
    let consumers: QueueConsumer[] = [];

    beforeAll(async () => {
      bench = await open();
      await pollUntil(() => bench.queues.ping().then(() => true), { what: "a queue that can be used" });
    });
    afterEach(async () => {
      await Promise.all(consumers.map((consumer) => consumer.stop(AbortSignal.abort())));
      consumers = [];
    });
    afterAll(() => bench.close());

    /** A silent model that no other test uses. */
    function newModel(): string {
      models += 1;
      return `quiet-${models}`;
    }

    const add = (model: string, jobs: readonly MirrorJob[]): Promise<void> => bench.queues.producer(model).add(jobs);
    const depthOf = (model: string): Promise<QueueDepth> => bench.queues.producer(model).depth();

    async function depthBecomes(model: string, depth: Partial<QueueDepth>): Promise<void> {
      const wanted = JSON.stringify({ ...EMPTY, ...depth });
      await pollUntil(() => depthOf(model), {
        what: `a depth of ${wanted}`,
        until: (is) => JSON.stringify(is) === wanted,
      });
    }

    async function consume(
      model: string,
      recorder: DeliveryRecorder,
      of: Partial<ConsumerOptions> = {},
    ): Promise<QueueConsumer> {
      const consumer = bench.queues.consumer(consumerOptions(model, recorder, of));
      consumers.push(consumer);
      await consumer.start();
      return consumer;
    }

    test("every job is delivered once, as it was added, and is gone when it is done", async () => {
      const model = newModel();
      const jobs = jobNumbers(25, { silent_model: model });
      await add(model, jobs);
      const recorder = recordDeliveries();
      await consume(model, recorder);
      await recorder.reached(25);
      await depthBecomes(model, {});
      expect(recorder.ids().toSorted()).toEqual(jobs.map((job) => job.pair_id).toSorted());
      expect(recorder.deliveries.map(({ job }) => job).find((job) => job.pair_id === jobs[7]?.pair_id)).toEqual(
        jobs[7],
      );
      expect(recorder.deliveries.every(({ memory }) => memory === null)).toBe(true);
      expect(await bench.inside(model).getJob(jobs[7]?.pair_id ?? "")).toBeUndefined();
    });

    test("a waiting consumer is woken by the next job", async () => {
      const model = newModel();
      const recorder = recordDeliveries();
      await consume(model, recorder);
      await add(model, [jobNumber(1)]);
      await recorder.reached(1);
      await depthBecomes(model, {});
      await add(model, [jobNumber(2)]);
      await recorder.reached(2);
      expect(recorder.ids()).toEqual([jobNumber(1).pair_id, jobNumber(2).pair_id]);
    });

    test("what is no review is refused", () => {
      expect(() => readReviewJob({ ...reviewJob(1), version: 2 })).toThrow("version");
      expect(() => readReviewJob(null)).toThrow("expected object");
    });

    test("reviews have a queue of their own, with the same promises", async () => {
      const { reviews } = bench.queues;
      const { producer } = reviews;
      await producer.add([reviewJob(1), reviewJob(1), reviewJob(2)]);
      expect(await producer.depth()).toEqual({ ...EMPTY, waiting: 2 });
      expect(await depthOf("reviews")).toEqual(EMPTY);
      const taken: [ReviewJob, unknown][] = [];
      const service = reviews.consumer({
        concurrency: 1,
        requestsPerMinute: null,
        lostAfterMs: 60_000,
        async handle(delivery) {
          taken.push([delivery.job, delivery.memory]);
          await delivery.remember({ said: "half a \ud83d smile\0" });
          return taken.length === 1 ? { kind: "again", afterMs: 0 } : { kind: "done" };
        },
        lost: () => Promise.resolve(),
      });
      consumers.push(service);
      await service.start();
      await pollUntil(() => producer.depth(), {
        until: ({ waiting, active, delayed }) => waiting + active + delayed === 0,
      });
      expect(taken.map(([{ pair_id }]) => pair_id).toSorted()).toEqual(["pair_1", "pair_1", "pair_2"]);
      expect(taken[0]).toEqual([reviewJob(1), null]);
      expect(taken.find(([{ pair_id }, memory]) => pair_id === "pair_1" && memory !== null)?.[1]).toEqual({
        said: "half a \ud83d smile\0",
      });
    });

    test("tells which pair ids have a job that is still to end", async () => {
      const model = newModel();
      await add(model, [jobNumber(1), jobNumber(2)]);
      const ids = [1, 2, 3].map((number) => jobNumber(number).pair_id);
      expect([...(await bench.queues.producer(model).holding(ids))]).toEqual(ids.slice(0, 2));
    });

    test("a failed job is held no more", async () => {
      const model = newModel();
      await add(model, [jobNumber(1)]);
      await consume(
        model,
        recordDeliveries(() => ({ kind: "failed", message: "no" })),
      );
      await depthBecomes(model, { failed: 1 });
      expect([...(await bench.queues.producer(model).holding([jobNumber(1).pair_id]))]).toEqual([]);
    });

    const tools: QueueTools = { bench: () => bench, newModel, add, consume, depthBecomes };
    inspectorConforms(tools);

    test("an id is added once, in one batch and over several", async () => {
      const model = newModel();
      await add(model, [jobNumber(1), jobNumber(1), jobNumber(2)]);
      await add(model, [jobNumber(2), jobNumber(3)]);
      expect(await depthOf(model)).toEqual({ ...EMPTY, waiting: 3 });
      const recorder = recordDeliveries();
      await consume(model, recorder);
      await depthBecomes(model, {});
      expect(recorder.ids().toSorted()).toEqual([1, 2, 3].map((number) => jobNumber(number).pair_id).toSorted());
    });

    test("queues of different silent models are apart, whatever their names hold", async () => {
      const names = ["a/b", "a:b", "a-b", "模型 *"];
      const recorders = names.map(() => recordDeliveries());
      for (const [index, model] of names.entries()) {
        await add(model, [jobNumber(index, { silent_model: model })]);
        await consume(model, recorders[index] ?? recordDeliveries());
      }
      await Promise.all(recorders.map((recorder) => recorder.reached(1)));
      expect(recorders.map((recorder) => recorder.deliveries.map(({ job }) => job.silent_model))).toEqual(
        names.map((model) => [model]),
      );
    });

    test("`again` delivers the job again after the delay, with what was remembered", async () => {
      const model = newModel();
      const times: number[] = [];
      const recorder = recordDeliveries(async (delivery, number) => {
        times.push(performance.now());
        if (number === 3) return { kind: "done" };
        await delivery.remember({ number, said: "half a \ud83d smile\0" });
        // A backoff is no whole number of milliseconds.
        return { kind: "again", afterMs: 150.25 };
      });
      await add(model, [jobNumber(1)]);
      await consume(model, recorder);
      await recorder.reached(3);
      const said = "half a \ud83d smile\0";
      expect(recorder.deliveries.map(({ memory }) => memory)).toEqual([null, { number: 1, said }, { number: 2, said }]);
      const [first = 0, second = 0, third = 0] = times;
      expect(Math.min(second - first, third - second)).toBeGreaterThanOrEqual(149);
      // As a stalled job it would come back as well, in five seconds or more each time.
      expect(third - first).toBeLessThan(9_000);
      await depthBecomes(model, {});
    });

    test("a job that waits for its next delivery is counted as delayed", async () => {
      const model = newModel();
      const recorder = recordDeliveries(() => ({ kind: "again", afterMs: 60_000 }));
      await add(model, [jobNumber(1)]);
      await consume(model, recorder);
      await depthBecomes(model, { delayed: 1 });
      expect(recorder.deliveries).toHaveLength(1);
    });

    test("`failed` keeps the job for a look, under an id that cannot be added again", async () => {
      const model = newModel();
      const recorder = recordDeliveries(() => ({ kind: "failed", message: "server_error: it said \0 and \ud800" }));
      await add(model, [jobNumber(1)]);
      await consume(model, recorder);
      await depthBecomes(model, { failed: 1 });
      await add(model, [jobNumber(1)]);
      expect(await depthOf(model)).toEqual({ ...EMPTY, failed: 1 });
      const [kept] = await bench.inside(model).getFailed();
      expect(kept?.failedReason).toBe("server_error: it said  and \ufffd");
    });

    test("jobs are added so that failed ones are kept up to a limit, and done ones not at all", async () => {
      const model = newModel();
      await add(model, [jobNumber(1)]);
      const job = await bench.inside(model).getJob(jobNumber(1).pair_id);
      expect(job?.opts).toMatchObject({
        removeOnComplete: true,
        removeOnFail: { count: FAILED_JOBS_KEPT },
        attempts: 1,
      });
    });

    test("what a model may say and a database may not store comes through", async () => {
      const model = newModel();
      const text = "NUL \0, half a smile \ud83d, and \\u0000 spelt out";
      const answer = { text, refusal: null, tool_calls: [], finish_reason: "stop", choices: 1 };
      const job = jobNumber(1, { primary: primaryRecord({ request_id: "req_1", answer }) });
      await add(model, [job, jobNumber(2)]);
      const recorder = recordDeliveries();
      await consume(model, recorder, { concurrency: 1 });
      await recorder.reached(2);
      expect(recorder.deliveries[0]?.job).toEqual(job);
    });

    describe("a job that will never be handled", () => {
      test("because it cannot be read is told to `lost`, and holds up no other", async () => {
        const model = newModel();
        await bench.inside(model).add("mirror", { version: 99, pair_id: "pair_x" }, { jobId: "pair_x" });
        await add(model, [jobNumber(1)]);
        const lost: unknown[] = [];
        const recorder = recordDeliveries();
        await consume(model, recorder, { lost: async (data, reason) => void lost.push([data, reason]) });
        await recorder.reached(1);
        await depthBecomes(model, { failed: 1 });
        expect(lost).toEqual([[{ version: 99, pair_id: "pair_x" }, "unreadable_job"]]);
      });

      test("because it has ended too many workers is told to `lost`", async () => {
        const model = newModel();
        await add(model, [jobNumber(1), jobNumber(2)]);
        await bench.setStalls(model, jobNumber(1).pair_id, 3);
        await bench.setStalls(model, jobNumber(2).pair_id, 2);
        const lost: unknown[] = [];
        const recorder = recordDeliveries();
        await consume(model, recorder, { lost: async (data, reason) => void lost.push([data, reason]) });
        await depthBecomes(model, { failed: 1 });
        expect(lost).toEqual([[jobNumber(1), "stalled"]]);
        expect(recorder.ids()).toEqual([jobNumber(2).pair_id]);
      });

      test("because it has ended two workers is tried beside others, but not beside another of its kind", async () => {
        const model = newModel();
        await add(model, jobNumbers(5));
        for (const suspect of [0, 1]) await bench.setStalls(model, jobNumber(suspect).pair_id, 2);
        const gate = Promise.withResolvers<void>();
        const recorder = recordDeliveries(() => gate.promise.then(() => ({ kind: "done" as const })));
        await consume(model, recorder, { concurrency: 5 });
        await depthBecomes(model, { active: 4, delayed: 1 });
        gate.resolve();
        await depthBecomes(model, {});
        expect(recorder.ids().toSorted()).toEqual(jobNumbers(5).map(({ pair_id }) => pair_id));
      });

      test("is no longer waited for once its mirror would count as lost, whatever goes wrong with it", async () => {
        const model = newModel();
        const over = { admitted_at: clock.now() - 120_000, expires_at: clock.now() - 61_000 };
        await add(model, [jobNumber(1, over), jobNumber(2, { ...over, expires_at: clock.now() - 1_000 })]);
        await bench.setStalls(model, jobNumber(1).pair_id, 3);
        const away = (): Promise<never> => Promise.reject(new Error("the store is down"));
        await consume(model, recordDeliveries(away), { lost: away });
        await depthBecomes(model, { failed: 1, delayed: 1 });
        const [kept] = await bench.inside(model).getFailed();
        expect([kept?.id, kept?.failedReason]).toEqual([
          jobNumber(1).pair_id,
          "not_handled: it went wrong until its time was over",
        ]);
      });

      test("waits while its outcome cannot be written", async () => {
        const model = newModel();
        await bench.inside(model).add("mirror", { version: 99 }, { jobId: "pair_x" });
        let asked = 0;
        const lost = (): Promise<void> => {
          asked += 1;
          return Promise.reject(new Error("the store is down"));
        };
        await consume(model, recordDeliveries(), { lost });
        await depthBecomes(model, { delayed: 1 });
        expect(asked).toBe(1);
      });
    });

    test("a handler that throws loses no job: it is delivered again later", async () => {
      const model = newModel();
      const recorder = recordDeliveries(() => Promise.reject(new Error("unforeseen")));
      await add(model, [jobNumber(1, { expires_at: clock.now() + 60_000 })]);
      await consume(model, recorder);
      await depthBecomes(model, { delayed: 1 });
      expect(recorder.deliveries).toHaveLength(1);
    });

    consumersConform(tools);
  });
}
