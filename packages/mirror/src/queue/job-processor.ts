import { type Clock, onAbort } from "@understudy/runtime";
import { DelayedError, type Job, UnrecoverableError } from "bullmq";
import type { JobFormat, LostJob, Queued } from "./job-format.ts";
import { UnknownQueueKeyError } from "../job/queue-keys.ts";
import type { Handling, DeliveryOutcome } from "./queues.ts";

/** Takes one delivery of a BullMQ job. Rejects only with what tells BullMQ the job's fate. */
export type ProcessJob = (job: Job, token?: string) => Promise<void>;

export interface ProcessorDeps {
  readonly clock: Clock;
  /** Aborts when jobs must be given back. */
  readonly letGo: AbortSignal;
  /** Told of what went wrong with a delivery; the job is delivered again. */
  readonly trouble: (error: unknown) => void;
  /** Lets the queue rest. Never rejects. */
  readonly rest: (ms: number) => Promise<void>;
}

/** What is done with jobs of a kind. */
export type Processed<JobData> = Handling<JobData> & { readonly format: JobFormat<JobData> };

/**
 * A job that was begun so often, and whose worker died or hung every time, is likely to be what it died of. BullMQ counts
 * this when it takes the job away from a worker that no longer renews its lock, for whatever reason.
 */
export const MOST_STALLS = 3;
/** Before a job that workers died over comes back to one that has another such job under way. */
const SUSPECT_AGAIN_MS = 250;
/** After a delivery that went wrong in an unforeseen way, or whose outcome could not be written. */
const AFTER_TROUBLE_MS = 5_000;
/** Before a look whether somebody has put the missing key in place. */
const LOCKED_AGAIN_MS = 15_000;
/** What a handler has left, once jobs must be given back, to end by itself. */
const LAST_WORD_MS = 500;

/**
 * BullMQ puts a job whose handler throws aside for good, and nobody would write its outcome. So whatever goes wrong here
 * is a redelivery: later, or, where not even that can be arranged, as a stalled job once its lock has run out.
 */
export function createJobProcessor<JobData>(consumer: Processed<JobData>, deps: ProcessorDeps): ProcessJob {
  const verdictOf = oneSuspectAtOnce((job) => outcomeOf(job, consumer, deps));
  return async (job, token) => {
    const outcome = await verdictOf(job);
    if (outcome.restMs !== undefined) await deps.rest(outcome.restMs);
    switch (outcome.kind) {
      case "done":
        return;
      case "again":
        await delay(job, outcome.afterMs, token, deps);
        throw new DelayedError();
      case "failed":
        await forgetTexts(job, consumer.format).catch(deps.trouble);
        throw new UnrecoverableError(consumer.format.failure(outcome));
    }
  };
}

/** Of a job that has failed for good, where its texts may not be kept: they go from the queue, and from beside it. */
async function forgetTexts(job: Job, format: Pick<JobFormat<never>, "spent" | "ended">): Promise<void> {
  const data: unknown = job.data;
  const spent = format.spent(data);
  if (spent === null) return;
  await job.updateData(spent);
  await job.updateProgress(NO_MEMORY);
  await format.ended(data);
}

/** What a job has as its progress before anything is remembered with it. */
export const NO_MEMORY = 0;

/**
 * Of the jobs that were under way when workers died, one is what they died of. The last time they are tried one at a time:
 * else the others would die with it once more, and be put aside as well. Before that they need not wait for one another:
 * most workers die of something else.
 */
function oneSuspectAtOnce(outcomeOf: (job: Job) => Promise<DeliveryOutcome>): (job: Job) => Promise<DeliveryOutcome> {
  let underWay = false;
  return async (job) => {
    if (job.stalledCounter !== MOST_STALLS - 1) return outcomeOf(job);
    if (underWay) return { kind: "again", afterMs: SUSPECT_AGAIN_MS };
    underWay = true;
    return outcomeOf(job).finally(() => (underWay = false));
  };
}

async function outcomeOf<JobData>(
  job: Job,
  consumer: Processed<JobData>,
  deps: ProcessorDeps,
): Promise<DeliveryOutcome> {
  const { format } = consumer;
  const queued = queuedOf(job);
  const lose = async ({ data, reason }: LostJob): Promise<DeliveryOutcome> => {
    await consumer.lost(data ?? { pair_id: queued.id }, reason, format.lastNote(queued));
    return { kind: "failed", code: reason, message: reason };
  };
  try {
    // Before anything is read: what such a job does to a worker may happen on the way.
    if (job.stalledCounter >= MOST_STALLS)
      return await lose({ kind: "lost", data: format.remains(job.data), reason: "stalled" });
    const read = await format.unload(queued);
    switch (read.kind) {
      case "readable":
        return await deliver(job, read, consumer, deps);
      case "lost":
        return await lose(read);
      case "locked":
        deps.trouble(read.error);
        return { kind: "again", afterMs: LOCKED_AGAIN_MS };
    }
  } catch (error) {
    deps.trouble(error);
    if (isOver(job, consumer, deps.clock)) return { kind: "failed", code: "not_handled", message: NOT_HANDLED };
    return { kind: "again", afterMs: error instanceof UnknownQueueKeyError ? LOCKED_AGAIN_MS : AFTER_TROUBLE_MS };
  }
}

const NOT_HANDLED = "not_handled: it went wrong until its time was over";
/** Of a job that does not say when its own is over. */
const USUAL_TIME_MS = 3_600_000;

/** Whether its mirror counts as lost by now if nothing holds it: nobody is to wait for it without end. */
function isOver<JobData>(job: Job, { format, lostAfterMs }: Processed<JobData>, clock: Clock): boolean {
  const { expires_at } = (format.remains(job.data) ?? {}) as { readonly expires_at?: unknown };
  const lastMoment = typeof expires_at === "number" ? expires_at : job.timestamp + USUAL_TIME_MS;
  return clock.now() > lastMoment + lostAfterMs;
}

/** The handler's outcome. A handler that holds on when jobs must be given back loses its job after a moment. */
async function deliver<JobData>(
  job: Job,
  { job: data, memory }: { readonly job: JobData; readonly memory: unknown },
  consumer: Processed<JobData>,
  deps: ProcessorDeps,
): Promise<DeliveryOutcome> {
  const { letGo, clock } = deps;
  const { promise: takenAway, resolve } = Promise.withResolvers<DeliveryOutcome>();
  let gone = false;
  let cancel = (): void => undefined;
  const takeAway = (): void => {
    cancel = clock.after(LAST_WORD_MS, () => {
      gone = true;
      resolve({ kind: "again", afterMs: 0 });
    });
  };
  const takeBack = onAbort(letGo, takeAway);
  const handled = consumer.handle({
    job: data,
    memory,
    async remember(note) {
      if (gone) throw new Error("the job was given back already");
      await job.updateProgress(consumer.format.loadNote(data, note));
    },
    signal: letGo,
  });
  return Promise.race([handled, takenAway]).finally(() => {
    takeBack();
    cancel();
  });
}

function queuedOf({ id = "", data, progress }: Job): Queued {
  return { id, data: data as unknown, note: typeof progress === "object" ? progress : null };
}

async function delay(job: Job, afterMs: number, token: string | undefined, deps: ProcessorDeps): Promise<void> {
  try {
    // Whole milliseconds: PostgreSQL takes no other.
    await job.moveToDelayed(Math.ceil(deps.clock.now() + afterMs), token);
  } catch (error) {
    deps.trouble(error);
  }
}
