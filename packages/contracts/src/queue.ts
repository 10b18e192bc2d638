import type { PairOutcome } from "./account.ts";

/** Jobs on one queue, by state. */
export interface QueueDepth {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
}

export const JOB_STATES = ["waiting", "delayed", "active", "failed"] as const;
export type JobState = (typeof JOB_STATES)[number];

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

/** What became of a silent model's mirrors. */
export interface SilentModelActivity {
  readonly silent_model: string;
  /** Outcomes since the time asked for. */
  readonly ended: Readonly<Record<PairOutcome, number>>;
  /** Of all time, by reason: given up before the queue, or by the worker. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** A silent model's queue, as `GET /api/queues` answers it. */
export interface QueueSummary extends QueueHealth {
  readonly silent_model: string;
  /** Mirrors that ended in the last five minutes, by outcome. Null while the database cannot be read, like the next two. */
  readonly ended: SilentModelActivity["ended"] | null;
  /** Those of them whose silent model was called, each minute. */
  readonly pairs_per_minute: number | null;
  /** Of all time, by reason. */
  readonly dropped: SilentModelActivity["dropped"] | null;
}

/** Null where the job's data does not say it. */
export interface QueuedJob {
  readonly pair_id: string;
  readonly experiment: string | null;
  readonly request_id: string | null;
  /** Why it failed; empty for others. */
  readonly reason: string;
  /** Epoch milliseconds, like the next. */
  readonly failed_at: number | null;
  readonly admitted_at: number | null;
  /** How often a worker took it. */
  readonly attempts: number;
}

export interface QueuedJobPage {
  readonly data: readonly QueuedJob[];
  readonly next_cursor: string | null;
}

/** A queue's jobs of one state: what waits, what waits for another try, what a worker has, what has failed. */
export interface JobsMeant {
  readonly silentModel: string;
  readonly state: JobState;
}

/** What came of retrying all jobs of a queue that are in one state. */
export interface RetriedAll {
  readonly retried: number;
  readonly refused: readonly RefusedJob[];
}

/** A job that is not retried, and what to do with it instead. */
export interface RefusedJob {
  readonly pair_id: string;
  readonly message: string;
}
