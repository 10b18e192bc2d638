import type { QueueDepth } from "./queues.ts";

/** One silent model's queue as its operator sees it. Every method rejects while the queue cannot be reached. */
export interface QueueInspector {
  health(): Promise<QueueHealth>;
  /** Newest first; without anything that a person or a model has said, but for what the provider said of the failure. */
  failed(query: FailedJobsQuery): Promise<FailedJobPage>;
  /**
   * Puts a failed job back on the queue as if it had just been admitted: with no memory of its tries, and with the time
   * it had at first, from now. `reopen` is asked to take its outcome back before that.
   */
  retry(pairId: string, reopen: ReopenPair): Promise<RetryAnswer>;
  /** Retries those that are failed now, oldest first, up to `limit`. */
  retryAll(limit: number, reopen: ReopenPair): Promise<RetriedJobs>;
  /** Forgets a failed job; its outcome stays. False when there is no such failed job. */
  discard(pairId: string): Promise<boolean>;
  /** Discards those that are failed now, oldest first, up to `limit`. Returns how many. */
  discardAll(limit: number): Promise<number>;
}

export interface QueueHealth {
  readonly depth: QueueDepth;
  /** Paused by hand: workers take no job from it. */
  readonly paused: boolean;
  /** Milliseconds for which workers still let the silent model rest, because of its limits; null when they do not. */
  readonly resting_ms: number | null;
  /** Milliseconds since the job that is next in line was admitted; null when none waits, or was taken meanwhile. */
  readonly oldest_ms: number | null;
  /** The same of the job that is due next among those that wait for another try. */
  readonly oldest_delayed_ms: number | null;
}

export interface FailedJobsQuery {
  /** At least 1. */
  readonly limit: number;
  /** `next_cursor` of the page before. One that was never given out counts as none. */
  readonly cursor: string | null;
}

export interface FailedJobPage {
  readonly data: readonly FailedJob[];
  readonly next_cursor: string | null;
}

/** Null where the job's data does not say it. */
export interface FailedJob {
  readonly pair_id: string;
  readonly experiment: string | null;
  readonly request_id: string | null;
  readonly reason: string;
  /** Epoch milliseconds, like the next. */
  readonly failed_at: number | null;
  readonly admitted_at: number | null;
  /** How often a worker took it. */
  readonly attempts: number;
}

/** What is to be made pending again. Epoch milliseconds. */
export interface PairToReopen {
  readonly pair_id: string;
  readonly experiment: {
    readonly id: string;
    readonly primary: string;
    readonly silent: string;
    readonly replay: boolean;
  };
  /** An outcome that was written later is not that of the failure. */
  readonly failed_at: number;
  readonly admitted_at: number;
  readonly expires_at: number;
}

/** `open`: there was no outcome to take back. `ended`: there is one that stays. */
export type ReopenPair = (pair: PairToReopen) => Promise<"reopened" | "open" | "ended">;

/** `body_expired`: its request and answer lay beside the queue, and are gone. */
export type RetryRefusal = "unreadable_job" | "stalled" | "ended" | "body_expired";

export type RetryAnswer =
  | { readonly kind: "retried" }
  /** There is no such job among the failed ones. */
  | { readonly kind: "not_failed" }
  | { readonly kind: "refused"; readonly why: RetryRefusal };

export interface RetriedJobs {
  readonly retried: number;
  readonly refused: readonly { readonly pair_id: string; readonly why: RetryRefusal }[];
}
