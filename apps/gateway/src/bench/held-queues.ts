import type { MirrorJob, MirrorQueues } from "@understudy/mirror";

/** Queues that keep their jobs in an array, for tests of what goes onto them. */
export interface HeldQueues extends MirrorQueues {
  readonly jobs: readonly MirrorJob[];
  /** The job of the request that was sent with this `x-request-id`; waits for it when it is not there yet. */
  jobOf(clientRequestId: string): Promise<MirrorJob>;
}

export interface HeldQueuesOptions {
  /** Called before each batch is taken; what it throws is what `add` rejects with. */
  readonly beforeAdd?: (jobs: readonly MirrorJob[]) => Promise<void>;
}

export function createHeldQueues({ beforeAdd }: HeldQueuesOptions = {}): HeldQueues {
  const jobs: MirrorJob[] = [];
  const waiting = new Set<() => void>();
  return {
    jobs,
    jobOf: (id) =>
      new Promise((resolve) => {
        const look = (): void => {
          const job = jobs.find(({ primary }) => primary.client_request_id === id);
          if (job === undefined) return;
          waiting.delete(look);
          resolve(job);
        };
        waiting.add(look);
        look();
      }),
    producer: () => ({
      async add(batch) {
        await beforeAdd?.(batch);
        jobs.push(...batch);
        for (const look of waiting) look();
      },
      depth: () => Promise.resolve({ waiting: jobs.length, active: 0, delayed: 0, failed: 0 }),
    }),
    consumer: () => ({ name: "no consumer", start: () => Promise.resolve(), stop: () => Promise.resolve() }),
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
