import type { PairSort } from "./pair-store.ts";

/** Pairs that are looked at for the worst of them: the newest that the filters leave. */
export const MOST_SORTED = 20_000;

/**
 * What pairs are sorted by, of rows `f` of figures and `r` of reviews; what is not above 0 is left out. Worst: a check that only the
 * candidate fails, then a judge that prefers the primary, then answers that differ, the least alike first, then calls that failed: of
 * those there is little to read.
 */
export const SORTS: Readonly<Record<Exclude<PairSort, "newest">, string>> = {
  worst: `CASE WHEN f.both_ok AND (f.checks > 0 OR f.own_high > 0) THEN 8 ELSE 0 END
    + CASE WHEN r.judgement = 'prefer_primary' THEN 4 ELSE 0 END
    + CASE WHEN f.comparable AND NOT f.agrees THEN 2 - greatest(0, coalesce(f.likeness, f.rank_correlation, 0)) ELSE 0 END
    + CASE WHEN coalesce(f.errors, 0) > 0 THEN 0.5 ELSE 0 END`,
  slowest: "CASE WHEN f.both_ok THEN f.silent_ms - f.primary_ms END",
  dearest: "f.silent_cost_usd - f.primary_cost_usd",
};
