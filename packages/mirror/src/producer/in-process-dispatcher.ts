import { type Clock, errorFields, lastMoment, type Logger } from "@understudy/runtime";
import type { CallRecord } from "@understudy/contracts";
import type { CallRouter } from "@understudy/router";
import type { DispatchEvents, MirrorDispatcher } from "../decision/dispatcher.ts";
import type { MirrorJob } from "../job/mirror-job.ts";
import { callSilently, UncallableJobError } from "../call/silent-call.ts";

export interface InProcessOptions {
  readonly router: CallRouter;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly events: DispatchEvents;
  /** Told of every pair; what it throws is logged. */
  readonly onPair: (job: MirrorJob, silent: CallRecord) => void | Promise<void>;
  /** Silent calls at once. */
  readonly concurrency: number;
  /** Jobs that may wait for a place; more are dropped. */
  readonly maxBacklog: number;
  readonly timeoutMs: (silentModel: string) => number;
}

/** After the deadline: time for ended calls to be counted. A listener that hangs does not hold up the process. */
const HAND_OVER_MS = 500;

/** Mirrors without a queue: in this process, in the background, bounded, and lost when the process ends early. */
export function createInProcessDispatcher(options: InProcessOptions): MirrorDispatcher {
  const { clock, events } = options;
  const backlog: MirrorJob[] = [];
  const running = new Set<Promise<void>>();
  const ender = new AbortController();
  let stopping = false;

  function fill(): void {
    while (running.size < options.concurrency) {
      const job = backlog.shift();
      if (job === undefined) return;
      const run = runJob(job, options, ender.signal).finally(() => {
        running.delete(run);
        fill();
      });
      running.add(run);
    }
  }

  async function flushed(): Promise<void> {
    while (running.size > 0) await Promise.all(running);
  }

  return {
    dispatch(job) {
      if (stopping) return events.dropped(job, "shutdown");
      if (running.size >= options.concurrency && backlog.length >= options.maxBacklog) {
        return events.dropped(job, "buffer_full");
      }
      backlog.push(job);
      fill();
    },
    held: () => backlog.length + running.size,
    flushed,
    async stop(deadline) {
      stopping = true;
      const giveUp = (): void => {
        for (const job of backlog.splice(0)) events.dropped(job, "shutdown");
        ender.abort();
      };
      const last = lastMoment(deadline, { graceMs: HAND_OVER_MS, clock, giveUp });
      await Promise.race([flushed(), last.over]);
      last.done();
    },
  };
}

/** Never rejects. */
async function runJob(job: MirrorJob, options: InProcessOptions, signal: AbortSignal): Promise<void> {
  const { clock, events, logger } = options;
  try {
    const { record } = await callSilently(job, options.router, {
      signal,
      timeoutMs: options.timeoutMs(job.silent_model),
      queueWaitMs: Math.max(0, clock.now() - job.admitted_at),
      earlier: [],
    });
    // We ended this call ourselves: that says nothing of the silent model.
    if (record.error?.kind === "aborted") return events.dropped(job, "shutdown");
    await options.onPair(job, record);
  } catch (error) {
    if (error instanceof UncallableJobError) return events.dropped(job, error.reason);
    logger.error("a mirror failed", { pair_id: job.pair_id, ...errorFields(error) });
  }
}
