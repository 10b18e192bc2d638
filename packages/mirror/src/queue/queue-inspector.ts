import type { JobState, QueuedJobPage, QueueHealth, Reopened, Reopening } from "@understudy/contracts";

/** One silent model's queue as its operator sees it. Every method rejects while the queue cannot be reached. */
export interface QueueInspector {
  health(): Promise<QueueHealth>;
  /**
   * Failed ones newest first, others as their turn comes; without anything that a person or a model has said, but for what
   * the provider said of a failure.
   */
  jobs(state: JobState, query: QueuedJobsQuery): Promise<QueuedJobPage>;
  /**
   * Has the job delivered now. A failed one goes back on the queue as if it had just been admitted: with no memory of its
   * tries, and with the time it had at first, from now; `reopen` is asked to take its outcome back before that. A delayed
   * one has its delay cut short. There is nothing to do for others.
   */
  retry(state: JobState, pairId: string, reopen: ReopenPair): Promise<RetryAnswer>;
  /** Retries those that are in this state now, oldest first, up to `limit`. */
  retryAll(state: JobState, limit: number, reopen: ReopenPair): Promise<RetriedJobs>;
  /** Forgets a job. A failed one's outcome stays; of others it is for the caller to say what became of them. */
  discard(state: JobState, pairId: string): Promise<DiscardAnswer>;
  /** Discards those that are in this state now, oldest first, up to `limit`. Returns their ids. */
  discardAll(state: JobState, limit: number): Promise<readonly string[]>;
}

/** `not_there`: there is no such job in this state. `taken`: a worker has it. */
export type DiscardAnswer = "discarded" | "not_there" | "taken";

export interface QueuedJobsQuery {
  /** At least 1. */
  readonly limit: number;
  /** `next_cursor` of the page before. One that was never given out counts as none. */
  readonly cursor: string | null;
}

/** `open`: there was no outcome to take back. `ended`: there is one that stays. */
export type ReopenPair = (pair: Reopening) => Promise<Reopened>;

/**
 * `body_expired`: its request and answer lay beside the queue, and are gone. `unsealed_job`: there are queue keys, and it
 * is not sealed by them. `texts_gone`: under `metrics_only` its texts went when it had failed. `unknown_queue_key`: this process lacks the key that sealed it.
 */
export type RetryRefusal =
  | "unreadable_job"
  | "unsealed_job"
  | "unknown_queue_key"
  | "texts_gone"
  | "stalled"
  | "waiting"
  | "active"
  | "ended"
  | "body_expired";

export type RetryAnswer =
  | { readonly kind: "retried" }
  /** There is no such job in this state. */
  | { readonly kind: "not_there" }
  | { readonly kind: "refused"; readonly why: RetryRefusal };

export interface RetriedJobs {
  readonly retried: number;
  readonly refused: readonly { readonly pair_id: string; readonly why: RetryRefusal }[];
}
