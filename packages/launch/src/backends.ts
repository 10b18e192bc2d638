import type { Config } from "@understudy/config";
import { createPostgresQueues, createRedisQueues, type Queues } from "@understudy/mirror";
import { type Clock, errorFields, type Exposed, type Logger, sayExposed, type Service } from "@understudy/runtime";
import { createStore, type Database, openEmbedded, openPostgres, type Store } from "@understudy/store";
import { openQueueSpans, type QueueSpans } from "@understudy/telemetry";
import { howCalled } from "./how-called.ts";
import { folderTrouble } from "./folder-trouble.ts";
import { postgresAt, redisAt } from "./places.ts";
import { createSchemaService } from "./schema-service.ts";
import { type ProcessSettings, queueKeysOf, SettingsError } from "./settings.ts";

/** Where jobs wait and pairs are kept. */
export interface Backends {
  readonly queues: Queues;
  readonly store: Store;
  /** Of what passes the queues; null where no spans are collected. */
  readonly queueSpans: QueueSpans | null;
  /** Starts before, and stops after, everything that uses them. */
  readonly service: Service;
  /** For a person: what stands behind them. */
  readonly description: string;
  /** For a person: what of it does not answer now, and what that means; a sentence each. */
  away(): Promise<readonly string[]>;
}

export interface BackendDeps {
  /** For whom jobs go on queues or come off them: the process's name in its spans, and who collects those. */
  readonly spans?: { readonly name: string; readonly config: Config };
  readonly clock: Clock;
  readonly logger: Logger;
}

/** For a process of its own: queues on Redis, or on PostgreSQL where there is no Redis; pairs in PostgreSQL. */
export async function openSharedBackends(settings: ProcessSettings, deps: BackendDeps): Promise<Backends> {
  const { redisUrl, databaseUrl } = settings;
  if (databaseUrl === null) {
    throw new SettingsError(
      "DATABASE_URL (--database-url) is not set: gateway and worker meet there. " +
        `Set it, and REDIS_URL for the queue, or run both in one process with \`${howCalled("up")}\``,
    );
  }
  const onConnectionLost = (error: Error): void => {
    deps.logger.warn("a connection to the database was lost", errorFields(error));
  };
  const database = openPostgres(databaseUrl, { onConnectionLost });
  const pairs = postgresAt(databaseUrl);
  const description =
    redisUrl === null ? `queue and pairs in ${pairs}` : `queue on ${redisAt(redisUrl)}, pairs in ${pairs}`;
  return backends(settings, { database, description }, deps);
}

/** For one process that is both gateway and worker: what is not set is embedded, in the data folder. */
export async function openOwnBackends(settings: ProcessSettings, deps: BackendDeps): Promise<Backends> {
  if (settings.databaseUrl !== null) return openSharedBackends(settings, deps);
  const onExposed = (exposed: readonly Exposed[]): void => deps.logger.warn(sayExposed(exposed) ?? "");
  const database = await openEmbedded(settings.dataDir, { onExposed }).catch((error: unknown) => {
    throw dataFolderFault(settings.dataDir, error);
  });
  const { redisUrl } = settings;
  const queue = redisUrl === null ? "queue and" : `queue on ${redisAt(redisUrl)},`;
  const description = `${queue} pairs in the embedded database ${settings.dataDir}`;
  return backends(settings, { database, description }, deps);
}

function dataFolderFault(folder: string, error: unknown): unknown {
  const trouble = folderTrouble(error);
  if (trouble === null) return error;
  return new SettingsError(
    `--data-dir (DATA_DIR): ${folder} cannot be used: ${trouble}. Name a folder that this process can write, or set DATABASE_URL`,
  );
}

function openQueues(
  settings: ProcessSettings,
  database: Database,
  deps: BackendDeps,
  telemetry: QueueSpans["telemetry"] | null,
): Queues {
  const { redisUrl } = settings;
  const { clock, logger } = deps;
  const keys = queueKeysOf(settings);
  if (keys?.acceptsUnsealed === true) {
    logger.warn(
      "jobs that the queue keys did not seal are read: whoever can write to the queue can say where a request goes; " +
        "unset UNDERSTUDY_QUEUE_UNSEALED once what was queued before the keys has gone",
    );
  }
  if (redisUrl !== null) return createRedisQueues({ url: redisUrl, keys, telemetry, clock, logger });
  return createPostgresQueues({ pool: database.queuePool, keys, telemetry, clock, logger });
}

interface Opened {
  readonly database: Database;
  readonly description: string;
}

async function backends(
  settings: ProcessSettings,
  { database, description }: Opened,
  deps: BackendDeps,
): Promise<Backends> {
  const { spans, clock, logger } = deps;
  const queueSpans =
    spans === undefined ? null : await openQueueSpans(spans.config, { service: spans.name, clock, logger });
  const queues = openQueues(settings, database, deps, queueSpans?.telemetry ?? null);
  const store = createStore(database, { clock });
  const schema = createSchemaService(store, clock, logger);
  const service: Service = {
    name: "queue and database",
    start: () => schema.start(),
    async stop(deadline) {
      await schema.stop(deadline);
      await queues.close();
      await store.close();
      await database.close();
      await queueSpans?.service.stop(deadline);
    },
  };
  return {
    queues,
    store,
    queueSpans,
    service,
    description,
    away: () => whatIsAway(settings, { queues, store, clock }),
  };
}

/** Nobody waits longer to be told. */
const PATIENCE_MS = 2_000;

async function whatIsAway(
  { redisUrl, databaseUrl }: ProcessSettings,
  { queues, store, clock }: Pick<Backends, "queues" | "store"> & Pick<BackendDeps, "clock">,
): Promise<readonly string[]> {
  const answers = async (ping: Promise<void>): Promise<boolean> => {
    const answered = new AbortController();
    const late = clock.sleep(PATIENCE_MS, answered.signal).then(() => false);
    late.catch(() => undefined);
    const there = ping.then(
      () => true,
      () => false,
    );
    return Promise.race([there, late]).finally(() => answered.abort());
  };
  const [queue, database] = await Promise.all([
    redisUrl === null ? true : answers(queues.ping()),
    databaseUrl === null ? true : answers(store.ping()),
  ]);
  return [
    ...(queue || redisUrl === null ? [] : [`${redisAt(redisUrl)} does not answer: copies wait on disk until it does.`]),
    ...(database || databaseUrl === null
      ? []
      : [`${postgresAt(databaseUrl)} does not answer: nothing is stored or shown until it does.`]),
  ];
}
