import type { MirrorJob } from "./mirror-job.ts";
import type { MirrorProducer, QueueDepth } from "./queues.ts";

/**
 * `ok`; `refused`: rejects, and nothing arrived; `unknown`: rejects, though the batch arrived; `hang`: no answer, and
 * nothing arrived.
 */
export type Behaviour = "ok" | "refused" | "unknown" | "hang";

/** Only for tests: a queue in memory that keeps jobs by their ids, and fails as it is told. */
export interface MemoryProducer extends MirrorProducer {
  /** What arrived, once for each id, in the order of arrival. */
  readonly arrived: ReadonlyMap<string, MirrorJob>;
  /** The ids of each batch that was tried. */
  readonly batches: readonly (readonly string[])[];
  /** Adds behave so, one each, and then as `behave` says. */
  next(behaviours: readonly Behaviour[]): void;
  behave(behaviour: Behaviour): void;
  setDepth(depth: Partial<QueueDepth>): void;
}

export function createMemoryProducer(): MemoryProducer {
  const arrived = new Map<string, MirrorJob>();
  const batches: string[][] = [];
  let coming: Behaviour[] = [];
  let standing: Behaviour = "ok";
  let depth: QueueDepth = { waiting: 0, active: 0, delayed: 0, failed: 0 };

  const arrive = (jobs: readonly MirrorJob[]): void => {
    for (const job of jobs) if (!arrived.has(job.pair_id)) arrived.set(job.pair_id, job);
  };

  return {
    arrived,
    batches,
    next: (behaviours) => void (coming = [...behaviours]),
    behave: (behaviour) => void (standing = behaviour),
    setDepth: (of) => void (depth = { ...depth, ...of }),
    async add(jobs) {
      batches.push(jobs.map((job) => job.pair_id));
      const behaviour = coming.shift() ?? standing;
      await Promise.resolve();
      if (behaviour === "hang") await new Promise(() => undefined);
      if (behaviour !== "refused") arrive(jobs);
      if (behaviour !== "ok") throw new Error(`the queue said: ${behaviour}`);
    },
    depth: () => Promise.resolve(depth),
    holding: (ids) => Promise.resolve(new Set(ids.filter((id) => arrived.has(id)))),
  };
}
