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
