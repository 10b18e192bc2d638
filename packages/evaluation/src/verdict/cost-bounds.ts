import type { CostEvidence } from "../evidence.ts";

/** How many times the primary's mean call one call may cost without the bounds losing their level. */
const DEAREST_CALL = 20;

/** Stakes in 1/USD, a factor of two apart: one call may be wagered on at a thousandth of a cent as well as at 1,000 dollars. */
const STAKES: readonly number[] = Array.from({ length: 40 }, (_, index) => 2 ** (index - 16));

/** Distances from the estimate that are tried, as parts of it: from a thousandth to a thousand times. */
const GAP_STEP = Math.SQRT2;
const GAPS: readonly number[] = Array.from({ length: 40 }, (_, index) => 1e-3 * GAP_STEP ** index);
const HALVINGS = 40;

/** The dearest call, USD, up to which the bounds hold: of each side the dearest so far, or 20 times the primary's mean. */
export function coveredCost(cost: CostEvidence): { readonly primary: number; readonly silent: number } {
  const usual = (DEAREST_CALL * cost.primary) / cost.pairs;
  return { primary: Math.max(usual, cost.primary_most), silent: Math.max(usual, cost.silent_most) };
}

/**
 * The smallest ratio of mean costs, silent over primary, that the pairs refute from above at level `alpha`: if no silent
 * call can cost more than `covered`, the true ratio is ever above it with a chance of at most alpha. Null while there is none.
 */
export function upperCostRatio(cost: CostEvidence, covered: number, alpha: number): number | null {
  const estimate = cost.silent / cost.primary;
  const refuted = (ratio: number): boolean => refutes(gains(cost, ratio, 1), covered, alpha);
  return nearest(estimate, (gap) => estimate + gap, refuted);
}

/** The largest that they refute from below, if no call of the primary's can cost more than `covered`. */
export function lowerCostRatio(cost: CostEvidence, covered: number, alpha: number): number | null {
  const estimate = cost.silent / cost.primary;
  const refuted = (ratio: number): boolean => ratio > 0 && refutes(gains(cost, ratio, -1), ratio * covered, alpha);
  return nearest(estimate, (gap) => estimate - gap, refuted);
}

interface Gains {
  readonly sum: number;
  readonly squares: number;
}

/** What is saved pair by pair, ratio x primary - silent; with sign -1 what is lost. */
function gains(
  { primary, silent, primary_squares, silent_squares, products }: CostEvidence,
  ratio: number,
  sign: 1 | -1,
): Gains {
  return {
    sum: sign * (ratio * primary - silent),
    squares: Math.max(0, ratio ** 2 * primary_squares - 2 * ratio * products + silent_squares),
  };
}

/**
 * Whether gamblers who bet that the mean gain is above zero, none of whose single losses exceeds `loss`, have made 1/alpha
 * of their money. If it is not above zero that ever happens with a chance of at most alpha (Ville 1939). Each bets the
 * same stake all the time, and a stake that one loss could eat up is not counted. What a stake makes of the gains g,
 * the product of 1 + stake x g, is at least exp(stake x sum g - psi x sum (g / loss)^2), psi = -ln(1 - stake x loss) -
 * stake x loss (Fan, Grama & Liu 2015, "Exponential inequalities for martingales with applications", lemma 4.1), so sums
 * suffice. A gain may be of any size.
 */
function refutes({ sum, squares }: Gains, loss: number, alpha: number): boolean {
  if (sum <= 0) return false;
  let wealth = 0;
  for (const stake of STAKES) {
    const share = stake * loss;
    if (share >= 1) break;
    wealth += Math.exp(stake * sum + ((Math.log1p(-share) + share) * squares) / loss ** 2) / STAKES.length;
  }
  return wealth >= 1 / alpha;
}

/** The ratio at the smallest distance from the estimate that is refuted. */
function nearest(estimate: number, at: (gap: number) => number, refuted: (ratio: number) => boolean): number | null {
  const found = GAPS.map((gap) => gap * Math.max(estimate, 0.01)).find((gap) => refuted(at(gap)));
  if (found === undefined) return null;
  let [within, beyond] = [found / GAP_STEP, found];
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (within + beyond) / 2;
    if (refuted(at(middle))) beyond = middle;
    else within = middle;
  }
  return at(beyond);
}
