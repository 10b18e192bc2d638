import { DelayedError, type Job, UnrecoverableError } from "bullmq";
import type { Clock } from "@understudy/runtime";
import { packed, storableMessage, unpacked } from "./job-data.ts";
import { type MirrorJob, parseMirrorJob } from "./mirror-job.ts";
import type { ConsumerOptions, Verdict } from "./queues.ts";

/** Takes one delivery of a BullMQ job. Rejects only with what tells BullMQ the job's fate. */
export type ProcessJob = (job: Job, token?: string) => Promise<void>;

export interface ProcessorDeps {
  readonly clock: Clock;
  /** Aborts when jobs must be given back. */
  readonly letGo: AbortSignal;
  /** Told of what went wrong with a delivery; the job is delivered again. */
  readonly trouble: (error: unknown) => void;
}

/** A job that was taken away from this many dying workers is likely to be what they die of. */
const MAX_STALLS = 10;
/** After a delivery that went wrong in an unforeseen way, or whose outcome could not be written. */
const AFTER_TROUBLE_MS = 5_000;
/** What a handler has left, once jobs must be given back, to end by itself. */
const LAST_WORD_MS = 500;

/**
 * BullMQ puts a job whose handler throws aside for good, and nobody would write its outcome. So whatever goes wrong here
 * is a redelivery: later, or, where not even that can be arranged, as a stalled job once its lock has run out.
 */
export function createJobProcessor(consumer: ConsumerOptions, deps: ProcessorDeps): ProcessJob {
  return async (job, token) => {
    const verdict = await verdictOn(job, consumer, deps);
    switch (verdict.kind) {
      case "done":
        return;
      case "again":
        await delay(job, verdict.afterMs, token, deps);
        throw new DelayedError();
      case "failed":
        throw new UnrecoverableError(storableMessage(verdict.message));
    }
  };
}

async function verdictOn(job: Job, consumer: ConsumerOptions, deps: ProcessorDeps): Promise<Verdict> {
  try {
    const read = readJob(job);
    if (read.kind === "unreadable") return await lost(read.data, "unreadable_job", consumer);
    if (job.stalledCounter > MAX_STALLS) return await lost(read.job, "stalled", consumer);
    return await deliver(job, read.job, consumer, deps);
  } catch (error) {
    deps.trouble(error);
    return { kind: "again", afterMs: AFTER_TROUBLE_MS };
  }
}

type Reading =
  | { readonly kind: "readable"; readonly job: MirrorJob }
  | { readonly kind: "unreadable"; readonly data: unknown };

function readJob(job: Job): Reading {
  let data: unknown = job.data;
  try {
    data = unpacked(data);
    return { kind: "readable", job: parseMirrorJob(data) };
  } catch {
    return { kind: "unreadable", data };
  }
}

async function lost(data: unknown, reason: "unreadable_job" | "stalled", consumer: ConsumerOptions): Promise<Verdict> {
  await consumer.lost(data, reason);
  return { kind: "failed", message: reason };
}

/** The handler's verdict. A handler that holds on when jobs must be given back loses its job after a moment. */
async function deliver(
  job: Job,
  mirrorJob: MirrorJob,
  consumer: ConsumerOptions,
  deps: ProcessorDeps,
): Promise<Verdict> {
  const { letGo, clock } = deps;
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
    job: mirrorJob,
    memory: memoryOf(job),
    async remember(memory) {
      if (gone) throw new Error("the job was given back already");
      await job.updateProgress(packed(memory));
    },
    signal: letGo,
  });
  return Promise.race([handled, takenAway]).finally(() => {
    letGo.removeEventListener("abort", takeAway);
    cancel();
  });
}

function memoryOf(job: Job): unknown {
  try {
    return typeof job.progress === "object" ? unpacked(job.progress) : null;
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
