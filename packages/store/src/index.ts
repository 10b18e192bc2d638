export {
  type By,
  ControlConflictError,
  type ControlStore,
  type NewSettings,
  type NewRollout,
  type RolloutFacts,
  type RolloutMoment,
  UnknownControlError,
} from "./control/control-store.ts";
export type { RuledUnits } from "./units/read-units.ts";
export { nowPossible } from "./control/rules.ts";
export type { UnitTask } from "./units/unit-task.ts";
export type { Database, SqlClient, SqlNotification, SqlPool, SqlQueryable, SqlResult } from "./database/database.ts";
export type { About, DeletedPairs, Deletion } from "./deletions/deletion.ts";
export {
  type BlindAnswer,
  type BlindPair,
  LABEL_CHOICES,
  type LabelChoice,
  type LabelSaved,
  type LabelTakenBack,
  type StoredLabel,
} from "./labels/label-store.ts";
export { NOTE_CHOICES, type NoteChoice, type PairNote } from "./notes/note-store.ts";
export { openEmbedded } from "./database/open-embedded.ts";
export { openPostgres, type PostgresOptions } from "./database/open-postgres.ts";
export { createStore } from "./create-store.ts";
export {
  type ExperimentDetail,
  type ExperimentSummary,
  type MarkedExperiment,
  type SideFigures,
} from "./experiments/experiment-store.ts";
export type { Overdue } from "./ledger/ledger-store.ts";
export { type ListedPair, NOT_COMPARED, type Pair, type Retention } from "./pairs/pair.ts";
export {
  InvalidCursorError,
  PAIR_SORTS,
  type PairPage,
  type PairQuery,
  type TextsCount,
  type TextsPage,
  type TextsQuery,
  UnstorablePairError,
} from "./pairs/pair-store.ts";
export type { ReplayClaim, ReplaySpend, ReplayState } from "./replay/replay-store.ts";
export type { Reservation } from "./spend/spend-store.ts";
export type { Store } from "./store.ts";
