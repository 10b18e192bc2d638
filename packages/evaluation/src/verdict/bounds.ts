import { logWealthAgainst, mirrored, type ValueCount } from "../statistics/e-process.ts";

const STEPS = 40;

/**
 * The largest mean that is not refuted yet at level `alpha`, for values up to `max`. It holds at all times at once: the
 * true mean is ever above it with a chance of at most alpha.
 */
export function upperBound(counts: readonly ValueCount[], max: number, alpha: number): number {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return max;
  const enough = Math.log(1 / alpha);
  const low = counts.reduce((sum, { value, count }) => sum + value * count, 0) / total;
  return halved({ low, high: max }, (mean) => logWealthAgainst(mean, counts, max) >= enough);
}

/** The wealth rises with the mean it is made against, so where it begins to refute is found by halving. */
export function halved(
  between: { readonly low: number; readonly high: number },
  isRefuted: (mean: number) => boolean,
): number {
  let { low, high } = between;
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (isRefuted(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The smallest mean that is not refuted yet at level `alpha`, for values not below `min`. */
export function lowerBound(counts: readonly ValueCount[], min: number, alpha: number): number {
  return -upperBound(mirrored(counts), -min, alpha);
}

/** Both bounds of a rate, each at its level. */
export function rateBounds(
  count: number,
  of: number,
  alpha: { readonly low: number; readonly high: number },
): { readonly low: number; readonly high: number } {
  const counts = [
    { value: 1, count },
    { value: 0, count: of - count },
  ];
  return { low: lowerBound(counts, 0, alpha.low), high: upperBound(counts, 1, alpha.high) };
}
