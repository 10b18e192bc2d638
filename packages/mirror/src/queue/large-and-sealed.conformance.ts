import { keepLines } from "@understudy/runtime/fixture";
import type { Queue } from "bullmq";
import type { Logger, Service } from "@understudy/runtime";
import { pollUntil } from "@understudy/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { CLAIM_CHECK_BYTES } from "../bodies/claim-check.ts";
import { consumerOptions, type DeliveryRecorder, recordDeliveries } from "./delivery-recorder.fixture.ts";
import { jobNumber, primaryRecord } from "../job/mirror-job.fixture.ts";
import type { MirrorJob } from "../job/mirror-job.ts";
import { queueKeys } from "../job/queue-keys.fixture.ts";
import type { QueueKeys } from "../job/queue-keys.ts";
import type { ConsumerOptions, MirrorQueues } from "./queues.ts";

/** One real backend, queues on it with these keys or those, and all that it holds. */
export interface CarriageBench {
  queues(keys: QueueKeys | null, logger?: Logger): Promise<MirrorQueues>;
  inside(silentModel: string): Queue;
  /** Sizes of the bodies that are stored, by request id. */
  bodies(): Promise<ReadonlyMap<string, number>>;
  /** As if they had expired. */
  deleteBodies(): Promise<void>;
  /** Turns one bit in the middle of a stored body. */
  damageBody(requestId: string): Promise<void>;
  /** Every key and value, as text. */
  everything(): Promise<string>;
  close(): Promise<void>;
}

/** The bytes, but for one bit in the middle. */
export function withBitTurned(bytes: Uint8Array): Buffer {
  const turned = Buffer.from(bytes);
  const middle = turned.length >> 1;
  turned[middle] = (turned[middle] ?? 0) ^ 1;
  return turned;
}

