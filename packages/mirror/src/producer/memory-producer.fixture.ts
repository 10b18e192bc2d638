import type { QueueDepth } from "@understudy/contracts";
import type { Clock } from "@understudy/runtime";
import type { MirrorJob } from "../job/mirror-job.ts";
import type { MirrorProducer } from "../queue/queues.ts";

/**
 * `ok`; `busy`, `late` and `very late`: as well, after 0.05, 0.5 and 3 s; `refused`: rejects, and nothing arrived;
 * `refused late`: as well, after 2 s; `unknown`: rejects, though the batch arrived; `hang`: no answer, and nothing arrived.
 */
export type Behaviour = "ok" | "busy" | "late" | "very late" | "refused" | "refused late" | "unknown" | "hang";

const TAKES_MS: Partial<Record<Behaviour, number>> = { busy: 50, late: 500, "very late": 3_000, "refused late": 2_000 };
const ARRIVES: readonly Behaviour[] = ["ok", "busy", "late", "very late", "unknown"];
const CONFIRMED: readonly Behaviour[] = ["ok", "busy", "late", "very late"];

/** Only for tests: a queue in memory that keeps jobs by their ids, and fails as it is told. */
export interface MemoryProducer extends MirrorProducer {
  /** What arrived, once for each id, in the order of arrival. */
  readonly arrived: ReadonlyMap<string, MirrorJob>;
  /** Ids that arrived when they were there already. */
  readonly again: readonly string[];
  /** The ids of each batch that was tried. */
  readonly batches: readonly (readonly string[])[];
  /** Adds behave so, one each, and then as `behave` says. */
  next(behaviours: readonly Behaviour[]): void;
  behave(behaviour: Behaviour): void;
  setDepth(depth: Partial<QueueDepth>): void;
}

export function createMemoryProducer(clock: Clock): MemoryProducer {
  const arrived = new Map<string, MirrorJob>();
  const again: string[] = [];
  const batches: string[][] = [];
  let coming: Behaviour[] = [];
  let standing: Behaviour = "ok";
  let depth: QueueDepth = { waiting: 0, active: 0, delayed: 0, failed: 0 };

  const arrive = (jobs: readonly MirrorJob[]): void => {
    for (const job of jobs) {
      if (arrived.has(job.pair_id)) again.push(job.pair_id);
      else arrived.set(job.pair_id, job);
    }
  };

  return {
    arrived,
    again,
    batches,
    next: (behaviours) => void (coming = [...behaviours]),
    behave: (behaviour) => void (standing = behaviour),
    setDepth: (of) => void (depth = { ...depth, ...of }),
    async add(jobs) {
      batches.push(jobs.map((job) => job.pair_id));
      const behaviour = coming.shift() ?? standing;
      await Promise.resolve();
      if (behaviour === "hang") await new Promise(() => undefined);
      const takesMs = TAKES_MS[behaviour];
      if (takesMs !== undefined) await clock.sleep(takesMs);
      if (ARRIVES.includes(behaviour)) arrive(jobs);
      if (!CONFIRMED.includes(behaviour)) throw new Error(`the queue said: ${behaviour}`);
    },
    depth: () => Promise.resolve(depth),
    holding: (ids) => Promise.resolve(new Set(ids.filter((id) => arrived.has(id)))),
  };
}
