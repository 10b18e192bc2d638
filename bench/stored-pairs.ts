import { systemClock } from "@understudy/runtime";
import { readCounter } from "./counters.ts";
import type { Program } from "./programs.ts";
import type { Sample } from "./stats.ts";

/** Watches how many pairs some workers have stored since they started. */
export interface StoredPairs {
  readonly samples: readonly Sample[];
  /** As of the last look. */
  count(): number;
  /** Resolves when the workers have stored so many, or with what they have after `seconds`. */
  reach(count: number, seconds: number): Promise<number>;
  stop(): void;
}

const LOOK_EVERY_MS = 100;

export function watchStoredPairs(workers: readonly Program[]): StoredPairs {
  const samples: Sample[] = [];
  const count = (): number => samples.at(-1)?.count ?? 0;
  const ended = new AbortController();
  const look = async (): Promise<void> => {
    const counts = await Promise.all(workers.map(storedBy));
    samples.push({ atMs: systemClock.monotonic(), count: counts.reduce((sum, stored) => sum + stored, 0) });
  };
  const watch = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await look();
      await systemClock.sleep(LOOK_EVERY_MS, ended.signal);
    }
  };
  watch().catch(() => undefined);

  return {
    samples,
    count,
    async reach(wanted, seconds) {
      const endsAt = systemClock.monotonic() + seconds * 1000;
      while (count() < wanted && systemClock.monotonic() < endsAt) await systemClock.sleep(LOOK_EVERY_MS);
      return count();
    },
    stop: () => ended.abort(),
  };
}

/** A worker that does not answer yet has stored nothing. */
async function storedBy(worker: Program): Promise<number> {
  return readCounter(worker.url, "understudy_pairs_total").catch(() => 0);
}
