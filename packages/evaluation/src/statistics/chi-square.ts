import { upperGamma } from "./gamma.ts";

/** Chance of a chi-square statistic of so much or more. */
export function chiSquareP(statistic: number, degreesOfFreedom: number): number {
  return upperGamma(degreesOfFreedom / 2, statistic / 2);
}

/**
 * Whether `observed` of `of` can be a sample at `rate`: Pearson's chi-square over both cells, one degree of freedom. Null
 * without requests. At a rate of 0 or 1 there is no chance in it, and any other count is impossible.
 */
export function sampleRatio(observed: number, of: number, rate: number): { readonly p: number } | null {
  if (of === 0) return null;
  const expected = of * rate;
  if (rate <= 0 || rate >= 1) return { p: observed === expected ? 1 : 0 };
  const statistic = (observed - expected) ** 2 / expected + (observed - expected) ** 2 / (of - expected);
  // So rare a sample that any request in it is beyond what a number can say.
  return { p: Number.isFinite(statistic) ? chiSquareP(statistic, 1) : 0 };
}
