import type { Clock } from "@understudy/runtime";
import { systemClock } from "@understudy/runtime";
import type { ConsumerOptions, Delivery, DeliveryOutcome } from "./queues.ts";

export type Handle = (delivery: Delivery, number: number) => DeliveryOutcome | Promise<DeliveryOutcome>;

/** Only for tests: a handler that keeps what it was given, and tells when it was given so many. */
export interface DeliveryRecorder {
  readonly deliveries: readonly Delivery[];
  /** The ids of the jobs, in the order of their deliveries. */
  ids(): readonly string[];
  handle(delivery: Delivery): Promise<DeliveryOutcome>;
  /** Resolves when there have been so many deliveries. */
  reached(count: number): Promise<void>;
}

export function recordDeliveries(handle: Handle = () => ({ kind: "done" })): DeliveryRecorder {
  const deliveries: Delivery[] = [];
  const waiting = new Set<{ readonly count: number; readonly resolve: () => void }>();
  return {
    deliveries,
    ids: () => deliveries.map(({ job }) => job.pair_id),
    async handle(delivery) {
      deliveries.push(delivery);
      for (const waiter of waiting) if (deliveries.length >= waiter.count) waiter.resolve();
      return handle(delivery, deliveries.length);
    },
    reached: (count) =>
      new Promise((resolve) => {
        if (deliveries.length >= count) resolve();
        else waiting.add({ count, resolve });
      }),
  };
}

/** What a consumer is, unless the test says otherwise. */
export function consumerOptions(
  silentModel: string,
  recorder: DeliveryRecorder,
  of: Partial<ConsumerOptions> = {},
): ConsumerOptions {
  return {
    silentModel,
    concurrency: 4,
    requestsPerMinute: null,
    lostAfterMs: 60_000,
    handle: (delivery) => recorder.handle(delivery),
    lost: () => Promise.resolve(),
    ...of,
  };
}

/** No deadline: stopping may take as long as it takes. */
export const NO_DEADLINE = new AbortController().signal;

/** Milliseconds that the work took. */
export async function timed(work: () => Promise<unknown>, clock: Clock = systemClock): Promise<number> {
  const startedAt = clock.monotonic();
  await work();
  return clock.monotonic() - startedAt;
}
