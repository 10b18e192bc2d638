import type { Job, Queue } from "bullmq";
import type { Clock } from "@understudy/runtime";
import { z } from "zod";
import type { MirrorCarrier } from "./mirror-carrier.ts";
import { packed, unpacked } from "./job-data.ts";
import { MAX_STALLS } from "./job-processor.ts";
import type {
  FailedJob,
  FailedJobPage,
  FailedJobsQuery,
  QueueInspector,
  ReopenPair,
  RetriedJobs,
  RetryAnswer,
  RetryRefusal,
} from "./queue-inspector.ts";
import type { MirrorProducer } from "./queues.ts";

/** What an operator asks of a BullMQ queue, whatever stands behind it. */
export type InspectedQueue = Pick<Queue, "getJob" | "getJobs" | "getRanges" | "getRateLimitTtl" | "isPaused">;

export interface BullInspectorDeps {
  /** Asked for at each use, as the producer asks. */
  readonly queue: () => InspectedQueue;
  readonly producer: MirrorProducer;
  readonly carrier: MirrorCarrier;
  readonly clock: Clock;
}

/** BullMQ's count of jobs in a minute is as high only while it was told to rest. PostgreSQL takes no greater number. */
const ALL_REST = 2 ** 31 - 1;

/** Jobs of a bulk that are worked on at once. */
const AT_ONCE = 8;

export function createBullInspector({ queue, producer, carrier, clock }: BullInspectorDeps): QueueInspector {
  const ageAt = async (state: "waiting" | "delayed", place: number, ascending: boolean): Promise<number | null> => {
    const [job] = await queue().getJobs([state], place, place, ascending);
    return job === undefined ? null : Math.max(0, clock.now() - (ticketOf(job)?.admitted_at ?? job.timestamp));
  };
  const oldestFailed = (limit: number): Promise<string[]> => queue().getRanges(["failed"], 0, limit - 1, true);
  const retry = async (pairId: string, reopen: ReopenPair): Promise<RetryAnswer> => {
    const job = await failedJob(queue(), pairId);
    return job === null ? { kind: "not_failed" } : retryJob(job, reopen, { carrier, now: clock.now() });
  };
  const discard = async (pairId: string): Promise<boolean> => {
    const job = await failedJob(queue(), pairId);
    if (job === null) return false;
    // BullMQ removes no job that a worker has: of one that was retried in this moment nothing is discarded.
    await job.remove().catch((error: unknown) => orNotFailed(job, error));
    const gone = (await queue().getJob(pairId)) === undefined;
    if (gone) await carrier.ended(job.data);
    return gone;
  };

  return {
    async health() {
      const depth = await producer.depth();
      const [paused, restMs, oldest_ms, oldest_delayed_ms] = await Promise.all([
        queue().isPaused(),
        queue().getRateLimitTtl(ALL_REST),
        // Counted from the newest: on PostgreSQL BullMQ 6.7 gives no other part of the waiting ones.
        depth.waiting === 0 ? null : ageAt("waiting", depth.waiting - 1, false),
        ageAt("delayed", 0, true),
      ]);
      return { depth, paused, resting_ms: restMs > 0 ? restMs : null, oldest_ms, oldest_delayed_ms };
    },
    failed: (query) => failedPage(queue(), query),
    retry,
    async retryAll(limit, reopen) {
      let retried = 0;
      const refused: RetriedJobs["refused"][number][] = [];
      await eachAtOnce(await oldestFailed(limit), async (pair_id) => {
        const answer = await retry(pair_id, reopen);
        if (answer.kind === "retried") retried += 1;
        if (answer.kind === "refused") refused.push({ pair_id, why: answer.why });
      });
      return { retried, refused };
    },
    discard,
    async discardAll(limit) {
      let discarded = 0;
      await eachAtOnce(await oldestFailed(limit), async (pairId) => {
        if (await discard(pairId)) discarded += 1;
      });
      return discarded;
    },
  };
}

/**
 * First the outcome goes, then the job: a worker that had the job before its outcome was taken back would find that there
 * is one, and its own would be thrown away. Stopped half way, the job is still among the failed ones, its pair is pending,
 * and retrying it goes on from there; if nobody does, the pair is called lost when its time is over. The same becomes of
 * one that somebody discards in this very moment.
 */
