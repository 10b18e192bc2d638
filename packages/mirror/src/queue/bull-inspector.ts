import type { JobState, QueuedJob, QueuedJobPage, QueueHealth } from "@understudy/contracts";
import type { Job, Queue } from "bullmq";
import type { Clock } from "@understudy/runtime";
import { z } from "zod";
import type { Lease, MirrorFormat } from "./mirror-format.ts";
import { unpacked } from "../job/job-data.ts";
import { MOST_STALLS, NO_MEMORY } from "./job-processor.ts";
import { UnknownQueueKeyError, UnsealedError } from "../job/queue-keys.ts";
import { UnreadableError } from "../job/envelope.ts";
import type {
  DiscardAnswer,
  QueuedJobsQuery,
  QueueInspector,
  ReopenPair,
  RetriedJobs,
  RetryAnswer,
  RetryRefusal,
} from "./queue-inspector.ts";
import type { MirrorProducer } from "./queues.ts";
import { someText } from "../job/some-text.ts";

/** What an operator asks of a BullMQ queue, whatever stands behind it. */
export type InspectedQueue = Pick<Queue, "getJob" | "getJobs" | "getRanges" | "getRateLimitTtl" | "isPaused">;

export interface BullInspectorDeps {
  /** Asked for at each use, as the producer asks. */
  readonly queue: () => InspectedQueue;
  readonly producer: MirrorProducer;
  readonly format: MirrorFormat;
  readonly clock: Clock;
}

/** BullMQ's count of jobs in a minute is as high only while it was told to rest. PostgreSQL takes no greater number. */
const ALL_REST = 2 ** 31 - 1;

/** Jobs of a bulk that are worked on at once. */
const AT_ONCE = 8;

export function createBullInspector({ queue, producer, format, clock }: BullInspectorDeps): QueueInspector {
  // All, and then those that are meant: on PostgreSQL BullMQ 6.7 counts waiting ones from the newest whatever it is asked.
  const oldest = async (state: JobState, limit: number): Promise<readonly string[]> =>
    (await queue().getRanges([state], 0, -1, true)).slice(0, limit);
  const retry = async (state: JobState, pairId: string, reopen: ReopenPair): Promise<RetryAnswer> => {
    const job = await jobIn(state, queue(), pairId);
    if (job === null) return NOT_THERE;
    switch (state) {
      case "failed":
        return retryFailed(job, reopen, { format, now: clock.now() });
      case "delayed":
        return retried(job.promote(), state, job);
      case "waiting":
      case "active":
        return refused(state);
    }
  };
  const discard = async (state: JobState, pairId: string): Promise<DiscardAnswer> => {
    const job = await jobIn(state, queue(), pairId);
    return job === null ? "not_there" : discardJob(job, state, format);
  };

  return {
    health: () => healthOf(queue(), producer, clock),
    jobs: (state, query) => pageOf(state, queue(), query),
    retry,
    async retryAll(state, limit, reopen) {
      let count = 0;
      const refusals: RetriedJobs["refused"][number][] = [];
      await eachAtOnce(await oldest(state, limit), async (pair_id) => {
        const answer = await retry(state, pair_id, reopen);
        if (answer.kind === "retried") count += 1;
        if (answer.kind === "refused") refusals.push({ pair_id, why: answer.why });
      });
      return { retried: count, refused: refusals };
    },
    discard,
    async discardAll(state, limit) {
      const discarded: string[] = [];
      await eachAtOnce(await oldest(state, limit), async (pairId) => {
        if ((await discard(state, pairId)) === "discarded") discarded.push(pairId);
      });
      return discarded;
    },
  };
}

async function healthOf(queue: InspectedQueue, producer: MirrorProducer, clock: Clock): Promise<QueueHealth> {
  const ageAt = async (state: "waiting" | "delayed", place: number, ascending: boolean): Promise<number | null> => {
    const [job] = await queue.getJobs([state], place, place, ascending);
    return job === undefined ? null : Math.max(0, clock.now() - (ticketOf(job)?.admitted_at ?? job.timestamp));
  };
  const depth = await producer.depth();
  const [paused, restMs, oldest_ms, oldest_delayed_ms] = await Promise.all([
    queue.isPaused(),
    queue.getRateLimitTtl(ALL_REST),
    // Counted from the newest: on PostgreSQL BullMQ 6.7 gives no other part of the waiting ones.
    depth.waiting === 0 ? null : ageAt("waiting", depth.waiting - 1, false),
    ageAt("delayed", 0, true),
  ]);
  return { depth, paused, resting_ms: restMs > 0 ? restMs : null, oldest_ms, oldest_delayed_ms };
}

/** BullMQ removes no job that a worker has. */
async function discardJob(job: Job, state: JobState, format: MirrorFormat): Promise<DiscardAnswer> {
  try {
    await job.remove();
  } catch (error) {
    await orElsewhere(state, job, error);
    return state === "active" ? "taken" : "not_there";
  }
  await format.ended(job.data);
  return "discarded";
}