/** All text and bytes in it, as they are. */
export function readableText(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${readableText(inner)}`)
    .join("\n");
}

const CANARY = "canary-7f3a";
const HOUR_MS = 3_600_000;

/** What goes beside the queue, what is sealed on it, and what becomes of both. */
export function describeCarriage(name: string, open: () => Promise<CarriageBench>): void {
  describe(`large and sealed jobs on ${name}`, () => {
    let bench: CarriageBench;
    let numbers = 0;
    const consumers: Service[] = [];

    beforeAll(async () => {
      bench = await open();
    });
    afterEach(async () => {
      await Promise.all(consumers.splice(0).map((consumer) => consumer.stop(AbortSignal.abort())));
      await bench.deleteBodies();
    });
    afterAll(() => bench.close());

    /** A request that no other test uses, mirrored to so many silent models. */
    function newJobs(models: number, text: string): readonly MirrorJob[] {
      numbers += 1;
      const number = numbers;
      const request = JSON.stringify({ messages: [{ role: "user", content: text }] });
      const answer = { text: `you said ${text}`, refusal: null, tool_calls: [], finish_reason: "stop", choices: 1 };
      const primary = primaryRecord({ request_id: `req_${number}`, answer });
      const expires_at = Date.parse("2100-01-01");
      return Array.from({ length: models }, (_, index) =>
        jobNumber(number, { silent_model: `quiet-${number}-${index}`, request, primary, expires_at }),
      );
    }

    const newJob = (text: string): MirrorJob => newJobs(1, text)[0] as MirrorJob;
    const large = (start = ""): string => start + "0123456789abcdef".repeat(12_800);

    async function add(queues: MirrorQueues, jobs: readonly MirrorJob[]): Promise<void> {
      for (const job of jobs) await queues.producer(job.silent_model).add([job]);
    }

    async function consume(
      queues: MirrorQueues,
      job: MirrorJob,
      recorder: DeliveryRecorder,
      of: Partial<ConsumerOptions> = {},
    ): Promise<void> {
      const consumer = queues.consumer(consumerOptions(job.silent_model, recorder, of));
      consumers.push(consumer);
      await consumer.start();
    }

    /** How jobs of this model were lost. */
    async function consumeLosses(queues: MirrorQueues, job: MirrorJob) {
      const recorder = recordDeliveries();
      const losses: { readonly data: unknown; readonly reason: string; readonly memory: unknown }[] = [];
      await consume(queues, job, recorder, {
        lost: async (data, reason, memory) => void losses.push({ data, reason, memory }),
      });
      return { recorder, losses };
    }

    const stateOf = (job: MirrorJob): Promise<string> => bench.inside(job.silent_model).getJobState(job.pair_id);
    const becomes = (job: MirrorJob, state: string): Promise<string> =>
      pollUntil(() => stateOf(job), { what: `a job that is ${state}`, until: (is) => is === state });
    const noBodies = (): Promise<unknown> =>
      pollUntil(() => bench.bodies(), { what: "no body", until: (bodies) => bodies.size === 0 });
    const sizeOnQueue = async (job: MirrorJob): Promise<number> =>
      JSON.stringify((await bench.inside(job.silent_model).getJob(job.pair_id))?.data).length;

    describe.each([
      ["plain", null],
      ["sealed", queueKeys("one")],
    ])("%s", (_how, keys) => {
      let queues: MirrorQueues;
      beforeAll(async () => {
        queues = await bench.queues(keys);
      });

      test("a large request to two silent models is stored once, smaller, and gone after both have ended", async () => {
        const jobs = newJobs(2, large());
        const [first, second] = jobs as [MirrorJob, MirrorJob];
        await Promise.all(jobs.map((job) => add(queues, [job])));
        expect([...(await bench.bodies()).keys()]).toEqual([first.request_id]);
        expect((await bench.bodies()).get(first.request_id)).toBeLessThan(20_000);
        expect(await sizeOnQueue(first)).toBeLessThan(2_000);
        const one = recordDeliveries();
        await consume(queues, first, one);
        await one.reached(1);
        await becomes(first, "unknown");
        const two = recordDeliveries();
        await consume(queues, second, two);
        await two.reached(1);
        await noBodies();
        expect([one.deliveries[0]?.job, two.deliveries[0]?.job]).toEqual(jobs);
      });

      test("a body is there for every delivery of its job", async () => {
        const job = newJob(large());
        await add(queues, [job]);
        const recorder = recordDeliveries((_delivery, number) =>
          number < 3 ? { kind: "again", afterMs: 1 } : { kind: "done" },
        );
        await consume(queues, job, recorder);
        await recorder.reached(3);
        await noBodies();
        expect(recorder.deliveries.map((delivery) => delivery.job)).toEqual([job, job, job]);
      });

      test("a failed job keeps its body, and with it can be tried again", async () => {
        const job = newJob(large());
        await add(queues, [job]);
        const recorder = recordDeliveries((_delivery, number) =>
          number === 1 ? { kind: "failed", message: "no" } : { kind: "done" },
        );
        await consume(queues, job, recorder);
        await becomes(job, "failed");
        expect((await bench.bodies()).size).toBe(1);
        const { silent_model, pair_id, request } = job;
        const answer = await queues.inspect(silent_model).retry("failed", pair_id, () => Promise.resolve("reopened"));
        expect(answer).toEqual({ kind: "retried" });
        await recorder.reached(2);
        await noBodies();
        expect(recorder.deliveries[1]?.job).toMatchObject({ pair_id, request, primary: job.primary });
      });

      test("a failed job gives up its body when it is discarded, and is not retried without it", async () => {
        const jobs = [newJob(large()), newJob(large())] as const;
        await add(queues, jobs);
        for (const job of jobs) {
          await consume(
            queues,
            job,
            recordDeliveries(() => ({ kind: "failed", message: "no" })),
          );
          await becomes(job, "failed");
        }
        expect(await queues.inspect(jobs[0].silent_model).discard("failed", jobs[0].pair_id)).toBe("discarded");
        expect([...(await bench.bodies()).keys()]).toEqual([jobs[1].request_id]);
        await bench.deleteBodies();
        const reopen = (): never => {
          throw new Error("the outcome must stay");
        };
        const answer = await queues.inspect(jobs[1].silent_model).retry("failed", jobs[1].pair_id, reopen);
        expect(answer).toEqual({ kind: "refused", why: "body_expired" });
      });

      test("a job whose body is gone is lost, with what is left of it and what it remembered", async () => {
        const job = newJob(large());
        await add(queues, [job]);
        const first = recordDeliveries(async (delivery) => {
          await delivery.remember({ said: "paid for" });
          return { kind: "again", afterMs: HOUR_MS };
        });
        await consume(queues, job, first);
        await becomes(job, "delayed");
        await consumers.pop()?.stop(AbortSignal.abort());
        await bench.deleteBodies();
        await (await bench.inside(job.silent_model).getJob(job.pair_id))?.promote();
        const { losses } = await consumeLosses(queues, job);
        await becomes(job, "failed");
        expect(losses).toMatchObject([
          { reason: "body_expired", memory: { said: "paid for" }, data: { pair_id: job.pair_id } },
        ]);
      });

      test("a damaged body makes its job unreadable", async () => {
        const job = newJob(large());
        await add(queues, [job]);
        await bench.damageBody(job.request_id);
        const { losses } = await consumeLosses(queues, job);
        await becomes(job, "failed");
        expect(losses).toMatchObject([{ reason: "unreadable_job", data: { pair_id: job.pair_id } }]);
      });

      test("a job up to the limit takes its texts along", async () => {
        const job = newJob("");
        const room = CLAIM_CHECK_BYTES - Buffer.byteLength(job.request + (job.primary.answer?.text ?? ""));
        const full = { ...job, request: job.request + " ".repeat(room) };
        const over = { ...newJob(""), request: `${full.request} ` };
        await add(queues, [full, over]);
        expect([...(await bench.bodies()).keys()]).toEqual([over.request_id]);
      });
    });

    test("without keys a small job goes on the queue as it is", async () => {
      const job = newJob("small");
      await add(await bench.queues(null), [job]);
      expect((await bench.inside(job.silent_model).getJob(job.pair_id))?.data).toEqual(job);
    });

    test.each([
      ["small", `${CANARY} small`],
      ["large", large(CANARY)],
    ])("with keys nothing that was said is to be found anywhere: a %s job", async (_size, text) => {
      const queues = await bench.queues(queueKeys("one"));
      const [waits, remembers, fails] = [newJob(text), newJob(text), newJob(text)];
      await add(queues, [waits, remembers, fails]);
      const remembering = recordDeliveries(async (delivery) => {
        await delivery.remember({ pair: delivery.job });
        return { kind: "again", afterMs: HOUR_MS };
      });
      await consume(queues, remembers, remembering);
      const failing = recordDeliveries(() => ({ kind: "failed", code: "bad_request", message: `no ${CANARY}` }));
      await consume(queues, fails, failing);
      await becomes(remembers, "delayed");
      await becomes(fails, "failed");
      expect((await bench.inside(fails.silent_model).getJob(fails.pair_id))?.failedReason).toMatch(/^bad_request \(/);
      expect(await bench.everything()).not.toContain(CANARY);
    });

    test("without keys it is all there, so the search does find", async () => {
      const queues = await bench.queues(null);
      const [waits, remembers, fails] = [newJob("sparrow"), newJob("x"), newJob("y")];
      await add(queues, [waits, remembers, fails]);
      const remembering = recordDeliveries(async (delivery) => {
        await delivery.remember({ said: "sparrow-note" });
        return { kind: "again", afterMs: HOUR_MS };
      });
      await consume(queues, remembers, remembering);
      const failing = recordDeliveries(() => ({ kind: "failed", message: "sparrow-failure" }));
      await consume(queues, fails, failing);
      await becomes(remembers, "delayed");
      await becomes(fails, "failed");
      const everything = await bench.everything();
      expect(
        ["you said sparrow", "sparrow-note", "sparrow-failure"].filter((text) => !everything.includes(text)),
      ).toEqual([]);
    });

    describe.each([
      ["small", "a small one"],
      ["large", large()],
    ])("keys that change: a %s job", (_size, text) => {
      test("is read with the key that sealed it, though another seals now", async () => {
        const job = newJob(text);
        await add(await bench.queues(queueKeys("old")), [job]);
        const recorder = recordDeliveries();
        await consume(await bench.queues(queueKeys("new", "old")), job, recorder);
        await recorder.reached(1);
        expect(recorder.deliveries[0]?.job).toEqual(job);
      });

      test.each([
        ["with another key", queueKeys("new")],
        ["without keys", null],
      ])("waits where its key is missing (%s), and is handled where it is there", async (_which, keys) => {
        const job = newJob(text);
        await add(await bench.queues(queueKeys("old")), [job]);
        const { logger, lines } = keepLines();
        const { losses, recorder } = await consumeLosses(await bench.queues(keys, logger), job);
        await becomes(job, "delayed");
        expect([losses, recorder.deliveries]).toEqual([[], []]);
        expect(JSON.stringify(lines)).toContain("the queue key old, which is not in UNDERSTUDY_QUEUE_KEYS");
        await consumers.pop()?.stop(AbortSignal.abort());
        await (await bench.inside(job.silent_model).getJob(job.pair_id))?.promote();
        const able = recordDeliveries();
        await consume(await bench.queues(queueKeys("new", "old")), job, able);
        await able.reached(1);
        expect(able.deliveries[0]?.job).toEqual(job);
      });

      test("whose key never comes has its outcome once it has expired", async () => {
        const job = { ...newJob(text), expires_at: 1_000 };
        await add(await bench.queues(queueKeys("old")), [job]);
        const { losses } = await consumeLosses(await bench.queues(queueKeys("new")), job);
        await becomes(job, "failed");
        expect(losses).toMatchObject([{ reason: "unknown_queue_key", data: { pair_id: job.pair_id } }]);
      });
    });

    test("a memory whose key is missing is waited for: it may hold an answer that was paid for", async () => {
      const job = newJob("small");
      await add(await bench.queues(queueKeys("one")), [job]);
      const remembering = recordDeliveries(async (delivery) => {
        await delivery.remember({ said: "paid for" });
        return { kind: "again", afterMs: HOUR_MS };
      });
      await consume(await bench.queues(queueKeys("two", "one")), job, remembering);
      await becomes(job, "delayed");
      await consumers.pop()?.stop(AbortSignal.abort());
      await (await bench.inside(job.silent_model).getJob(job.pair_id))?.promote();
      const unable = recordDeliveries();
      await consume(await bench.queues(queueKeys("one")), job, unable);
      await becomes(job, "delayed");
      expect(unable.deliveries).toEqual([]);
    });
  });
}
