import { createPostgresBackend, type Queue, withBackend } from "bullmq";
import { silentLogger, systemClock as clock } from "@understudy/runtime";
import { createStore, type Database, openEmbedded, openPostgres } from "@understudy/store";
import { describeWith, pollUntil, spawnProcess, startPostgres, stopAll } from "@understudy/testkit";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { consumerOptions, NO_DEADLINE, recordDeliveries } from "./delivery-recorder.fixture.ts";
import { jobNumber } from "../job/mirror-job.fixture.ts";
import { hangingWorkersConform } from "./hanging-workers.conformance.ts";
import { describeForgetting } from "./forgetting.conformance.ts";
import { describeIntegrity } from "./integrity.conformance.ts";
import { type CarriageBench, describeCarriage, readableText, withBitTurned } from "./large-and-sealed.conformance.ts";
import { createPostgresQueues, type QueuePool } from "./postgres-queues.ts";
import type { QueuesBench } from "./queue-tools.fixture.ts";
import { describeQueues } from "./queues.conformance.ts";
import { queueName } from "./queues.ts";
import { tracedQueuesConform } from "./traced-queues.conformance.ts";

afterAll(stopAll);

async function benchOn(database: Database): Promise<QueuesBench> {
  const pool: QueuePool = database.queuePool;
  const { Queue: PostgresQueue } = withBackend(createPostgresBackend);
  const opened: { close(): Promise<void> }[] = [];
  const queues = createPostgresQueues({ pool, clock, logger: silentLogger });
  return {
    queues,
    inside(silentModel) {
      const queue = new PostgresQueue(queueName(silentModel), { connection: pool });
      opened.push(queue);
      return queue as unknown as Queue;
    },
    async setStalls(silentModel, jobId, stalls) {
      const key = [queueName(silentModel), jobId];
      await pool.query(`UPDATE job SET stalled_count = ${stalls} WHERE queue = $1 AND id = $2`, key);
    },
    async close() {
      await Promise.all(opened.map((queue) => queue.close()));
      await queues.close();
      await database.close();
    },
  };
}

async function carriageOn(database: Database): Promise<CarriageBench> {
  await createStore(database, { clock }).migrate();
  const pool: QueuePool = database.queuePool;
  const { Queue: PostgresQueue } = withBackend(createPostgresBackend);
  const opened: { close(): Promise<void> }[] = [];
  const rowsOf = async (table: string): Promise<unknown[]> => (await pool.query(`SELECT * FROM ${table}`)).rows;
  const bodiesNow = async () => (await rowsOf("understudy.bodies")) as { key: string; data: Uint8Array }[];
  return {
    async queues(keys, logger = silentLogger) {
      const queues = createPostgresQueues({ pool, clock, logger, keys });
      opened.push(queues);
      await pollUntil(() => queues.ping().then(() => true));
      return queues;
    },
    inside(silentModel) {
      const queue = new PostgresQueue(queueName(silentModel), { connection: pool });
      opened.push(queue);
      return queue as unknown as Queue;
    },
    bodies: async () => new Map((await bodiesNow()).map(({ key, data }) => [key, data.length])),
    async deleteBodies() {
      await pool.query("DELETE FROM understudy.bodies");
    },
    async damageBody(requestId) {
      const body = (await bodiesNow()).find(({ key }) => key === requestId);
      const damaged = withBitTurned(body?.data ?? Buffer.alloc(0));
      await pool.query("UPDATE understudy.bodies SET data = $2 WHERE key = $1", [requestId, damaged]);
    },
    async everything() {
      const { rows } = await pool.query<{ name: string }>(
        "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('bullmq', 'understudy')",
      );
      return (await Promise.all(rows.map(({ name }) => rowsOf(name)))).map(readableText).join("\n");
    },
    async close() {
      await Promise.all(opened.map((one) => one.close()));
      await database.close();
    },
  };
}

describeCarriage("the embedded database", async () => carriageOn(await openEmbedded("memory")));
describeIntegrity("the embedded database", async () => carriageOn(await openEmbedded("memory")));
describeForgetting("the embedded database", async () => carriageOn(await openEmbedded("memory")));
describeQueues("the embedded database", async () => benchOn(await openEmbedded("memory")));

