import { type Database, openEmbedded, openPostgres } from "@understudy/store";
import { createPostgresBackend, runMigrations, withBackend } from "bullmq";
import { afterAll, describe, expect, test } from "vitest";

import { stopAll } from "./closing.ts";
import { describeWith } from "./describe-with.ts";
import { startPostgres } from "./postgres.ts";

const JOBS = 200;
const numbers = Array.from({ length: JOBS }, (_, number) => number);
const everyJobOnce = {
  seen: numbers,
  counts: { completed: JOBS, waiting: 0, active: 0, failed: 0 },
  warnings: [],
};
const { Queue, Worker } = withBackend(createPostgresBackend);

afterAll(stopAll);

describe("BullMQ on the embedded database", () => {
  test("works off every job once", async () => {
    expect(await workOff(await openEmbedded("memory"))).toEqual(everyJobOnce);
  });

  test("creates its schema once when two processes' parts start together", async () => {
    const database = await openEmbedded("memory");
    const versions = await Promise.all([migrateQueue(database), migrateQueue(database), migrateQueue(database)]);
    expect(new Set(versions).size).toBe(1);
    await database.close();
  });
});

await describeWith({ postgres: true }, "BullMQ on PostgreSQL", () => {
  test("works off every job once", async () => {
    const server = await startPostgres();
    const { url } = await server.createDatabase();
    expect(await workOff(openPostgres(url))).toEqual(everyJobOnce);
  });
});

/** Adds all jobs, works them off, closes everything, and tells what the worker saw and Node warned of. */
async function workOff(database: Database): Promise<unknown> {
  const warnings: string[] = [];
  const noteWarning = (warning: Error): void => void warnings.push(`${warning.name}: ${warning.message}`);
  process.on("warning", noteWarning);
  await migrateQueue(database);

  const connection = database.queuePool;
  const queue = new Queue<{ number: number }>("mirror-test", { connection });
  const seen: number[] = [];
  const finished = Promise.withResolvers<void>();
  const worker = new Worker<{ number: number }>("mirror-test", (job) => Promise.resolve(seen.push(job.data.number)), {
    connection,
    concurrency: 8,
  });
  let completed = 0;
  worker.on("completed", () => {
    completed += 1;
    if (completed === JOBS) finished.resolve();
  });
  worker.on("failed", (_job, error) => finished.reject(error));
  worker.on("error", (error) => finished.reject(error));
  await worker.waitUntilReady();

  await queue.addBulk(numbers.map((number) => ({ name: "copy", data: { number }, opts: { jobId: `job-${number}` } })));
  await finished.promise;
  const counts = await queue.getJobCounts("completed", "waiting", "active", "failed");
  await worker.close();
  await queue.close();
  await database.close();
  process.off("warning", noteWarning);
  return { seen: seen.toSorted((a, b) => a - b), counts, warnings };
}

async function migrateQueue(database: Database): Promise<number> {
  const client = await database.queuePool.connect();
  try {
    return await runMigrations(client);
  } finally {
    client.release();
  }
}
