import { shortHash } from "@understudy/runtime";
import type { Service } from "@understudy/runtime";
import type { MirrorJob } from "./mirror-job.ts";

export interface QueueDepth {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
}

/** One silent model's queue, at the end where jobs go in. */
export interface MirrorProducer {
  /** Adds the jobs under their pair ids; one that is there already is left as it is. Rejects when that is not certain. */
  add(jobs: readonly MirrorJob[]): Promise<void>;
  depth(): Promise<QueueDepth>;
}

/** How the handling of a job ended. */
export type Verdict =
  | { readonly kind: "done" }
  /** Deliver it again after `afterMs`. */
  | { readonly kind: "again"; readonly afterMs: number }
  /** Its outcome is written and it is not good: keep it among the failed ones, for a person to look at. */
  | { readonly kind: "failed"; readonly message: string };

/** One delivery of a job. */
export interface Delivery {
  readonly job: MirrorJob;
  /** What an earlier delivery of the same job left with `remember`; null at first. */
  readonly memory: unknown;
  /** Keeps a note with the job, through crashes and redeliveries. */
  remember(memory: object): Promise<void>;
  /** Aborts when the worker must let go of its jobs. */
  readonly signal: AbortSignal;
}

export interface ConsumerOptions {
  readonly silentModel: string;
  readonly concurrency: number;
  /** Across all workers; null is no limit. */
  readonly requestsPerMinute: number | null;
  handle(delivery: Delivery): Promise<Verdict>;
  /** A job that will never be handled: its data cannot be read, or it has ended too many workers. */
  lost(data: unknown, reason: "unreadable_job" | "stalled"): Promise<void>;
}

/** The queues between gateway and worker, one for each silent model. */
export interface MirrorQueues {
  producer(silentModel: string): MirrorProducer;
  consumer(options: ConsumerOptions): Service;
  /** Rejects when the queue cannot be used now. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** BullMQ allows no `:` in a queue's name, and model names may hold anything. */
export function queueName(silentModel: string): string {
  const plain = silentModel.replaceAll(/[^A-Za-z0-9._-]/g, "-");
  return plain === silentModel ? `mirror-${plain}` : `mirror-${plain}-${shortHash(silentModel, 6)}`;
}
