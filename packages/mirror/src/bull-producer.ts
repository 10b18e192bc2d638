import type { Queue } from "bullmq";
import { packed } from "./job-data.ts";
import type { MirrorJob } from "./mirror-job.ts";
import type { MirrorProducer } from "./queues.ts";

/** What this room asks of a BullMQ queue, whatever stands behind it. */
export type BullQueue = Pick<Queue, "addBulk" | "getJobCounts" | "close">;

/** Failed jobs are kept for a look, but not for ever. */
export const FAILED_JOBS_KEPT = 1_000;

/** Of every queue: nobody reads the events, and those of progress carry what a job remembers. */
export const EVENTS_KEPT = { events: { maxLen: 100 } } as const;

const JOB_OPTIONS = {
  // Retries are the verdict's ("again"), with the provider's own wish for patience; BullMQ itself never repeats a job.
  attempts: 1,
  removeOnComplete: true,
  removeOnFail: { count: FAILED_JOBS_KEPT },
  stackTraceLimit: 1,
} as const;

/** `queue` is asked for at each use: it exists only once its database could be reached. */
export function createBullProducer(queue: () => BullQueue): MirrorProducer {
  return {
    async add(jobs: readonly MirrorJob[]) {
      await queue().addBulk(
        jobs.map((job) => ({ name: "mirror", data: packed(job), opts: { ...JOB_OPTIONS, jobId: job.pair_id } })),
      );
    },
    async depth() {
      const counts = await queue().getJobCounts("waiting", "active", "delayed", "failed");
      return {
        waiting: counts["waiting"] ?? 0,
        active: counts["active"] ?? 0,
        delayed: counts["delayed"] ?? 0,
        failed: counts["failed"] ?? 0,
      };
    },
  };
}
