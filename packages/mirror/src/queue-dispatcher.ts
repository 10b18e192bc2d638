import type { Clock, Logger } from "@understudy/runtime";
import type { DispatchEvents, MirrorDispatcher } from "./dispatcher.ts";
import { Lane } from "./lane.ts";
import type { MirrorQueues } from "./queues.ts";
import type { Spool } from "./spool/lane-spool.ts";

export interface QueueDispatcherOptions {
  readonly queues: MirrorQueues;
  /** Where jobs wait while their queue is away; without one they wait in memory. */
  readonly spool?: Spool | null;
  /** Jobs that may wait on one silent model's queue. */
  readonly maxQueueLength: (silentModel: string) => number;
  readonly events: DispatchEvents;
  readonly clock: Clock;
  readonly logger: Logger;
}

const MAX_BUFFERED_JOBS = 10_000;
const MAX_BUFFERED_BYTES = 64 * 1024 * 1024;

/**
 * Mirrors through the queues. While a queue cannot be reached its jobs wait in the spool, or, where that takes none, in
 * memory, up to 10,000 or 64 MiB.
 */
export function createQueueDispatcher(options: QueueDispatcherOptions): MirrorDispatcher {
  const lanes = new Map<string, Lane>();
  let stopping = false;

  const laneOf = (silentModel: string): Lane => {
    const known = lanes.get(silentModel);
    if (known !== undefined) return known;
    const lane = new Lane({
      silentModel,
      producer: options.queues.producer(silentModel),
      spool: options.spool?.lane(silentModel) ?? null,
      limits: {
        maxBufferedJobs: MAX_BUFFERED_JOBS,
        maxBufferedBytes: MAX_BUFFERED_BYTES,
        maxQueueLength: options.maxQueueLength(silentModel),
      },
      events: options.events,
      clock: options.clock,
      logger: options.logger,
    });
    lanes.set(silentModel, lane);
    return lane;
  };

  // Jobs of an earlier process have waited long enough.
  for (const silentModel of options.spool?.leftovers() ?? []) laneOf(silentModel).start();

  return {
    dispatch(job) {
      // A lane that is only now opened would be closed by nobody.
      if (stopping) return options.events.dropped(job, "shutdown");
      laneOf(job.silent_model).take(job);
    },
    held: () => [...lanes.values()].reduce((sum, lane) => sum + lane.held, 0),
    async flushed() {
      await Promise.all([...lanes.values()].map((lane) => lane.flushed()));
    },
    async stop(deadline) {
      stopping = true;
      await Promise.all([...lanes.values()].map((lane) => lane.close(deadline)));
    },
  };
}
