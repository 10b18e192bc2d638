import type { JobType, Queue } from "bullmq";
import type { JobFormat } from "./job-format.ts";
import type { JobProducer } from "./queues.ts";
import { addTraced } from "./traced-add.ts";

/** What this room asks of a BullMQ queue, whatever stands behind it. */
export type BullQueue = Pick<
  Queue,
  "addBulk" | "getJobCounts" | "getJobState" | "name" | "rateLimit" | "trace" | "close"
>;

/** Failed jobs are kept for a look, but not for ever. */
export const FAILED_JOBS_KEPT = 1_000;

/** Of every queue: nobody reads the events, and those of progress carry what a job remembers. */
export const EVENTS_KEPT = { events: { maxLen: 100 } } as const;

const JOB_OPTIONS = {
  // Retries are the handler's ("again"), with the provider's own wish for patience; BullMQ itself never repeats a job.
  attempts: 1,
  removeOnComplete: true,
  removeOnFail: { count: FAILED_JOBS_KEPT },
  stackTraceLimit: 1,
} as const;

/** What waits on a paused queue, as PostgreSQL's backend counts it; BullMQ's own types have forgotten it. */
const PAUSED = "paused" as string as JobType;

export interface BullProducerDeps<Job> {
  readonly format: JobFormat<Job>;
  /** Asked for at each use: it exists only once its database could be reached. */
  readonly queue: () => BullQueue;
  /** Whether somebody collects spans of the queue. */
  readonly traced: boolean;
}

export function createBullProducer<Job>({ format, queue, traced }: BullProducerDeps<Job>): JobProducer<Job> {
  return {
    async add(jobs) {
      const to = queue();
      const loads = await format.load(jobs);
      const added = jobs.map((job, index) => ({
        name: format.name,
        data: loads[index],
        opts: { ...JOB_OPTIONS, jobId: format.idOf(job) },
      }));
      if (!traced) return void (await to.addBulk(added));
      const traceparents = jobs.map((job) => format.traceparentOf(job));
      await addTraced(
        to,
        added.map((job, index) => ({ job, traceparent: traceparents[index] ?? null })),
      );
    },
    async depth() {
      const counts = await queue().getJobCounts("waiting", PAUSED, "active", "delayed", "failed");
      return {
        waiting: (counts["waiting"] ?? 0) + (counts[PAUSED] ?? 0),
        active: counts["active"] ?? 0,
        delayed: counts["delayed"] ?? 0,
        failed: counts["failed"] ?? 0,
      };
    },
    async holding(pairIds) {
      const held = new Set<string>();
      for (const id of pairIds) {
        const state = await queue().getJobState(id);
        if (state !== "unknown" && state !== "failed") held.add(id);
      }
      return held;
    },
  };
}
