export { callRecordSchema, callRemainsSchema } from "./job/call-record-schema.ts";
export { FAILED_JOBS_KEPT } from "./queue/bull-producer.ts";
export { type ClientTry, FIRST_TRY } from "./decision/client-retries.ts";
export { type Conversation, conversationOf } from "./decision/conversation.ts";
export { DROP_REASONS, type DropReason, SKIP_REASONS, type SkipReason } from "./decision/decide.ts";
export type { DispatchEvents, MirrorDispatcher } from "./decision/dispatcher.ts";
export { createLedger, type Ledger } from "./producer/ledger.ts";
export {
  createMirroring,
  type FinishedPrimary,
  type Mirroring,
  type MirroringEvents,
  type Skipped,
} from "./decision/mirroring.ts";
export type { RequestSays } from "./decision/is-matched.ts";
export type { MirrorRule, MirrorRules } from "./decision/mirror-rules.ts";
export type { RolloutSide } from "./decision/planned-mirrors.ts";
export { type JobLogging, makeReplayJob, type MirrorJob, replayPairIdOf } from "./job/mirror-job.ts";
export { requestOf } from "./job/request-of.ts";
export { parseQueueKeys, type QueueKeys, queueKeySecrets, QueueKeysError } from "./job/queue-keys.ts";
export { createPostgresQueues, type QueuePool } from "./queue/postgres-queues.ts";
export {
  type QueuedJobsQuery,
  type QueueInspector,
  type RetriedJobs,
  type RetryAnswer,
  type RetryRefusal,
} from "./queue/queue-inspector.ts";
export { createQueueDispatcher } from "./producer/queue-dispatcher.ts";
export type {
  ConsumerOptions,
  Delivery,
  ErasedJobs,
  LossReason,
  MirrorQueues,
  QueueConsumer,
  Queues,
  ReviewQueue,
  DeliveryOutcome,
} from "./queue/queues.ts";
export { parseReviewJob, type ReviewJob, type JobRubrics, type ReviewLogging } from "./job/review-job.ts";
export type { LowQuota } from "./call/quota.ts";
export { createRedisQueues } from "./queue/redis-queues.ts";
export { someText } from "./job/some-text.ts";
export type { Spool } from "./spool/spool.ts";
export { createJobCodec } from "./spool/job-codec.ts";
export { openSpool } from "./spool/open-spool.ts";
export { SpoolOfAnotherQueueError } from "./spool/spool-queue.ts";
export { type Subject, subjectHash, subjectOf, subjectOfJob } from "./decision/subject.ts";
export { stratumOf } from "./decision/stratum.ts";
export { callSilently, mayEndBetter, silentSnapshot, type SilentTry, UncallableJobError } from "./call/silent-call.ts";
