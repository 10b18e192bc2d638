import { DelayedError, type Job, UnrecoverableError, type Worker, type WorkerOptions } from "bullmq";
import { type Clock, errorFields, type Logger, type Service } from "@understudy/runtime";
import { type MirrorJob, parseMirrorJob } from "./mirror-job.ts";
import type { ConsumerOptions, Verdict } from "./queues.ts";

/** What this room asks of a BullMQ worker, whatever stands behind it. */
export type BullWorker = Pick<Worker, "on" | "run" | "close" | "waitUntilReady">;

export interface BullWorkerSettings {
  readonly process: (job: Job, token?: string) => Promise<void>;
  readonly options: Omit<WorkerOptions, "connection" | "prefix">;
}

export interface BullConsumerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly open: (settings: BullWorkerSettings) => Promise<BullWorker>;
}

/**
 * A lock of 5 s, looked at every 2.5 s, brings a killed worker's jobs back in about 5 s; locks are renewed by timer, so
 * only an event loop blocked for longer could lose one. A job is put aside after it has ended this many workers.
 */
const LOCK_MS = 5_000;
const STALL_CHECK_MS = 2_500;
const MAX_STALLS = 10;

/** A broken connection can fail thousands of times a second; one line in this time tells as much. */
const ERROR_LINE_EVERY_MS = 5_000;

export function createBullConsumer(consumer: ConsumerOptions, deps: BullConsumerDeps): Service {
  const ender = new AbortController();
  const logger = deps.logger;
  let worker: BullWorker | undefined;

  async function process(job: Job, token?: string): Promise<void> {
    let mirrorJob: MirrorJob;
    try {
      mirrorJob = parseMirrorJob(job.data);
    } catch (error) {
      await consumer.lost(job.data, "unreadable_job");
      throw new UnrecoverableError(`the job cannot be read: ${String(error)}`);
    }
    const verdict = await consumer.handle({
      job: mirrorJob,
      memory: typeof job.progress === "object" ? job.progress : null,
      remember: (memory) => job.updateProgress(memory),
      signal: ender.signal,
    });
    await carryOut(verdict, job, token);
  }

  async function carryOut(verdict: Verdict, job: Job, token: string | undefined): Promise<void> {
    switch (verdict.kind) {
      case "done":
        return;
      case "again":
        await job.moveToDelayed(deps.clock.now() + verdict.afterMs, token);
        throw new DelayedError();
      case "failed":
        throw new UnrecoverableError(verdict.message);
    }
  }

  function listen(opened: BullWorker): void {
    const say = seldom(deps.clock, (error: unknown) => {
      logger.warn("the queue is in trouble", { silent_model: consumer.silentModel, ...errorFields(error) });
    });
    opened.on("error", say);
    opened.on("failed", (job, error) => {
      if (job === undefined || !error.message.includes("stalled more than")) return;
      consumer.lost(job.data, "stalled").catch(say);
    });
  }

  return {
    name: `consumer of ${consumer.silentModel}`,
    async start() {
      const { concurrency, requestsPerMinute } = consumer;
      worker = await deps.open({
        process,
        options: {
          autorun: false,
          concurrency,
          lockDuration: LOCK_MS,
          stalledInterval: STALL_CHECK_MS,
          maxStalledCount: MAX_STALLS,
          ...(requestsPerMinute === null ? {} : { limiter: { max: requestsPerMinute, duration: 60_000 } }),
        },
      });
      listen(worker);
      worker.run().catch((error: unknown) => logger.error("the consumer ended", errorFields(error)));
    },
    async stop(deadline) {
      const letGo = (): void => ender.abort();
      if (deadline.aborted) letGo();
      else deadline.addEventListener("abort", letGo, { once: true });
      await worker?.close();
      deadline.removeEventListener("abort", letGo);
    },
  };
}

function seldom(clock: Clock, say: (error: unknown) => void): (error: unknown) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (error) => {
    const now = clock.monotonic();
    if (now - last < ERROR_LINE_EVERY_MS) return;
    last = now;
    say(error);
  };
}
