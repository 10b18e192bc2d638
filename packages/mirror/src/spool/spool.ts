import type { MirrorJob } from "../job/mirror-job.ts";

/** Jobs that one silent model's queue could not take, first in, first out. */
export interface QueueSpool {
  /** Bytes that wait. */
  readonly bytes: number;
  /** Resolves once the jobs survive this process. Rejects when they do not, and then none of them is there. */
  append(jobs: readonly MirrorJob[]): Promise<void>;
  /** The oldest jobs, the same ones until they are taken away; null when nothing waits. */
  oldest(): Promise<SpooledBatch | null>;
  /** Takes away the oldest `count` jobs. */
  remove(count: number): Promise<void>;
}

export interface SpooledBatch {
  readonly jobs: readonly MirrorJob[];
  /** Jobs to take away once these have arrived: damaged ones are among them. */
  readonly count: number;
}

/** The spool has reached its bound. */
export class SpoolFullError extends Error {
  constructor(maxBytes: number) {
    super(`the spool holds its ${maxBytes} bytes; give it more with SPOOL_MAX_BYTES, or bring the queue back`);
    this.name = "SpoolFullError";
  }
}

/** Where jobs wait on disk while their queue is away, for all silent models of this process. */
export interface Spool {
  of(silentModel: string): QueueSpool;
  /** Silent models for which an earlier process left jobs behind. */
  leftovers(): readonly string[];
  /** Bytes that wait, by silent model. */
  bytes(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}
