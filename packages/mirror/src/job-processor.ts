import { DelayedError, type Job, UnrecoverableError } from "bullmq";
import type { Clock } from "@understudy/runtime";
import type { JobCarrier, LostJob } from "./job-carrier.ts";
import { UnknownQueueKeyError } from "./queue-keys.ts";
import type { Handling, Verdict } from "./queues.ts";

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
export type Processed<JobData> = Handling<JobData> & { readonly carrier: JobCarrier<JobData> };

/** A job that was taken away from this many dying workers is likely to be what they die of. */
export const MAX_STALLS = 10;
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
  return async (job, token) => {
    const verdict = await verdictOn(job, consumer, deps);
    if (verdict.restMs !== undefined) await deps.rest(verdict.restMs);
    switch (verdict.kind) {
      case "done":
        return;
      case "again":
        await delay(job, verdict.afterMs, token, deps);
        throw new DelayedError();
      case "failed":
        throw new UnrecoverableError(consumer.carrier.failure(verdict));
    }
  };
}

async function verdictOn<JobData>(job: Job, consumer: Processed<JobData>, deps: ProcessorDeps): Promise<Verdict> {
  const { carrier } = consumer;
  const lose = async ({ data, reason }: LostJob): Promise<Verdict> => {
    await consumer.lost(data, reason, lastMemoryOf(job, carrier));
    return { kind: "failed", code: reason, message: reason };
  };
  try {
    // Before anything is read: what such a job does to a worker may happen on the way.
    if (job.stalledCounter > MAX_STALLS)
      return await lose({ kind: "lost", data: carrier.remains(job.data), reason: "stalled" });
    const read = await carrier.unload(job.data);
    switch (read.kind) {
      case "readable":
        return await deliver(job, read.job, consumer, deps);
      case "lost":
        return await lose(read);
      case "locked":
        deps.trouble(read.error);
        return { kind: "again", afterMs: LOCKED_AGAIN_MS };
    }
  } catch (error) {
    deps.trouble(error);
    return { kind: "again", afterMs: error instanceof UnknownQueueKeyError ? LOCKED_AGAIN_MS : AFTER_TROUBLE_MS };
  }
}

/** The handler's verdict. A handler that holds on when jobs must be given back loses its job after a moment. */
async function deliver<JobData>(
  job: Job,
  data: JobData,
  consumer: Processed<JobData>,
  deps: ProcessorDeps,
): Promise<Verdict> {
  const { letGo, clock } = deps;
  const { carrier } = consumer;
  // First, because it may lack its key: then nothing has been begun.
  const memory = memoryOf(job, carrier);
  const { promise: takenAway, resolve } = Promise.withResolvers<Verdict>();
  let gone = false;
  let cancel = (): void => undefined;
  const takeAway = (): void => {
    cancel = clock.after(LAST_WORD_MS, () => {
      gone = true;
      resolve({ kind: "again", afterMs: 0 });
    });
  };
  if (letGo.aborted) takeAway();
  else letGo.addEventListener("abort", takeAway, { once: true });
  const handled = consumer.handle({
    job: data,
    memory,
    async remember(note) {
      if (gone) throw new Error("the job was given back already");
      await job.updateProgress(carrier.loadNote(data, note));
    },
    signal: letGo,
  });
  return Promise.race([handled, takenAway]).finally(() => {
    letGo.removeEventListener("abort", takeAway);
    cancel();
  });
}

type Notes = Pick<JobCarrier<never>, "unloadNote">;

/** Throws `UnknownQueueKeyError`: the memory may hold an answer that was paid for. */
function memoryOf(job: Job, carrier: Notes): unknown {
  return typeof job.progress === "object" ? carrier.unloadNote(job.data, job.progress) : null;
}

/** Of a job that nobody will handle: what can be had of it now. */
function lastMemoryOf(job: Job, carrier: Notes): unknown {
  try {
    return memoryOf(job, carrier);
  } catch {
    return null;
  }
}

async function delay(job: Job, afterMs: number, token: string | undefined, deps: ProcessorDeps): Promise<void> {
  try {
    // Whole milliseconds: PostgreSQL takes no other.
    await job.moveToDelayed(Math.ceil(deps.clock.now() + afterMs), token);
  } catch (error) {
    deps.trouble(error);
  }
}
