import { createPostgresQueues, createRedisQueues, parseQueueKeys, type Queues } from "@understudy/mirror";
import { type Clock, errorFields, type Logger, type Service } from "@understudy/runtime";
import { createPairStore, type Database, openEmbedded, openPostgres, type PairStore } from "@understudy/store";
import { createSchemaService } from "./schema-service.ts";
import { type ProcessSettings, SettingsError } from "./settings.ts";

/** Where jobs wait and pairs are kept. */
export interface Backends {
  readonly queues: Queues;
  readonly store: PairStore;
  /** Starts before, and stops after, everything that uses them. */
  readonly service: Service;
  /** For a person: what stands behind them. */
  readonly description: string;
}

export interface BackendDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** For a process of its own: queues on Redis, or on PostgreSQL where there is no Redis; pairs in PostgreSQL. */
export function openSharedBackends(settings: ProcessSettings, deps: BackendDeps): Backends {
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
  const queues = openQueues(settings, database, deps);
  const description = `queue on ${redisUrl === null ? "PostgreSQL" : "Redis"}, pairs in PostgreSQL`;
  return backends(database, queues, deps, description);
}

/** For one process that is both gateway and worker: what is not set is embedded, in the data folder. */
export async function openOwnBackends(settings: ProcessSettings, deps: BackendDeps): Promise<Backends> {
  if (settings.databaseUrl !== null) return openSharedBackends(settings, deps);
  const database = await openEmbedded(settings.dataDir);
  const { redisUrl } = settings;
  const queues = openQueues(settings, database, deps);
  const description = `queue ${redisUrl === null ? "and" : "on Redis,"} pairs in the embedded database ${settings.dataDir}`;
  return backends(database, queues, deps, description);
}

function openQueues(settings: ProcessSettings, database: Database, deps: BackendDeps): Queues {
  const { redisUrl, queueKeys } = settings;
  const keys = queueKeys === null ? null : parseQueueKeys(queueKeys);
  if (redisUrl !== null) return createRedisQueues({ url: redisUrl, keys, ...deps });
  return createPostgresQueues({ pool: database.queuePool, keys, ...deps });
}

function backends(database: Database, queues: Queues, deps: BackendDeps, description: string): Backends {
  const store = createPairStore(database, { clock: deps.clock });
  const schema = createSchemaService(store, deps.clock, deps.logger);
  const service: Service = {
    name: "queue and database",
    start: () => schema.start(),
    async stop(deadline) {
      await schema.stop(deadline);
      await queues.close();
      await store.close();
      await database.close();
    },
  };
  return { queues, store, service, description };
}
