import type { Job, Queue } from "bullmq";
import type { MirrorFormat } from "./mirror-format.ts";
import type { ErasedJobs } from "./queues.ts";
import type { MirrorJob } from "../job/mirror-job.ts";

/** What this file asks of a queue. */
export type ErasedQueue = Pick<Queue, "getJob" | "getRanges">;

const STATES = ["waiting", "delayed", "failed", "active"] as const;
type State = (typeof STATES)[number];

/** Takes off the queue, and from beside it, all jobs that are meant. Reads them one by one: it is rarely asked. */
export async function eraseJobs(
  queue: ErasedQueue,
  format: MirrorFormat,
  isMeant: (job: MirrorJob) => boolean,
): Promise<ErasedJobs> {
  const counts = { waiting: 0, delayed: 0, failed: 0, active: 0, unread: 0 };
  const pairIds: string[] = [];
  for (const state of STATES) {
    for (const id of await queue.getRanges([state], 0, -1, true)) {
      const job = await queue.getJob(id);
      const data = job === undefined ? null : await readable(job, format);
      if (job === undefined || data === null) {
        counts.unread += job === undefined ? 0 : 1;
        continue;
      }
      if (!isMeant(data)) continue;
      const found = (await removed(job, state, format)) ? state : "active";
      counts[found] += 1;
      if (found === "waiting" || found === "delayed") pairIds.push(id);
    }
  }
  return { ...counts, pairIds };
}

/** The job; what is left of it where its texts are gone; null where it cannot be read here. */
async function readable(job: Job, format: MirrorFormat): Promise<MirrorJob | null> {
  const read = await format.unload({ id: job.id ?? "", data: job.data as unknown, note: null });
  if (read.kind === "readable") return read.job;
  return read.kind === "lost" ? (read.data as MirrorJob | null) : null;
}

/** False for one that a worker has: BullMQ removes none of those. */
async function removed(job: Job, state: State, format: MirrorFormat): Promise<boolean> {
  if (state === "active") return false;
  const data: unknown = job.data;
  try {
    await job.remove();
  } catch (error) {
    if (await job.isActive()) return false;
    throw error;
  }
  await format.ended(data);
  return true;
}

/** Takes off the queue those of these jobs that are there and that no worker has. Returns how many. */
export async function eraseById(queue: Pick<Queue, "getJob">, ids: readonly string[]): Promise<number> {
  let erased = 0;
  for (const id of ids) {
    const job = await queue.getJob(id);
    if (job === undefined || (await job.isActive())) continue;
    await job.remove();
    erased += 1;
  }
  return erased;
}
