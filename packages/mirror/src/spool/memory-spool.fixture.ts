import type { MirrorJob } from "../job/mirror-job.ts";
import { type QueueSpool, SpoolFullError } from "./spool.ts";

/** Only for tests: a spool in memory that refuses as often as it is told, each time after a moment. */
export interface MemorySpool extends QueueSpool {
  readonly jobs: readonly MirrorJob[];
  /** How often its oldest were asked for. */
  readonly reads: number;
  /** The next writes do so, one each; those after them succeed. */
  next(refuse: readonly boolean[]): void;
  /** Whether it can be read from now on. */
  readable(yes: boolean): void;
  /** From now on writes wait for this. */
  waitFor(what: Promise<unknown>): void;
}

export function createMemorySpool(left: readonly MirrorJob[] = []): MemorySpool {
  const jobs: MirrorJob[] = [...left];
  let coming: boolean[] = [];
  let canBeRead = true;
  let reads = 0;
  let awaited: Promise<unknown> = Promise.resolve();
  return {
    jobs,
    next: (refuse) => void (coming = [...refuse]),
    readable: (yes) => void (canBeRead = yes),
    waitFor: (what) => void (awaited = what),
    get bytes() {
      return jobs.length;
    },
    get reads() {
      return reads;
    },
    async append(more) {
      const refuse = coming.shift() ?? false;
      await awaited;
      for (let moment = 0; moment < 5; moment += 1) await Promise.resolve();
      if (refuse) throw new SpoolFullError(0);
      jobs.push(...more);
    },
    async oldest() {
      reads += 1;
      await Promise.resolve();
      if (!canBeRead) throw new Error("the disk cannot be read");
      const batch = jobs.slice(0, 100);
      return batch.length === 0 ? null : { jobs: batch, count: batch.length };
    },
    async remove(count) {
      await Promise.resolve();
      jobs.splice(0, count);
    },
  };
}
