import type { Worker, WorkerOptions } from "bullmq";
import { type Clock, errorFields, type Logger, type Service } from "@understudy/runtime";
import { createJobProcessor, type ProcessJob } from "./job-processor.ts";
import type { ConsumerOptions } from "./queues.ts";
import { restAfterBursts, seldom } from "./queue-trouble.ts";

/** What this room asks of a BullMQ worker, whatever stands behind it. */
export type BullWorker = Pick<Worker, "on" | "run" | "close" | "pause" | "resume" | "waitUntilReady">;

export interface BullWorkerSettings {
  readonly process: ProcessJob;
  readonly options: Omit<WorkerOptions, "connection" | "prefix">;
}

export interface BullConsumerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether the queue can be reached now, as far as is known. */
  readonly connected: () => boolean;
  /** Resolves once the queue can be had, however long its database is away; rejects when `stopped` aborts before. */
  readonly open: (settings: BullWorkerSettings, stopped: AbortSignal) => Promise<BullWorker>;
}

/**
 * A lock of 5 s, looked at every 2.5 s, brings a killed worker's jobs back in about 5 s; locks are renewed by timer, so
 * only an event loop blocked for longer could lose one.
 */
const LOCK_MS = 5_000;
const STALL_CHECK_MS = 2_500;
/** Never reached: a job that stalls too often is given its outcome here, and BullMQ would write none. */
const STALLS_BEFORE_BULLMQ_GIVES_UP = 1_000_000;
/** Between two looks while the queue cannot be reached. */
const TRY_AGAIN_MS = 2_000;
/** After the deadline: time for calls that were ended to give their jobs back, less than the host waits. */
const HAND_OVER_MS = 1_500;

const MINUTE_MS = 60_000;

/** Starts at once and consumes when the queue can be had; stops when its jobs have ended, or were given back. */
export function createBullConsumer(consumer: ConsumerOptions, deps: BullConsumerDeps): Service {
  const { clock, logger } = deps;
  const letGo = new AbortController();
  const stopped = new AbortController();
  const say = seldom(clock, (error) => {
    logger.warn("the queue is in trouble", { silent_model: consumer.silentModel, ...errorFields(error) });
  });
  const process = createJobProcessor(consumer, { clock, letGo: letGo.signal, trouble: say });
  let opening: Promise<BullWorker | null> = Promise.resolve(null);
  let everReady = false;

  async function open(): Promise<BullWorker> {
    const worker = await deps.open({ process, options: workerOptions(consumer) }, stopped.signal);
    worker.on("error", say);
    const noteReady = (): void => void (everReady = true);
    worker.waitUntilReady().then(noteReady, noteReady);
    if (stopped.signal.aborted) return worker;
    restAfterBursts(worker, clock, stopped.signal);
    worker.run().catch(ended);
    return worker;
  }

  const ended = (error: unknown): null => {
    if (!stopped.signal.aborted) {
      logger.error("the consumer ended", { silent_model: consumer.silentModel, ...errorFields(error) });
    }
    return null;
  };

  return {
    name: `consumer of ${consumer.silentModel}`,
    start() {
      if (!stopped.signal.aborted) opening = open().catch(ended);
      return Promise.resolve();
    },
    async stop(deadline) {
      stopped.abort(new Error("the consumer was stopped"));
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const giveUp = (): void => {
        letGo.abort();
        clock.after(HAND_OVER_MS, resolve);
      };
      if (deadline.aborted) giveUp();
      else deadline.addEventListener("abort", giveUp, { once: true });
      // A worker that has never reached its queue has no job to wait for, and could not be told otherwise to end.
      const close = (worker: BullWorker | null) => worker?.close(!everReady && !deps.connected());
      await Promise.race([opening.then(close), late]);
      deadline.removeEventListener("abort", giveUp);
    },
  };
}

function workerOptions({ concurrency, requestsPerMinute }: ConsumerOptions): BullWorkerSettings["options"] {
  return {
    autorun: false,
    concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: STALL_CHECK_MS,
    maxStalledCount: STALLS_BEFORE_BULLMQ_GIVES_UP,
    runRetryDelay: TRY_AGAIN_MS,
    ...(requestsPerMinute === null ? {} : { limiter: limiterOf(requestsPerMinute) }),
  };
}

/** BullMQ counts whole jobs: half a request a minute is one in two minutes. */
function limiterOf(requestsPerMinute: number): { max: number; duration: number } {
  if (Number.isInteger(requestsPerMinute)) return { max: requestsPerMinute, duration: MINUTE_MS };
  return { max: 1, duration: Math.ceil(MINUTE_MS / requestsPerMinute) };
}
