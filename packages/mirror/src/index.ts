export { FAILED_JOBS_KEPT } from "./bull-producer.ts";
export { DROP_REASONS, type DropReason, SKIP_REASONS, type SkipReason } from "./decide.ts";
export type { DispatchEvents, MirrorDispatcher } from "./dispatcher.ts";
export { createInProcessDispatcher, type InProcessOptions } from "./in-process-dispatcher.ts";
export { createLedger, type Ledger, type LedgerBatch } from "./ledger.ts";
export {
  createMirroring,
  type FinishedPrimary,
  type Mirroring,
  type MirroringEvents,
  type Skipped,
} from "./mirroring.ts";
export { type JobLogging, makeReplayJob, type MirrorJob, replayPairIdOf } from "./mirror-job.ts";
export { parseQueueKeys, type QueueKeys, queueKeySecrets, QueueKeysError } from "./queue-keys.ts";
export { createPostgresQueues, type QueuePool } from "./postgres-queues.ts";
export type {
  FailedJob,
  FailedJobPage,
  FailedJobsQuery,
  QueueHealth,
  QueueInspector,
  RetriedJobs,
  RetryAnswer,
  RetryRefusal,
} from "./queue-inspector.ts";
export { createQueueDispatcher } from "./queue-dispatcher.ts";
export type {
  ConsumerOptions,
  Delivery,
  LossReason,
  MirrorQueues,
  QueueDepth,
  Queues,
  ReviewQueue,
  Verdict,
} from "./queues.ts";
export { parseReviewJob, type ReviewJob, type ReviewLogging } from "./review-job.ts";
export type { LowQuota } from "./quota.ts";
export { createRedisQueues } from "./redis-queues.ts";
export type { Spool } from "./spool/lane-spool.ts";
export { createJobCodec } from "./spool/job-codec.ts";
export { openSpool } from "./spool/open-spool.ts";
export { stratumOf } from "./stratum.ts";
export { callSilently, mayEndBetter, silentSnapshot, type SilentTry, UncallableJobError } from "./silent-call.ts";
