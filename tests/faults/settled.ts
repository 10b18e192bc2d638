import { createRedisQueues } from "@understudy/mirror";
import { silentLogger, systemClock } from "@understudy/runtime";
import { pollUntil } from "@understudy/testkit";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { Client } from "pg";
import { request } from "undici";
import type { Counts, RunSeen, StoredPair } from "./check-account.ts";
import { EXPERIMENT, type House, SILENT_GROUP } from "./house.ts";

/** What stands in the database and on the queue once nothing moves any more. */
export type Settled = Pick<RunSeen, "pairs" | "counts" | "writtenAsAdmitted" | "left">;

/**
 * Waits until queue and spools are empty and nothing is pending; after `timeoutMs` takes what there is, for the checker
 * to complain of.
 */
export async function settled(house: House, timeoutMs: number): Promise<Settled> {
  const queues = createRedisQueues({ url: house.redis.url, clock: systemClock, logger: silentLogger });
  const database = new Client({ connectionString: house.databaseUrl });
  // Whoever asks learns of a lost connection from the answer; nobody listens between two questions.
  database.on("error", () => undefined);
  await database.connect();
  try {
    const look = () => lookAt(house, queues.producer(SILENT_GROUP), database);
    const over = ({ counts, left, writtenAsAdmitted }: Look): boolean =>
      left.jobs === 0 && left.spooledBytes === 0 && counts.pending === 0 && writtenAsAdmitted > 0;
    const wait = { what: "empty queues", until: over, timeoutMs, every: 200 };
    const last = await pollUntil(look, wait).catch(look);
    return { ...last, pairs: await storedPairs(database) };
  } finally {
    await database.end();
    await queues.close();
  }
}

/** Waits until no job is left on queue and spools, whatever became of each. Rejects after `timeoutMs`. */
export async function drained(house: House, timeoutMs: number): Promise<void> {
  const queues = createRedisQueues({ url: house.redis.url, clock: systemClock, logger: silentLogger });
  const left = async (): Promise<number> => {
    const { waiting, active, delayed } = await queues.producer(SILENT_GROUP).depth();
    return waiting + active + delayed + (await bytesIn(house.spoolFolder));
  };
  const none = (count: number): boolean => count === 0;
  await pollUntil(left, { what: "empty queues", until: none, timeoutMs, every: 200 }).finally(() => queues.close());
}

type Look = Omit<Settled, "pairs">;

interface Depths {
  depth(): Promise<{ readonly waiting: number; readonly active: number; readonly delayed: number }>;
}

async function lookAt(house: House, producer: Depths, database: Client): Promise<Look> {
  const { waiting, active, delayed } = await producer.depth();
  const spooledBytes = await bytesIn(house.spoolFolder);
  // Gateways write down their account every second: one that reads nothing pending may only not have been told yet.
  const writtenAsAdmitted = await admittedByLedger(database);
  return { counts: await countsOf(house), writtenAsAdmitted, left: { jobs: waiting + active + delayed, spooledBytes } };
}

async function countsOf({ gateway }: House): Promise<Counts> {
  const { statusCode, body } = await request(`${gateway.url}/api/experiments/${EXPERIMENT}`);
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`the experiment cannot be read: ${statusCode} ${text}`);
  return (JSON.parse(text) as { readonly counts: Counts }).counts;
}

async function admittedByLedger(database: Client): Promise<number> {
  const { rows } = await database.query<{ readonly admitted: number }>(
    "SELECT coalesce(sum(count), 0)::int AS admitted FROM understudy.ledger WHERE kind = 'admitted'",
  );
  return rows[0]?.admitted ?? 0;
}

async function storedPairs(database: Client): Promise<readonly StoredPair[]> {
  const { rows } = await database.query<StoredPair>(
    `SELECT id, client_request_id AS "clientRequestId", silent_model AS "silentModel", outcome FROM understudy.pairs`,
  );
  return rows;
}

/** Of jobs in spools: their files go when the last job in them has gone. */
export async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const file of await readdir(folder, { recursive: true }).catch(() => [])) {
    if (!file.endsWith(".jobs")) continue;
    bytes += await stat(path.join(folder, file)).then(
      ({ size }) => size,
      // It went while we looked.
      () => 0,
    );
  }
  return bytes;
}
