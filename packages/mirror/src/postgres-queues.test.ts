import { createPostgresBackend, type Queue, withBackend } from "bullmq";
import { silentLogger, systemClock as clock } from "@understudy/runtime";
import { type Database, openEmbedded, openPostgres } from "@understudy/store";
import { describeWith, pollUntil, startPostgres, stopAll } from "@understudy/testkit";
import { setImmediate } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { consumerOptions, NO_DEADLINE, recordDeliveries } from "./delivery-recorder.sample.ts";
import { jobNumber } from "./mirror-job.sample.ts";
import { createPostgresQueues, type QueuePool } from "./postgres-queues.ts";
import { describeQueues, type QueuesBench } from "./queues.conformance.ts";
import { queueName } from "./queues.ts";

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

describeQueues("the embedded database", async () => benchOn(await openEmbedded("memory")));

await describeWith({ postgres: true }, "with a PostgreSQL server", () => {
  describeQueues("PostgreSQL", async () => {
    const server = await startPostgres();
    const { url } = await server.createDatabase();
    return benchOn(openPostgres(url, { maxQueueConnections: 40 }));
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
