import { createPostgresQueues, type MirrorJob, type MirrorQueues } from "@understudy/mirror";
import { silentLogger as logger, systemClock as clock } from "@understudy/runtime";
import { createPairStore, openEmbedded, type PairStore } from "@understudy/store";

/** The queue and the store of a laptop: one embedded database, in memory. */
export interface EmbeddedBench {
  readonly queues: MirrorQueues;
  readonly store: PairStore;
  /** The jobs that wait on all queues, oldest first. */
  jobs(): Promise<readonly MirrorJob[]>;
  /** All that the queue keeps of its jobs, as text. */
  rawQueue(): Promise<string>;
  emptyQueue(): Promise<void>;
  close(): Promise<void>;
}

export async function openEmbeddedBench(): Promise<EmbeddedBench> {
  const database = await openEmbedded("memory");
  const queues = createPostgresQueues({ pool: database.queuePool, clock, logger });
  const store = createPairStore(database, { clock });
  await store.migrate();
  const { pool } = database;
  return {
    queues,
    store,
    async jobs() {
      const { rows } = await pool.query<{ data: MirrorJob }>("SELECT data FROM bullmq.job ORDER BY seq");
      return rows.map((row) => row.data);
    },
    async rawQueue() {
      const tables = ["job", "job_log", "event", "meta"].map((table) => pool.query(`SELECT * FROM bullmq.${table}`));
      return JSON.stringify((await Promise.all(tables)).map(({ rows }) => rows));
    },
    async emptyQueue() {
      await pool.query("DELETE FROM bullmq.job");
    },
    async close() {
      await queues.close();
      await database.close();
    },
  };
}
