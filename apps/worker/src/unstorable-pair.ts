import type { CallRecord } from "@understudy/contracts";
import type { Pair } from "@understudy/store";

/**
 * What is left of a pair that no database will ever take: whose it was, and how the primary's call went as far as plain
 * values say it. It is dropped, and has its row like any other.
 */
export function remainsOfUnstorable(pair: Pair): Pair {
  return {
    ...pair,
    outcome: "dropped",
    reason: "unstorable",
    primary: plainRecord(pair.primary),
    silent: null,
    request: null,
    comparison: null,
  };
}

function plainRecord(record: CallRecord): CallRecord {
  const nothingSaid = { answer: null, usage: null, error: null, attempts: [], changes: [] };
  return { ...plainValues(record), ...nothingSaid, timing: plainValues(record.timing) };
}

/** Lists and objects may be what cannot be stored. */
function plainValues<T extends object>(of: T): T {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value === null || typeof value !== "object")) as T;
}