/**
 * First the outcome goes, then the job: a worker that had the job before its outcome was taken back would find that there
 * is one, and its own would be thrown away. Stopped half way, the job is still among the failed ones, its pair is pending,
 * and retrying it goes on from there; if nobody does, the pair is called lost when its time is over. The same becomes of
 * one that somebody discards in this very moment.
 */
async function retryFailed(
  job: Job,
  reopen: ReopenPair,
  { format, now }: { readonly format: MirrorFormat; readonly now: number },
): Promise<RetryAnswer> {
  const ticket = ticketOf(job);
  if (ticket === null) return refused("unreadable_job");
  if (ticket.spent === true) return refused("texts_gone");
  if (job.stalledCounter >= MOST_STALLS) return refused("stalled");
  const lease = { admitted_at: now, expires_at: now + Math.max(0, ticket.expires_at - ticket.admitted_at) };
  const renewed = await renewedData(job, lease, format);
  if ("kind" in renewed) return renewed;
  const { pair_id, experiment: id, primary_group: primary, silent_model: silent, replay = false } = ticket;
  const failed_at = job.finishedOn ?? now;
  const reopened = await reopen({ pair_id, experiment: { id, primary, silent, replay }, failed_at, ...lease });
  if (reopened === "ended") return refused("ended");
  await job.updateProgress(NO_MEMORY);
  await job.updateData(renewed.data);
  return retried(job.retry("failed", { resetAttemptsMade: true, resetAttemptsStarted: true }), "failed", job);
}

/** Reads the whole job, and so its texts: what nobody could call the silent model with is not tried again. */
async function renewedData(
  { data }: Job,
  lease: Lease,
  format: MirrorFormat,
): Promise<{ readonly data: object } | RetryAnswer> {
  try {
    const renewed = await format.renew(data, lease);
    return renewed === null ? refused("body_expired") : { data: renewed };
  } catch (error) {
    if (error instanceof UnreadableError) return refused("unreadable_job");
    if (error instanceof UnsealedError) return refused("unsealed_job");
    if (error instanceof UnknownQueueKeyError) return refused("unknown_queue_key");
    throw error;
  }
}

const NOT_THERE = { kind: "not_there" } as const;

async function retried(moved: Promise<void>, state: JobState, job: Job): Promise<RetryAnswer> {
  try {
    await moved;
    return { kind: "retried" };
  } catch (error) {
    await orElsewhere(state, job, error);
    return NOT_THERE;
  }
}

/** What could not be done because somebody was faster, or because a worker has the job; else it is an error. */
async function orElsewhere(state: JobState, job: Job, error: unknown): Promise<void> {
  if (state !== "active" && (await isIn(state, job))) throw error;
}

function refused(why: RetryRefusal): RetryAnswer {
  return { kind: "refused", why };
}

/** Those parts of a job that are readable however its texts are kept. */
const ticketSchema = z.looseObject({
  pair_id: someText,
  request_id: z.string(),
  experiment: someText,
  primary_group: someText,
  silent_model: someText,
  admitted_at: z.number(),
  expires_at: z.number(),
  replay: z.literal(true).optional(),
  spent: z.literal(true).optional(),
});

function ticketOf(job: Job): z.infer<typeof ticketSchema> | null {
  try {
    const ticket = ticketSchema.parse(unpacked(job.data));
    return ticket.pair_id === job.id ? ticket : null;
  } catch {
    return null;
  }
}

async function jobIn(state: JobState, queue: InspectedQueue, pairId: string): Promise<Job | null> {
  const job = await queue.getJob(pairId);
  return job !== undefined && (await isIn(state, job)) ? job : null;
}

function isIn(state: JobState, job: Job): Promise<boolean> {
  switch (state) {
    case "waiting":
      return job.isWaiting();
    case "delayed":
      return job.isDelayed();
    case "active":
      return job.isActive();
    case "failed":
      return job.isFailed();
  }
}

/** Jobs are read one by one: together their bodies could be large. */
async function pageOf(
  state: JobState,
  queue: InspectedQueue,
  { limit, cursor }: QueuedJobsQuery,
): Promise<QueuedJobPage> {
  const ids = await queue.getRanges([state], 0, -1, state !== "failed");
  const from = placeAfter(cursor, ids);
  const data: QueuedJob[] = [];
  for (const id of ids.slice(from, from + limit)) {
    const job = await queue.getJob(id);
    if (job !== undefined) data.push(asQueuedJob(job));
  }
  const last = ids[from + limit - 1];
  return { data, next_cursor: last === undefined || from + limit >= ids.length ? null : `${from + limit}.${last}` };
}

/** After the page's last job, wherever others have pushed it; where it was, when it is gone. */
function placeAfter(cursor: string | null, ids: readonly string[]): number {
  const [, place = "0", id = ""] = /^(\d{1,9})\.(.+)$/s.exec(cursor ?? "") ?? [];
  const found = ids.indexOf(id);
  return found === -1 ? Number(place) : found + 1;
}

function asQueuedJob(job: Job): QueuedJob {
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
