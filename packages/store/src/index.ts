export type { Database, SqlClient, SqlNotification, SqlPool, SqlQueryable, SqlResult } from "./database.ts";
export { FolderInUseError } from "./folder-lock.ts";
export { openEmbedded } from "./open-embedded.ts";
export { openPostgres, type PostgresOptions } from "./open-postgres.ts";
export { createPairStore } from "./pair-store.ts";
export { type Pair, PAIR_OUTCOMES, type PairOutcome, type Retention } from "./pair.ts";
export {
  type ExperimentCounts,
  type ExperimentDetail,
  type ExperimentKey,
  type ExperimentSummary,
  InvalidCursorError,
  type LedgerEntry,
  type PairPage,
  type PairQuery,
  type PairStore,
  type SideFigures,
} from "./store.ts";
