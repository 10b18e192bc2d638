import type { Clock, Logger } from "@understudy/runtime";
import type { DispatchEvents, MirrorDispatcher } from "../decision/dispatcher.ts";
import { BatchProducer } from "./batch-producer.ts";
import type { MirrorQueues } from "../queue/queues.ts";
import type { Spool } from "../spool/spool.ts";

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
  const producers = new Map<string, BatchProducer>();
  let stopping = false;

  const producerOf = (silentModel: string): BatchProducer => {
    const known = producers.get(silentModel);
    if (known !== undefined) return known;
    const producer = new BatchProducer({
      silentModel,
      producer: options.queues.producer(silentModel),
      spool: options.spool?.of(silentModel) ?? null,
      limits: {
        maxBufferedJobs: MAX_BUFFERED_JOBS,
        maxBufferedBytes: MAX_BUFFERED_BYTES,
        maxQueueLength: options.maxQueueLength(silentModel),
      },
      events: options.events,
      clock: options.clock,
      logger: options.logger,
    });
    producers.set(silentModel, producer);
    return producer;
  };

  // Jobs of an earlier process have waited long enough.
  for (const silentModel of options.spool?.leftovers() ?? []) producerOf(silentModel).start();

  return {
    dispatch(job) {
      // A producer that is only now opened would be closed by nobody.
      if (stopping) return options.events.dropped(job, "shutdown");
      producerOf(job.silent_model).take(job);
    },
    held: () => [...producers.values()].reduce((sum, producer) => sum + producer.held, 0),
    async flushed() {
      await Promise.all([...producers.values()].map((producer) => producer.flushed()));
    },
    async stop(deadline) {
      stopping = true;
      await Promise.all([...producers.values()].map((producer) => producer.close(deadline)));
    },
  };
}
