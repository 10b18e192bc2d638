import { keepLines } from "@understudy/runtime/fixture";
import type { QueueDepth } from "@understudy/contracts";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { silentLogger, systemClock as clock } from "@understudy/runtime";
import {
  describeWith,
  type Managed,
  pollUntil,
  spawnProcess,
  startRedis,
  stopAll,
  type TestRedis,
} from "@understudy/testkit";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { FAILED_JOBS_KEPT } from "./bull-producer.ts";
import { consumerOptions, NO_DEADLINE, recordDeliveries, timed } from "./delivery-recorder.fixture.ts";
import { jobNumber, jobNumbers } from "../job/mirror-job.fixture.ts";
import { type CarriageBench, describeCarriage, readableText, withBitTurned } from "./large-and-sealed.conformance.ts";
import { hangingWorkersConform } from "./hanging-workers.conformance.ts";
import { describeForgetting } from "./forgetting.conformance.ts";
import { describeIntegrity } from "./integrity.conformance.ts";
import { describeQueues } from "./queues.conformance.ts";
import { type MirrorQueues, queueName } from "./queues.ts";
import { createRedisQueues } from "./redis-queues.ts";
import { tracedQueuesConform } from "./traced-queues.conformance.ts";

afterAll(stopAll);

const PREFIX = "{understudy}";
const EMPTY: QueueDepth = { waiting: 0, active: 0, delayed: 0, failed: 0 };
const isEmpty = (depth: QueueDepth): boolean => JSON.stringify(depth) === JSON.stringify(EMPTY);

const fails = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => false,
    () => true,
  );

function spawnQueuesProcess(...args: readonly string[]): Managed {
  return spawnProcess("node", [fileURLToPath(new URL("queues-process.fixture.ts", import.meta.url)), ...args]);
}

async function carriageOn(): Promise<CarriageBench> {
  const { url } = await startRedis();
  const admin = new Redis(url, { maxRetriesPerRequest: null });
  const opened: { close(): Promise<void> }[] = [];
  const keyOf = (requestId: string): string => `${PREFIX}:body:${requestId}`;
  const bodyKeys = (): Promise<string[]> => admin.keys(keyOf("*"));
  return {
    async queues(keys, logger = silentLogger) {
      const queues = createRedisQueues({ url, clock, logger, keys });
      opened.push(queues);
      await pollUntil(() => queues.ping().then(() => true));
      return queues;
    },
    inside: (silentModel) => new Queue(queueName(silentModel), { connection: admin, prefix: PREFIX }),
    async bodies() {
      const sizes = new Map<string, number>();
      for (const key of await bodyKeys()) sizes.set(key.slice(keyOf("").length), await admin.hstrlen(key, "data"));
      return sizes;
    },
    async deleteBodies() {
      for (const key of await bodyKeys()) await admin.del(key);
    },
    async damageBody(requestId) {
      const bytes = (await admin.hgetBuffer(keyOf(requestId), "data")) ?? Buffer.alloc(0);
      await admin.hset(keyOf(requestId), "data", withBitTurned(bytes));
    },
    everything: () => allOf(admin),
    async close() {
      await Promise.all(opened.map((one) => one.close()));
      admin.disconnect();
    },
  };
}

async function allOf(redis: Redis): Promise<string> {
  const parts: string[] = [];
  for (const key of await redis.keys("*")) {
    const read: Readonly<Record<string, () => Promise<unknown>>> = {
      string: () => redis.getBuffer(key),
      hash: () => redis.hgetallBuffer(key),
      list: () => redis.lrangeBuffer(key, 0, -1),
      set: () => redis.smembersBuffer(key),
      zset: () => redis.zrangeBuffer(key, "0", "-1"),
      stream: () => redis.xrangeBuffer(key, "-", "+"),
    };
    const type = await redis.type(key);
    // A lock, say, that was given back since.
    if (type === "none") continue;
    const value = await read[type]?.();
    if (value === undefined) throw new Error(`what lies under ${key} cannot be searched`);
    parts.push(key, readableText(value));
  }
  return parts.join("\n");
}

