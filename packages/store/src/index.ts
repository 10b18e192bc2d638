export type { Database, SqlClient, SqlNotification, SqlPool, SqlQueryable, SqlResult } from "./database.ts";
export { openEmbedded } from "./open-embedded.ts";
export { openPostgres, type PostgresOptions } from "./open-postgres.ts";
export { createPairStore } from "./pair-store.ts";
export { type Pair, PAIR_OUTCOMES, type PairOutcome, type Retention } from "./pair.ts";
export {
  type Admission,
  type ExperimentCounts,
  type ExperimentDetail,
  type ExperimentKey,
  type ExperimentSummary,
  InvalidCursorError,
  type LedgerBatch,
  type LedgerEntry,
  type Overdue,
  type PairPage,
  type PairQuery,
  type PairStore,
  type ReplayClaim,
  type ReplaySpend,
  type ReplayState,
  type Reservation,
  type SideFigures,
  type TextsCount,
  type TextsPage,
  type TextsQuery,
  type Reopened,
  type Reopening,
  type SilentModelActivity,
} from "./store.ts";
