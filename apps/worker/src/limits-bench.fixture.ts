import { stillControl } from "@understudy/control/fixture";
import { keepLines, type KeptLine } from "@understudy/runtime/fixture";
import { createPostgresQueues, createRedisQueues, type MirrorJob, type MirrorQueues } from "@understudy/mirror";
import { createHost, type Host, silentLogger, systemClock as clock } from "@understudy/runtime";
import { createStore, openPostgres, type Store } from "@understudy/store";
import { pollUntil } from "@understudy/testkit";
import { simulatedConfig } from "./job.fixture.ts";
import { createWorker } from "./worker.ts";

/** Only for tests: workers that share a queue and a database as processes do, each with connections of its own. */
export interface LimitsBench {
  readonly store: Store;
  /** What the workers have logged. */
  readonly lines: readonly KeptLine[];
  /** Starts a worker; `settings` are `mirror_settings`, `quiet` the silent deployment's own parameters. */
  work(settings: object, quiet?: object): Promise<{ metrics(): Promise<string> }>;
  /** Puts the jobs on the queue, and resolves when each has its outcome. */
  settle(jobs: readonly MirrorJob[]): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

export interface LimitsBenchOptions {
  readonly databaseUrl: string;
  /** Null has the queue in the database. */
  readonly redisUrl: string | null;
  readonly url: string;
}

export async function openLimitsBench({ databaseUrl, redisUrl, url }: LimitsBenchOptions): Promise<LimitsBench> {
  const hosts: Host[] = [];
  const { logger, lines } = keepLines();
  const opened: { readonly queues: MirrorQueues; readonly store: Store }[] = [];

  async function open() {
    const database = openPostgres(databaseUrl, { maxQueueConnections: 8 });
    const store = createStore(database, { clock });
    const queues =
      redisUrl === null
        ? createPostgresQueues({ pool: database.queuePool, clock, logger: silentLogger })
        : createRedisQueues({ url: redisUrl, clock, logger: silentLogger });
    const backends = { queues, store };
    opened.push(backends);
    await store.migrate();
    await pollUntil(() => queues.ping().then(() => true));
    return backends;
  }
  const { queues, store } = await open();

  return {
    store,
    lines,
    async work(settings, quiet = {}) {
      const config = simulatedConfig(url, quiet, { mirror_settings: settings });
      const worker = createWorker({
        config,
        ...(await open()),
        control: stillControl(),
        health: { host: "127.0.0.1", port: 0 },
        clock,
        logger,
      });
      const host = createHost(worker.services, { logger: silentLogger, clock, graceMs: 60_000 });
      hosts.push(host);
      await host.start();
      return { metrics: async () => (await fetch(`${worker.healthUrl()}/metrics`)).text() };
    },
    async settle(jobs) {
      const experiment = jobs[0]?.experiment ?? "";
      await queues.producer("quiet").add(jobs);
      return pollUntil(() => outcomesOf(store, experiment), {
        until: (outcomes) => Object.values(outcomes).reduce((sum, count) => sum + count, 0) === jobs.length,
        what: `an outcome of ${jobs.length} mirrors`,
        timeoutMs: 60_000,
      });
    },
    async close() {
      for (const host of hosts) await host.stop();
      for (const backends of opened) await backends.queues.close();
      for (const backends of opened) await backends.store.close();
    },
  };
}

async function outcomesOf(store: Store, experiment: string): Promise<Readonly<Record<string, number>>> {
  const counts = (await store.experiments.read(experiment))?.counts;
  if (counts === undefined) return {};
  const { paired, failed, expired, dropped } = counts;
  const all = { paired, failed, expired, ...dropped };
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
}
