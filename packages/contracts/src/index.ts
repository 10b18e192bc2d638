export {
  type Account,
  type CallerAccount,
  type CallerAccounts,
  CALLERS_BY,
  type CallersBy,
  type ExperimentKey,
  PAIR_OUTCOMES,
  type PairOutcome,
} from "./account.ts";
export type { Answer, Change, ReadAnswer, ToolCall, Usage, VectorDigest } from "./answer.ts";
export { API_NAMES, type ApiName } from "./api-name.ts";
export type { Attempt, CallError, Caller, CallRecord, CallStatus, Role, Timing } from "./call-record.ts";
export {
  type ControlState,
  EVENT_KINDS,
  type EventKind,
  EXPERIMENT_STATES,
  type ExperimentControl,
  type ExperimentEvent,
  type ExperimentSettings,
  type ExperimentState,
  NO_CONTROL,
  NO_SETTINGS,
  type Rollout,
  ROLLOUT_STATES,
  type RolloutState,
  shareOf,
  STICKY_BY,
  type StickyBy,
} from "./control.ts";
export { CHANGES_QUESTION } from "./lost-parameters.ts";
export type { DeletionPlace, Receipt, SubjectKind } from "./deletion.ts";
export type { ShownConversation, Excerpt, ShownTurn } from "./excerpt.ts";
export {
  type ExperimentAdded,
  type ExperimentChange,
  type ExperimentRun,
  type ModelGroup,
  ROLLOUT_ACTIONS,
  type RolloutAction,
  type RolloutAsked,
  type RolloutDetail,
  type WebhookTold,
} from "./experiment-api.ts";
export {
  ERROR_KINDS,
  type ErrorKind,
  FAILURE_KINDS,
  type FailureKind,
  type FailureRule,
  FAILURES,
  isClientsFault,
  isFailureKind,
} from "./failures.ts";
export {
  GUARD_ACTIONS,
  type GuardAction,
  type GuardStatus,
  OWN_GUARDS,
  type OwnGuard,
  type RolloutStatus,
} from "./guards.ts";
export type { AdmittedMirror, CallerEntry, LedgerBatch, LedgerEntry, Reopened, Reopening } from "./ledger.ts";
export type {
  BoundsHistory,
  BoundsNow,
  Changed,
  CriterionHistory,
  CriterionOverview,
  ExperimentHistory,
  ExperimentOverview,
  HistoryPoint,
  KindHistory,
  Saving,
  Traffic,
  VerdictOverview,
} from "./overview.ts";
export {
  JOB_STATES,
  type JobsMeant,
  type JobState,
  type QueuedJob,
  type QueueDepth,
  type QueuedJobPage,
  type QueueHealth,
  type QueueSummary,
  type RefusedJob,
  type RetriedAll,
  type SilentModelActivity,
} from "./queue.ts";
export {
  CRITERIA,
  CRITERION_STATES,
  type CriterionName,
  type CriterionState,
  type CriterionUnit,
  type Decision,
  DECISIONS,
} from "./verdict.ts";
export type { OwnWire, SpokenApi, Via } from "./via.ts";