await describeWith({ postgres: true }, "with a PostgreSQL server", () => {
  describeCarriage("PostgreSQL", async () => {
    const server = await startPostgres();
    const { url } = await server.createDatabase();
    return carriageOn(openPostgres(url, { maxQueueConnections: 90 }));
  });

  describeQueues("PostgreSQL", async () => {
    const server = await startPostgres();
    const { url } = await server.createDatabase();
    return benchOn(openPostgres(url, { maxQueueConnections: 40 }));
  });

  hangingWorkersConform(async () => {
    const { url } = await (await startPostgres()).createDatabase();
    const database = openPostgres(url);
    const queues = createPostgresQueues({ pool: database.queuePool, clock, logger: silentLogger });
    return { url, queues, close: () => queues.close().then(() => database.close()) };
  });

  test("a worker's process that is killed leaves its job to another within ten seconds, again and again", async () => {
    const server = await startPostgres();
    const { url } = await server.createDatabase();
    const database = openPostgres(url);
    const queues = createPostgresQueues({ pool: database.queuePool, clock, logger: silentLogger });
    await pollUntil(() => queues.ping().then(() => true));
    await queues.producer("quiet").add([jobNumber(1)]);
    const held = {
      path: fileURLToPath(new URL("queues-process.fixture.ts", import.meta.url)),
      job: jobNumber(1).pair_id,
    };
    const hold = () => spawnProcess("node", [held.path, "hold", "quiet", url]);
    const first = hold();
    await first.line((line) => line["taken"] === held.job);
    const second = hold();
    first.kill("SIGKILL");
    await second.line((line) => line["taken"] === held.job);
    const recorder = recordDeliveries();
    const consumer = queues.consumer(consumerOptions("quiet", recorder));
    await consumer.start();
    const killedAt = performance.now();
    second.kill("SIGKILL");
    await recorder.reached(1);
    expect(performance.now() - killedAt).toBeLessThan(10_000);
    expect(recorder.deliveries[0]?.memory).toEqual({ heldBy: second.pid });
    await consumer.stop(NO_DEADLINE);
    await queues.close();
    await database.close();
  });

  test("a consumer that is stopped as soon as it is started leaves no connection open", async () => {
    const server = await startPostgres();
    const { url } = await server.createDatabase();
    const database = openPostgres(url);
    const queues = createPostgresQueues({ pool: database.queuePool, clock, logger: silentLogger });
    await pollUntil(() => queues.ping().then(() => true));
    const consumer = queues.consumer(consumerOptions("quiet", recordDeliveries()));
    await consumer.start();
    await setImmediate();
    await consumer.stop(NO_DEADLINE);
    await queues.close();
    // Waits for every connection that was taken from the pool.
    await database.close();
    await expect(queues.ping()).rejects.toThrow("after calling end");
  });
});

describe("spans of queues on the embedded database", () => {
  tracedQueuesConform(async (telemetry) => {
    const { queuePool: pool } = await openEmbedded("memory");
    const queues = createPostgresQueues({ pool, clock, logger: silentLogger, telemetry });
    await pollUntil(() => queues.ping().then(() => true));
    return queues;
  });
});

/** Two seconds between two tries are a tenth of one. */
const hurried = { ...clock, sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms / 20, signal) };

describe("a database that cannot be reached", () => {
  test("makes producers fail at once and consumers wait, and all is well once it is there", async () => {
    const database = await openEmbedded("memory");
    let reachable = false;
    const connect = (): ReturnType<typeof database.queuePool.connect> =>
      reachable ? database.queuePool.connect() : Promise.reject(new Error("connect ECONNREFUSED"));
    const pool = new Proxy(database.queuePool, {
      get(target, key) {
        if (key === "connect") return connect;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
    const queues = createPostgresQueues({ pool, clock: hurried, logger: silentLogger });
    const recorder = recordDeliveries();
    const consumer = queues.consumer(consumerOptions("quiet", recorder));
    await consumer.start();
    await expect(queues.producer("quiet").add([jobNumber(1)])).rejects.toThrow("not ready");
    await expect(queues.ping()).rejects.toThrow("not ready");
    reachable = true;
    await pollUntil(() => queues.ping().then(() => true));
    await queues.producer("quiet").add([jobNumber(1)]);
    await recorder.reached(1);
    await consumer.stop(NO_DEADLINE);
    await queues.close();
    await database.close();
  });

  test("does not keep a consumer from stopping, nor the queues from closing", async () => {
    const database = await openEmbedded("memory");
    await database.close();
    const queues = createPostgresQueues({ pool: database.queuePool, clock, logger: silentLogger });
    const consumer = queues.consumer(consumerOptions("quiet", recordDeliveries()));
    await consumer.start();
    await consumer.stop(NO_DEADLINE);
    await queues.close();
    await expect(queues.ping()).rejects.toThrow("not ready");
  });
});
