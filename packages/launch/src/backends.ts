import type { Config } from "@understudy/config";
import { createPostgresQueues, createRedisQueues, parseQueueKeys, type Queues } from "@understudy/mirror";
import { type Clock, errorFields, type Logger, type Service } from "@understudy/runtime";
import { createPairStore, type Database, openEmbedded, openPostgres, type PairStore } from "@understudy/store";
import { openQueueSpans, type QueueSpans } from "@understudy/telemetry";
import { createSchemaService } from "./schema-service.ts";
import { type ProcessSettings, SettingsError } from "./settings.ts";

/** Where jobs wait and pairs are kept. */
export interface Backends {
  readonly queues: Queues;
  readonly store: PairStore;
  /** Of what passes the queues; null where no spans are collected. */
  readonly queueSpans: QueueSpans | null;
  /** Starts before, and stops after, everything that uses them. */
  readonly service: Service;
  /** For a person: what stands behind them. */
  readonly description: string;
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
        "Set it, and REDIS_URL for the queue, or run both in one process with `npm start`",
    );
  }
  const onConnectionLost = (error: Error): void => {
    deps.logger.warn("a connection to the database was lost", errorFields(error));
  };
  const database = openPostgres(databaseUrl, { onConnectionLost });
  const description = `queue on ${redisUrl === null ? "PostgreSQL" : "Redis"}, pairs in PostgreSQL`;
  return backends(settings, { database, description }, deps);
}

/** For one process that is both gateway and worker: what is not set is embedded, in the data folder. */
export async function openOwnBackends(settings: ProcessSettings, deps: BackendDeps): Promise<Backends> {
  if (settings.databaseUrl !== null) return openSharedBackends(settings, deps);
  const database = await openEmbedded(settings.dataDir);
  const { redisUrl } = settings;
  const description = `queue ${redisUrl === null ? "and" : "on Redis,"} pairs in the embedded database ${settings.dataDir}`;
  return backends(settings, { database, description }, deps);
}

function openQueues(
  settings: ProcessSettings,
  database: Database,
  deps: BackendDeps,
  telemetry: QueueSpans["telemetry"] | null,
): Queues {
  const { redisUrl, queueKeys } = settings;
  const { clock, logger } = deps;
  const keys = queueKeys === null ? null : parseQueueKeys(queueKeys);
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
  const store = createPairStore(database, { clock });
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
  return { queues, store, queueSpans, service, description };
}
