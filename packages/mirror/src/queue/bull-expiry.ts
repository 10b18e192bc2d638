import type { Job, Queue } from "bullmq";
import type { MirrorFormat } from "./mirror-format.ts";
import type { MirrorJob } from "../job/mirror-job.ts";

/** What this file asks of a queue. */
export type ExpiringQueue = Pick<Queue, "getJob" | "getRanges" | "trimEvents">;

/** Of a job that does not say how long its texts may be kept. */
const USUAL_RETENTION_MS = 86_400_000;
const AT_ONCE = 50;

/**
 * Forgets failed jobs whose texts are past their retention, oldest first, until a whole page of them is not; and what
 * jobs that have moved on remembered. Returns how many.
 */
export async function forgetExpired(queue: ExpiringQueue, format: MirrorFormat, now: number): Promise<number> {
  // PostgreSQL keeps no events, and has no such operation. What else is wrong shows in the next step.
  await queue.trimEvents(0).catch(() => undefined);
  const ids = await queue.getRanges(["failed"], 0, -1, true);
  let forgotten = 0;
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const before = forgotten;
    for (const id of ids.slice(from, from + AT_ONCE)) {
      const job = await queue.getJob(id);
      if (job !== undefined && isExpired(job, format, now) && (await forget(job, format))) forgotten += 1;
    }
    if (forgotten === before) break;
  }
  return forgotten;
}

function isExpired(job: Job, format: MirrorFormat, now: number): boolean {
  const { retention_ms } = (format.remains(job.data) ?? {}) as Partial<MirrorJob>;
  const keptMs = typeof retention_ms === "number" ? retention_ms : USUAL_RETENTION_MS;
  return job.finishedOn !== undefined && job.finishedOn + keptMs <= now;
}

/** False for one that was retried in this moment. */
async function forget(job: Job, format: MirrorFormat): Promise<boolean> {
  const data: unknown = job.data;
  try {
    if (!(await job.isFailed())) return false;
    await job.remove();
  } catch (error) {
    if (await job.isFailed()) throw error;
    return false;
  }
  await format.ended(data);
  return true;
}
