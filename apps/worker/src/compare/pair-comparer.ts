import type { Comparison } from "@understudy/evaluation";
import type { CallRecord } from "@understudy/contracts";
import { type Clock, createThreadPool, errorFields, type Logger, type Service } from "@understudy/runtime";

/** What a comparison is made of, as plain data. */
export interface ComparePairTask {
  readonly primary: CallRecord;
  readonly silent: CallRecord;
  /** JSON text of the request, for the schemas in it. */
  readonly request: string;
}

/** Compares the two answers of a pair. Null for a pair that is too expensive. */
export type ComparePair = (task: ComparePairTask, pairId: string) => Promise<Comparison | null>;

export interface PairComparer {
  readonly compare: ComparePair;
  readonly service: Service;
}

export interface PairComparerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds that one comparison may take. */
  readonly longestMs?: number;
}

/** The dearest honest pair, two answers of a megabyte of JSON with a schema, takes some 300 ms. */
const LONGEST_MS = 2_000;
/** One is enough for 5,000 usual pairs a second; a second one goes on while a pair uses up its time. */
const THREADS = 2;
/** A request of 10 MB, parsed, and both answers many times over. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 };

/**
 * Schemas and answers are what clients and models write: a schema of 2 KB can ask for more than any computer can do. So
 * they are compared in threads of their own, and a pair that is not done in time is stored without a comparison.
 */
export function createPairComparer({ clock, logger, longestMs = LONGEST_MS }: PairComparerDeps): PairComparer {
  const pool = createThreadPool<ComparePairTask, Comparison>({
    script: new URL("compare-thread.ts", import.meta.url),
    threads: THREADS,
    longestMs,
    resourceLimits: RESOURCE_LIMITS,
    clock,
  });
  let closing = false;
  function givenUp(pairId: string, why: object): null {
    logger.warn("a pair is too expensive to compare", { pair_id: pairId, ...why });
    return null;
  }
  return {
    async compare(task, pairId) {
      try {
        const comparison = await pool.run(task);
        if (!comparison.not_comparable.includes("too_expensive")) return comparison;
        return givenUp(pairId, { error: "its answers or its schema exhaust the stack" });
      } catch (error) {
        if (closing) throw error;
        return givenUp(pairId, errorFields(error));
      }
    },
    service: {
      name: "comparisons",
      start: () => Promise.resolve(),
      async stop() {
        closing = true;
        await pool.close();
      },
    },
  };
}
