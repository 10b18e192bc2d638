import { type Clock, errorFields, lastMoment, type Logger } from "@understudy/runtime";
import type { Worker, WorkerOptions } from "bullmq";
import type { QueueConsumer } from "./queues.ts";
import type { JobFormat } from "./job-format.ts";
import { createJobProcessor, type Processed, type ProcessJob } from "./job-processor.ts";
import { createRest, type Rest, restAfterBursts, seldom } from "./queue-trouble.ts";

/** What this room asks of a BullMQ worker, whatever stands behind it. */
export type BullWorker = Pick<Worker, "on" | "run" | "close" | "pause" | "resume" | "waitUntilReady" | "concurrency">;

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
  /** Lets the queue rest for all workers at once; null where that would cost every job more than it is worth. */
  readonly restAll: Rest | null;
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
/** While a queue rests: BullMQ sleeps for so long at once, and a worker told to stop just before it does is not woken. */
const LONGEST_REST_MS = 1_000;
/** After the deadline: time for calls that were ended to give their jobs back, less than the host waits. */
const HAND_OVER_MS = 1_500;

const MINUTE_MS = 60_000;
/** BullMQ lets a queue rest only for workers that have a limit; this one is never reached. */
const UNREACHED = { max: 2_000_000_000, duration: MINUTE_MS };

/** A consumer of the queue of that name; `of` says for a person whose it is. */
export type Consumer<Job> = Processed<Job> & { readonly queue: string; readonly of: string };

/** Starts at once and consumes when the queue can be had; stops when its jobs have ended, or were given back. */
export function createBullConsumer<Job>(consumer: Consumer<Job>, deps: BullConsumerDeps): QueueConsumer {
  const { clock, logger } = deps;
  const { format } = consumer;
  const letGo = new AbortController();
  const stopped = new AbortController();
  const say = seldom(clock, (error) => {
    logger.warn("the queue is in trouble", { queue_of: consumer.of, ...errorFields(error) });
  });
  // A queue has one limiter, and to let it rest would begin the minute of `requests_per_minute` anew.
  const restAll = consumer.requestsPerMinute === null ? deps.restAll : null;
  const rests: Rests = { all: restAll, here: () => Promise.resolve() };
  const rest: Rest = (ms) => restQueue(ms, rests, say);
  const process = createJobProcessor(consumer, { clock, letGo: letGo.signal, trouble: say, rest });
  let opening: Promise<BullWorker | null> = Promise.resolve(null);
  let everReady = false;
  const places = createPlaces(consumer.concurrency);
  const bodies = letBodiesGo({ format, queue: consumer.queue, trouble: say });

  async function open(): Promise<BullWorker> {
    const options = workerOptions(consumer, restAll === null ? null : UNREACHED);
    const worker = await deps.open({ process, options }, stopped.signal);
    places.of(worker);
    worker.on("error", say);
    bodies.watch(worker);
    const noteReady = (): void => void (everReady = true);
    worker.waitUntilReady().then(noteReady, noteReady);
    if (stopped.signal.aborted) return worker;
    rests.here = createRest(worker, clock, stopped.signal);
    restAfterBursts(worker, rests.here, clock);
    worker.run().catch(ended);
    return worker;
  }

  const ended = (error: unknown): null => {
    if (!stopped.signal.aborted) {
      logger.error("the consumer ended", { queue_of: consumer.of, ...errorFields(error) });
    }
    return null;
  };

  return {
    name: `consumer of ${consumer.of}`,
    start() {
      if (!stopped.signal.aborted) opening = open().catch(ended);
      return Promise.resolve();
    },
    setConcurrency: (next) => places.become(next),
    async stop(deadline) {
      stopped.abort(new Error("the consumer was stopped"));
      const last = lastMoment(deadline, { graceMs: HAND_OVER_MS, clock, giveUp: () => letGo.abort() });
      // A worker that has never reached its queue has no job to wait for, and could not be told otherwise to end.
      const close = (worker: BullWorker | null) => worker?.close(!everReady && !deps.connected());
      await Promise.race([opening.then(close).then(bodies.settled), last.over]);
      last.done();
    },
  };
}

/** So many jobs at once, whether there is a worker yet or not. */
function createPlaces(concurrency: number) {
  let now = concurrency;
  let opened: BullWorker | null = null;
  const tell = (): void => {
    if (opened !== null) opened.concurrency = now;
  };
  return {
    of(worker: BullWorker): void {
      opened = worker;
      tell();
    },
    become(next: number): void {
      now = next;
      tell();
    },
  };
}

interface LettingGo {
  readonly format: Pick<JobFormat<never>, "ended" | "failed">;
  readonly queue: string;
  readonly trouble: (error: unknown) => void;
}

/**
 * Only once a job has left the queue for good: until then another worker may be given it, and would need its body. What
 * is not done when the process ends is done by the body's expiry.
 */
function letBodiesGo({ format, queue, trouble }: LettingGo) {
  const underWay = new Set<Promise<void>>();
  const track = (work: Promise<void>): void => {
    const tracked = work.catch(trouble).finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };
  return {
    watch(worker: BullWorker): void {
      worker.on("completed", (job) => track(format.ended(job.data)));
      worker.on("failed", (job) => {
        if (job !== undefined) track(format.failed(job.data, queue));
      });
    },
    /** Resolves when nothing is under way. */
    settled: () => Promise.all(underWay),
  };
}

interface Rests {
  readonly all: Rest | null;
  /** Of the worker, once there is one. */
  here: Rest;
}

async function restQueue(ms: number, rests: Rests, trouble: (error: unknown) => void): Promise<void> {
  try {
    // BullMQ takes whole milliseconds.
    await (rests.all ?? rests.here)(Math.ceil(ms));
  } catch (error) {
    trouble(error);
    await rests.here(ms);
  }
}

interface Limiter {
  readonly max: number;
  readonly duration: number;
}

type Rates = Pick<Processed<never>, "concurrency" | "requestsPerMinute">;

function workerOptions(consumer: Rates, otherwise: Limiter | null): BullWorkerSettings["options"] {
  const { concurrency, requestsPerMinute } = consumer;
  const limiter = requestsPerMinute === null ? otherwise : limiterOf(requestsPerMinute);
  return {
    autorun: false,
    concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: STALL_CHECK_MS,
    maxStalledCount: STALLS_BEFORE_BULLMQ_GIVES_UP,
    runRetryDelay: TRY_AGAIN_MS,
    maximumRateLimitDelay: LONGEST_REST_MS,
    ...(limiter === null ? {} : { limiter }),
  };
}

/** BullMQ counts whole jobs: half a request a minute is one in two minutes. */
function limiterOf(requestsPerMinute: number): Limiter {
  if (Number.isInteger(requestsPerMinute)) return { max: requestsPerMinute, duration: MINUTE_MS };
  return { max: 1, duration: Math.ceil(MINUTE_MS / requestsPerMinute) };
}