async function retryJob(
  job: Job,
  reopen: ReopenPair,
  { carrier, now }: { readonly carrier: MirrorCarrier; readonly now: number },
): Promise<RetryAnswer> {
  const ticket = ticketOf(job);
  if (ticket === null) return refused("unreadable_job");
  if (job.stalledCounter > MAX_STALLS) return refused("stalled");
  const lease = { admitted_at: now, expires_at: now + Math.max(0, ticket.expires_at - ticket.admitted_at) };
  if (!(await carrier.renew(job.data, lease.expires_at))) return refused("body_expired");
  const { pair_id, experiment: id, primary_group: primary, silent_model: silent, replay = false } = ticket;
  const failed_at = job.finishedOn ?? now;
  const reopened = await reopen({ pair_id, experiment: { id, primary, silent, replay }, failed_at, ...lease });
  if (reopened === "ended") return refused("ended");
  await job.updateProgress(NO_MEMORY);
  await job.updateData(packed({ ...ticket, ...lease }));
  const retried = { kind: "retried" } as const;
  return job.retry("failed", { resetAttemptsMade: true, resetAttemptsStarted: true }).then(
    () => retried,
    (error: unknown) => orNotFailed(job, error),
  );
}

/** What could not be done with a failed job because somebody was faster. */
async function orNotFailed(job: Job, error: unknown): Promise<{ readonly kind: "not_failed" }> {
  if (await job.isFailed()) throw error;
  return { kind: "not_failed" };
}

function refused(why: RetryRefusal): RetryAnswer {
  return { kind: "refused", why };
}

/** What a job has as its progress before anything is remembered with it. */
const NO_MEMORY = 0;

/** Those parts of a job that are readable however its texts are kept. */
const ticketSchema = z.looseObject({
  pair_id: z.string().min(1),
  request_id: z.string(),
  experiment: z.string().min(1),
  primary_group: z.string().min(1),
  silent_model: z.string().min(1),
  admitted_at: z.number(),
  expires_at: z.number(),
  replay: z.literal(true).optional(),
});

function ticketOf(job: Job): z.infer<typeof ticketSchema> | null {
  try {
    return ticketSchema.parse(unpacked(job.data));
  } catch {
    return null;
  }
}

async function failedJob(queue: InspectedQueue, pairId: string): Promise<Job | null> {
  const job = await queue.getJob(pairId);
  return job !== undefined && (await job.isFailed()) ? job : null;
}

/** Jobs are read one by one: together their bodies could be large. */
async function failedPage(queue: InspectedQueue, { limit, cursor }: FailedJobsQuery): Promise<FailedJobPage> {
  const ids = await queue.getRanges(["failed"], 0, -1, false);
  const from = placeAfter(cursor, ids);
  const data: FailedJob[] = [];
  for (const id of ids.slice(from, from + limit)) {
    const job = await queue.getJob(id);
    if (job !== undefined) data.push(asFailedJob(job));
  }
  const last = ids[from + limit - 1];
  return { data, next_cursor: last === undefined || from + limit >= ids.length ? null : `${from + limit}.${last}` };
}

/** After the page's last job, wherever newer failures have pushed it; where it was, when it is gone. */
function placeAfter(cursor: string | null, ids: readonly string[]): number {
  const [, place = "0", id = ""] = /^(\d{1,9})\.(.+)$/s.exec(cursor ?? "") ?? [];
  const found = ids.indexOf(id);
  return found === -1 ? Number(place) : found + 1;
}

function asFailedJob(job: Job): FailedJob {
  const ticket = ticketOf(job);
  return {
    pair_id: job.id ?? "",
    experiment: ticket?.experiment ?? null,
    request_id: ticket?.request_id ?? null,
    reason: job.failedReason ?? "",
    failed_at: job.finishedOn ?? null,
    admitted_at: ticket?.admitted_at ?? null,
    attempts: job.attemptsStarted,
  };
}

async function eachAtOnce(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  const left = ids.values();
  const workOn = async (): Promise<void> => {
    for (const id of left) await work(id);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, workOn));
}
