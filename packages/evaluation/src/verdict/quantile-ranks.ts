import { logWealthAgainst } from "../statistics/e-process.ts";
import { ALPHA } from "./verdict.ts";

/** Levels of the bounds on the two 95th percentiles: a ratio of two bounds is wrong if either is. */
export const P95_ALPHA = ALPHA / 2;
/** At most eight criteria may reject, and the tail is half of one. */
export const P95_FAIL_ALPHA = ALPHA / 16 / 2;
/** Level of each bound on the median of silent over primary. */
export const P50_ALPHA = ALPHA;

/** Ranks from 1 among the sorted observations; null where there are too few of them for a bound. */
export interface QuantileRanks {
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The observations at these ranks bound the true quantile, each at level `alpha`, at all times at once.
 *
 * Let Q be the quantile. Were it above the observation of rank r, at least r of n would lie below Q, and each does with a
 * chance of at most `fraction`: the smallest r for which that many are refuted is the upper rank. Were it below the
 * observation of rank s, at most s - 1 would lie at or below Q, and each does with a chance of at least `fraction`.
 */
export function quantileRanks(n: number, fraction: number, alpha: number): QuantileRanks {
  const enough = Math.log(1 / alpha);
  const tooMany = (below: number): boolean => logWealthAgainst(-fraction, [no(n - below), minus(below)], 0) >= enough;
  const tooFew = (below: number): boolean => logWealthAgainst(fraction, [no(n - below), yes(below)], 1) >= enough;
  const high = smallest(n, tooMany);
  // So many and fewer are refuted; the next observation is the first that may lie at the quantile.
  const low = smallest(n, (below) => !tooFew(below)) ?? n;
  return { low: low === 0 ? null : low, high };
}

const no = (count: number) => ({ value: 0, count });
const yes = (count: number) => ({ value: 1, count });
const minus = (count: number) => ({ value: -1, count });

/** The smallest whole number from 0 to `most` that passes a test which all larger ones pass too; null when none does. */
function smallest(most: number, passes: (value: number) => boolean): number | null {
  if (!passes(most)) return null;
  let [low, high] = [-1, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle)) high = middle;
    else low = middle;
  }
  return high;
}
