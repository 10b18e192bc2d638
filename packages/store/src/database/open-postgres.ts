import { Pool, type PoolConfig } from "pg";

import type { Database, SqlPool } from "./database.ts";

export interface PostgresOptions {
  /** Most connections for pairs and the ledger. Default 10. */
  readonly maxConnections?: number;
  /** Most connections for the queue: each BullMQ worker keeps one to listen on. Default 20. */
  readonly maxQueueConnections?: number;
  /** Told when an idle connection is lost. The pool replaces it by itself. */
  readonly onConnectionLost?: (error: Error) => void;
}

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
// Later than the server's own limit: it only ends statements whose server does not answer at all.
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5_000;
const QUEUE_SEARCH_PATH = "-c search_path=bullmq";

/** Opens pools on a PostgreSQL server. Connects only when first used, so an unreachable server shows then. */
export function openPostgres(url: string, options: PostgresOptions = {}): Database {
  const settings = { connectionString: url, max: options.maxConnections ?? 10 };
  const pool = openPool(settings, options);
  let queuePool: SqlPool | undefined;
  let closing: Promise<void> | undefined;

  return {
    pool,
    get queuePool() {
      queuePool ??= openPool({ ...queueSettings(url), max: options.maxQueueConnections ?? 20 }, options);
      return queuePool;
    },
    close: () => (closing ??= Promise.all([pool.end(), queuePool?.end()]).then(() => undefined)),
  };
}

function openPool(settings: PoolConfig, options: PostgresOptions): SqlPool {
  const pool = new Pool({
    application_name: "understudy",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...settings,
  });
  // Without a listener the loss of an idle connection would end the process.
  pool.on("error", (error) => options.onConnectionLost?.(error));
  // The same holds for one that is in use: whoever uses it learns of the loss from the next statement.
  pool.on("connect", (client) => client.on("error", () => undefined));
  // Every BullMQ queue and worker adds a listener of its own to the pool it is given.
  pool.setMaxListeners(0);
  // The typings of `on` in pg are conditional ones, which the checker cannot compare with plain overloads.
  return pool as unknown as SqlPool;
}

/** `options` of the URL would win over ours, so both are joined. */
function queueSettings(url: string): PoolConfig {
  if (!URL.canParse(url)) return { connectionString: url, options: QUEUE_SEARCH_PATH };
  const parsed = new URL(url);
  const given = parsed.searchParams.get("options");
  parsed.searchParams.delete("options");
  const options = given === null ? QUEUE_SEARCH_PATH : `${given} ${QUEUE_SEARCH_PATH}`;
  return { connectionString: given === null ? url : parsed.href, options };
}
