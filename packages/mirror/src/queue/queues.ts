import type { QueueDepth } from "@understudy/contracts";
import { shortHash } from "@understudy/runtime";
import type { Service } from "@understudy/runtime";
import type { DropReason } from "../decision/decide.ts";
import type { MirrorJob } from "../job/mirror-job.ts";
import type { ReviewJob } from "../job/review-job.ts";
import type { QueueInspector } from "./queue-inspector.ts";

/** A queue, at the end where jobs go in. */
export interface JobProducer<Job> {
  /** Adds the jobs under their pair ids; one that is there already is left as it is. Rejects when that is not certain. */
  add(jobs: readonly Job[]): Promise<void>;
  depth(): Promise<QueueDepth>;
  /** Those of the pair ids whose jobs are still to end: failed ones wait for nothing but a person. */
  holding(pairIds: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Why a job will never be handled. */
export type LossReason = Extract<
  DropReason,
  "unreadable_job" | "unsealed_job" | "stalled" | "body_expired" | "unknown_queue_key"
>;

/** One silent model's queue. */
export type MirrorProducer = JobProducer<MirrorJob>;

/** How the handling of a job ended, and whether the queue is to rest. */
export type DeliveryOutcome = Ending & {
  /**
   * For so many milliseconds no further job is delivered: by no worker, where the queue can tell all of them; else by none
   * of this process.
   */
  readonly restMs?: number;
};

type Ending =
  | { readonly kind: "done" }
  /** Deliver it again after `afterMs`. */
  | { readonly kind: "again"; readonly afterMs: number }
  /** Its outcome is written and it is not good: keep it among the failed ones, for a person to look at. A `code` quotes no text. */
  | { readonly kind: "failed"; readonly message: string; readonly code?: string };

/** One delivery of a job. */
export interface Delivery<Job = MirrorJob> {
  readonly job: Job;
  /** What an earlier delivery of the same job left with `remember`; null at first. */
  readonly memory: unknown;
  /** Keeps a note with the job, through crashes and redeliveries. */
  remember(memory: object): Promise<void>;
  /** Aborts when the worker must let go of its jobs. */
  readonly signal: AbortSignal;
}

/** How a queue is worked off. */
export interface Handling<Job> {
  readonly concurrency: number;
  /** Across all workers; null is no limit. */
  readonly requestsPerMinute: number | null;
  /** Milliseconds past a job's last moment after which one that still goes wrong is kept among the failed ones. */
  readonly lostAfterMs: number;
  handle(delivery: Delivery<Job>): Promise<DeliveryOutcome>;
  /**
   * A job that will never be handled. `data` is what is left of it and can be trusted: with queue keys nothing but its
   * `pair_id`, where the rest was not sealed by them. `memory` is what an earlier delivery left.
   */
  lost(data: unknown, reason: LossReason, memory: unknown): Promise<void>;
}

/** Takes the jobs of a queue, a few at a time. */
export interface QueueConsumer extends Service {
  /** From now on so many at once; jobs under way go on. */
  setConcurrency(concurrency: number): void;
}

export interface ConsumerOptions extends Handling<MirrorJob> {
  readonly silentModel: string;
}

/** Jobs that were taken off a queue for what they are of. */
export interface ErasedJobs {
  readonly waiting: number;
  readonly delayed: number;
  readonly failed: number;
  /** Under way, and so still there. */
  readonly active: number;
  /** Whose texts nobody can read here, so that it is not known whether they are meant. */
  readonly unread: number;
  /** Of those that had no outcome yet. */
  readonly pairIds: readonly string[];
}

/** The queues between gateway and worker, one for each silent model. */
export interface MirrorQueues {
  producer(silentModel: string): MirrorProducer;
  consumer(options: ConsumerOptions): QueueConsumer;
  inspect(silentModel: string): QueueInspector;
  /** Takes off this queue, and from beside it, the jobs that are meant. */
  erase(silentModel: string, isMeant: (job: MirrorJob) => boolean): Promise<ErasedJobs>;
  /** Takes the reviews of these pairs off their queue. Returns how many. */
  eraseReviews(pairIds: readonly string[]): Promise<number>;
  /** Forgets failed jobs whose texts are past their retention; their outcomes stay. Returns how many. */
  forgetExpired(silentModel: string): Promise<number>;
  /** Rejects when the queue cannot be used now. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** These, and one for pairs that are to be judged or embedded: what goes wrong there never comes near a silent call. */
export interface Queues extends MirrorQueues {
  readonly reviews: ReviewQueue;
}

export interface ReviewQueue {
  readonly producer: JobProducer<ReviewJob>;
  consumer(options: Handling<ReviewJob>): QueueConsumer;
}

/** BullMQ allows no `:` in a queue's name, and model names may hold anything. */
export function queueName(silentModel: string): string {
  const plain = silentModel.replaceAll(/[^A-Za-z0-9._-]/g, "-");
  return plain === silentModel ? `mirror-${plain}` : `mirror-${plain}-${shortHash(silentModel, 6)}`;
}