await describeWith({ redis: true }, "with a Redis server", () => {
  describeQueues("Redis", async () => {
    const { url } = await startRedis();
    const admin = new Redis(url, { maxRetriesPerRequest: null });
    const queues = createRedisQueues({ url, clock, logger: silentLogger });
    return {
      queues,
      inside: (silentModel) => new Queue(queueName(silentModel), { connection: admin, prefix: PREFIX }),
      async setStalls(silentModel, jobId, stalls) {
        await admin.hset(`${PREFIX}:${queueName(silentModel)}:${jobId}`, "stc", stalls);
      },
      async close() {
        await queues.close();
        admin.disconnect();
      },
    };
  });

  test("a queue that is let rest rests for all workers, and no longer than asked", async () => {
    const { url } = await startRedis();
    const workers = [1, 2].map(() => createRedisQueues({ url, clock, logger: silentLogger }));
    await Promise.all(workers.map((queues) => pollUntil(() => queues.ping().then(() => true))));
    const times: number[] = [];
    const recorder = recordDeliveries((_, number) => {
      times.push(performance.now());
      return number === 1 ? { kind: "done", restMs: 600 } : { kind: "done" };
    });
    const options = consumerOptions("quiet", recorder, { concurrency: 1 });
    const consumers = workers.map((queues) => queues.consumer(options));
    await workers[0]?.producer("quiet").add([jobNumber(1)]);
    await consumers[0]?.start();
    await recorder.reached(1);
    await pollUntil(() => workers[0]?.producer("quiet").depth(), { until: (depth) => depth?.active === 0 });
    // The other worker has met no limit of its own.
    await consumers[1]?.start();
    await workers[0]?.producer("quiet").add([2, 3, 4, 5, 6].map((number) => jobNumber(number)));
    await recorder.reached(6);
    const [first = 0, ...later] = times;
    expect(Math.min(...later) - first).toBeGreaterThanOrEqual(595);
    expect(Math.max(...later) - first).toBeLessThan(30_000);
    await Promise.all(consumers.map((consumer) => consumer.stop(NO_DEADLINE)));
    await Promise.all(workers.map((queues) => queues.close()));
  });

  describeCarriage("Redis", () => carriageOn());
  describeIntegrity("Redis", () => carriageOn());
  describeForgetting("Redis", () => carriageOn());

  describe("spans of queues on Redis", () => {
    tracedQueuesConform(async (telemetry) => {
      const queues = createRedisQueues({ url: (await startRedis()).url, clock, logger: silentLogger, telemetry });
      await pollUntil(() => queues.ping().then(() => true));
      return queues;
    });
  });

  describe("Redis in trouble", () => {
    let redis: TestRedis;
    let queues: MirrorQueues;
    const open: MirrorQueues[] = [];

    function openQueues(logger = silentLogger): MirrorQueues {
      const opened = createRedisQueues({ url: redis.url, clock, logger });
      open.push(opened);
      return opened;
    }

    const usable = (of: MirrorQueues): Promise<true> =>
      pollUntil(() => of.ping().then(() => true as const), { what: "queues that can be used" });

    beforeAll(async () => {
      redis = await startRedis({ appendonly: true });
    });
    afterEach(async () => {
      await redis.resume();
      await Promise.all(open.splice(0).map((one) => one.close()));
      await redis.restart();
      const admin = new Redis(redis.url);
      await admin.flushall();
      admin.disconnect();
    });

    test("away at the start: adding fails at once, and works by itself once Redis is there", async () => {
      await redis.kill();
      queues = openQueues();
      const producer = queues.producer("quiet");
      const failing = (): Promise<unknown> => expect(producer.add([jobNumber(1)])).rejects.toThrow("not connected");
      expect(await timed(failing)).toBeLessThan(1_500);
      await expect(queues.ping()).rejects.toThrow("not connected");
      await redis.restart();
      await pollUntil(() => producer.add([jobNumber(1)]).then(() => true), { what: "an add that works" });
      // Nothing that was given up on has landed beside it.
      expect(await producer.depth()).toEqual({ ...EMPTY, waiting: 1 });
    });

    test("away at the start: a consumer waits, and consumes once Redis is there", async () => {
      await redis.kill();
      queues = openQueues();
      const recorder = recordDeliveries();
      const consumer = queues.consumer(consumerOptions("quiet", recorder));
      await consumer.start();
      await redis.restart();
      await usable(queues);
      await queues.producer("quiet").add([jobNumber(1)]);
      await recorder.reached(1);
      await consumer.stop(NO_DEADLINE);
      expect(recorder.ids()).toEqual([jobNumber(1).pair_id]);
    });

    test("hung: adding fails within the command's limit, and trying again leaves one job", async () => {
      queues = openQueues();
      await usable(queues);
      const producer = queues.producer("quiet");
      await producer.add([jobNumber(0)]);
      await redis.pause();
      const failing = (): Promise<unknown> => expect(producer.add(jobNumbers(3))).rejects.toThrow("timed out");
      expect(await timed(failing)).toBeLessThan(20_000);
      await redis.resume();
      await pollUntil(() => producer.add(jobNumbers(3)).then(() => true), { what: "an add that works" });
      expect(await producer.depth()).toEqual({ ...EMPTY, waiting: 3 });
    });

    test("hung when a queue is first used: the queue works all the same afterwards", async () => {
      queues = openQueues();
      await usable(queues);
      await redis.pause();
      const producer = queues.producer("quiet");
      await expect(producer.add([jobNumber(1)])).rejects.toThrow("timed out");
      await redis.resume();
      await pollUntil(() => producer.add([jobNumber(1)]).then(() => true), { what: "an add that works" });
      expect(await producer.depth()).toEqual({ ...EMPTY, waiting: 1 });
    });

    test("killed and started again: producer and consumer go on, and no job that was taken is lost", async () => {
      queues = openQueues();
      await usable(queues);
      const producer = queues.producer("quiet");
      const recorder = recordDeliveries();
      const consumer = queues.consumer(consumerOptions("quiet", recorder));
      await consumer.start();
      await producer.add([jobNumber(1)]);
      await recorder.reached(1);
      await redis.kill();
      await pollUntil(() => fails(producer.add([jobNumber(2)])), { what: "an add that fails" });
      await redis.restart();
      await pollUntil(() => producer.add([jobNumber(2)]).then(() => true), { what: "an add that works" });
      await recorder.reached(2);
      expect(recorder.ids()).toEqual([jobNumber(1).pair_id, jobNumber(2).pair_id]);
      await consumer.stop(NO_DEADLINE);
    });

    test("killed while a job is under way: its outcome is still written, and the job is gone", async () => {
      queues = openQueues();
      await usable(queues);
      const gate = Promise.withResolvers<void>();
      const recorder = recordDeliveries(async (delivery) => {
        await gate.promise;
        await delivery.remember({ tries: 1 });
        return { kind: "done" };
      });
      const consumer = queues.consumer(consumerOptions("quiet", recorder));
      await consumer.start();
      await queues.producer("quiet").add([jobNumber(1)]);
      await recorder.reached(1);
      await redis.kill();
      gate.resolve();
      await redis.restart();
      await usable(queues);
      expect(await pollUntil(() => queues.producer("quiet").depth(), { until: isEmpty })).toEqual(EMPTY);
      await consumer.stop(NO_DEADLINE);
    });

    test("away: an idle consumer stops without a deadline", async () => {
      queues = openQueues();
      await usable(queues);
      const recorder = recordDeliveries();
      const consumer = queues.consumer(consumerOptions("quiet", recorder));
      await consumer.start();
      await queues.producer("quiet").add([jobNumber(1)]);
      await recorder.reached(1);
      await pollUntil(() => queues.producer("quiet").depth(), { until: isEmpty });
      await redis.kill();
      await pollUntil(() => fails(queues.ping()), { what: "a connection that is known to be lost" });
      expect(await timed(() => consumer.stop(NO_DEADLINE))).toBeLessThan(20_000);
    });

    test("away from the start: a consumer stops without a deadline", async () => {
      await redis.kill();
      queues = openQueues();
      const consumer = queues.consumer(consumerOptions("quiet", recordDeliveries()));
      await consumer.start();
      expect(await timed(() => consumer.stop(NO_DEADLINE))).toBeLessThan(20_000);
    });

    test.each(["hung", "killed"])("%s: a consumer stops at the deadline all the same", async (how) => {
      queues = openQueues();
      await usable(queues);
      const recorder = recordDeliveries(() => new Promise(() => undefined));
      const consumer = queues.consumer(consumerOptions("quiet", recorder));
      await consumer.start();
      await queues.producer("quiet").add([jobNumber(1)]);
      await recorder.reached(1);
      await (how === "hung" ? redis.pause() : redis.kill());
      expect(await timed(() => consumer.stop(AbortSignal.abort()))).toBeLessThan(20_000);
    });

    test("out of memory: a consumer rests between its errors and logs few of them, then goes on", async () => {
      const { logger, lines } = keepLines();
      queues = openQueues(logger);
      await usable(queues);
      await queues.producer("quiet").add(jobNumbers(3));
      const admin = new Redis(redis.url);
      await admin.config("SET", "maxmemory", "1");
      const recorder = recordDeliveries();
      const consumer = queues.consumer(consumerOptions("quiet", recorder));
      await consumer.start();
      const refusals = async (): Promise<number> =>
        Number(/errorstat_OOM:count=(\d+)/.exec(await admin.info("errorstats"))?.[1] ?? 0);
      await pollUntil(refusals, { until: (count) => count >= 5 });
      // Without a rest these come in a tenth of a second.
      const took = await timed(() => pollUntil(refusals, { until: (count) => count >= 70 }));
      expect(took).toBeGreaterThan(1_500);
      await admin.config("SET", "maxmemory", "0");
      await recorder.reached(3);
      expect(lines.filter(({ message }) => message === "the queue is in trouble").length).toBeLessThanOrEqual(3);
      await consumer.stop(NO_DEADLINE);
      admin.disconnect();
    });
  });

  hangingWorkersConform(async () => {
    const { url } = await startRedis();
    const queues = createRedisQueues({ url, clock, logger: silentLogger });
    return { url, queues, close: () => queues.close() };
  });

  describe("a worker's process", () => {
    test("that is killed leaves its job, and what it remembered, to another soon", async () => {
      const { url } = await startRedis();
      const queues = createRedisQueues({ url, clock, logger: silentLogger });
      await pollUntil(() => queues.ping().then(() => true));
      await queues.producer("quiet").add([jobNumber(1)]);
      const doomed = spawnQueuesProcess("hold", "quiet", url);
      await doomed.line((line) => line["taken"] === jobNumber(1).pair_id);
      const recorder = recordDeliveries();
      const consumer = queues.consumer(consumerOptions("quiet", recorder));
      await consumer.start();
      doomed.kill("SIGKILL");
      await doomed.exit;
      expect(await timed(() => recorder.reached(1))).toBeLessThan(25_000);
      expect(recorder.deliveries[0]?.memory).toEqual({ heldBy: doomed.pid });
      await consumer.stop(NO_DEADLINE);
      await queues.close();
    });

    test("ends by itself once its queues are closed", async () => {
      const { url } = await startRedis();
      const used = spawnQueuesProcess("use-and-close", "quiet", url);
      await used.line((line) => line["closed"] === true);
      expect(await used.exit).toEqual({ code: 0, signal: null });
    });

    test("ends by itself though Redis is away", async () => {
      const redis = await startRedis();
      await redis.kill();
      const stranded = spawnQueuesProcess("close-without-redis", "quiet", redis.url);
      await stranded.line((line) => line["closed"] === true);
      expect(await stranded.exit).toEqual({ code: 0, signal: null });
    });
  });

  test("failed jobs are kept up to a limit", async () => {
    const { url } = await startRedis();
    const queues = createRedisQueues({ url, clock, logger: silentLogger });
    await pollUntil(() => queues.ping().then(() => true));
    const producer = queues.producer("quiet");
    await producer.add(jobNumbers(FAILED_JOBS_KEPT + 50));
    const recorder = recordDeliveries(() => ({ kind: "failed", message: "no" }));
    const consumer = queues.consumer(consumerOptions("quiet", recorder, { concurrency: 20 }));
    await consumer.start();
    await recorder.reached(FAILED_JOBS_KEPT + 50);
    await consumer.stop(NO_DEADLINE);
    expect(await producer.depth()).toEqual({ ...EMPTY, failed: FAILED_JOBS_KEPT });
    await queues.close();
  });

  test("many silent models share a connection without a warning", async () => {
    const warnings: string[] = [];
    const note = (warning: Error): void => void warnings.push(warning.message);
    process.on("warning", note);
    const { url } = await startRedis();
    const queues = createRedisQueues({ url, clock, logger: silentLogger });
    await pollUntil(() => queues.ping().then(() => true));
    const models = Array.from({ length: 15 }, (_, number) => `quiet-${number}`);
    const recorder = recordDeliveries();
    const consumers = models.map((model) => queues.consumer(consumerOptions(model, recorder)));
    await Promise.all(consumers.map((consumer) => consumer.start()));
    await Promise.all(models.map((model) => queues.producer(model).add([jobNumber(1)])));
    await recorder.reached(models.length);
    await Promise.all(consumers.map((consumer) => consumer.stop(NO_DEADLINE)));
    await queues.close();
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });
});

test("a process ends by itself once its queues in the embedded database are closed", async () => {
  const used = spawnQueuesProcess("use-and-close", "quiet");
  await used.line((line) => line["closed"] === true);
  expect(await used.exit).toEqual({ code: 0, signal: null });
});
