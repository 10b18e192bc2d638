import type { CostEvidence } from "../evidence.ts";
import type { Levels } from "./measured.ts";

/** Bounds of the ratio that hold at any time once there are many pairs, and only where no call is a rare giant. */
export interface Asymptotic {
  readonly low: number | null;
  readonly high: number | null;
}

/** Before so many pairs a variance says nothing. */
const FEWEST = 30;
/** The pairs at which the bound is at its narrowest. */
const NARROWEST_AT = 500;
const HALVINGS = 60;
/** A ratio beyond this is no ratio that anybody asks about. */
const LARGEST = 1_000;

/**
 * Silent over primary cost, by Robbins' normal mixture on the mean saving (Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas 2024,
 * "Time-uniform central limit theory and asymptotic confidence sequences", Ann. Stat. 52(6)). It never decides: with one call in
 * 2,000 at 800 times the mean it is wrong in nearly every run.
 */
export function asymptoticCost(cost: CostEvidence, levels: Levels): Asymptotic | null {
  if (cost.pairs < FEWEST || cost.primary <= 0) return null;
  const estimate = cost.silent / cost.primary;
  const cheaper = (ratio: number): boolean => lowerOfSaving(cost, ratio, { sign: 1, alpha: levels.pass }) > 0;
  const dearer = (ratio: number): boolean => lowerOfSaving(cost, ratio, { sign: -1, alpha: levels.fail }) > 0;
  return {
    high: cheaper(LARGEST) ? edge(cheaper, LARGEST, estimate) : null,
    low: dearer(0) ? edge(dearer, 0, estimate) : null,
  };
}

/** Lower bound of the mean of `ratio` x primary - silent; with sign -1 of its negative. */
function lowerOfSaving(
  { pairs: n, primary, silent, primary_squares, silent_squares, products }: CostEvidence,
  ratio: number,
  { sign, alpha }: { readonly sign: 1 | -1; readonly alpha: number },
): number {
  const sum = sign * (ratio * primary - silent);
  const squares = Math.max(0, ratio ** 2 * primary_squares - 2 * ratio * products + silent_squares);
  return asymptoticLower({ n, sum, squares }, alpha);
}

/** One-sided lower bound of a mean, from count, sum and sum of squares. */
export function asymptoticLower(
  { n, sum, squares }: { readonly n: number; readonly sum: number; readonly squares: number },
  alpha: number,
): number {
  const mean = sum / n;
  const deviation = Math.sqrt(Math.max(0, squares / n - mean ** 2));
  const log = -2 * Math.log(2 * alpha);
  const scale = (log + Math.log(log) + 1) / NARROWEST_AT;
  const grown = n * scale + 1;
  const radius = Math.sqrt(((2 * grown) / (n ** 2 * scale)) * Math.log1p(Math.sqrt(grown) / (2 * alpha)));
  return mean - deviation * radius;
}

/** Between a ratio that is refuted and one that is not, where the first becomes the second. */
function edge(isRefuted: (ratio: number) => boolean, refuted: number, not: number): number {
  let [yes, no] = [refuted, not];
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (yes + no) / 2;
    if (isRefuted(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}
