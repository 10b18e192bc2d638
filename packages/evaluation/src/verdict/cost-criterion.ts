import type { CostEvidence, VerdictEvidence } from "../evidence.ts";
import { asymptoticCost } from "./asymptotic-cost.ts";
import { coveredCost, lowerCostRatio, upperCostRatio } from "./cost-bounds.ts";
import { describeCriterion } from "./describe-criterion.ts";
import { logOfMixture } from "../statistics/e-process.ts";
import { type Levels, type Measured, NOTHING } from "./measured.ts";
import type { Criterion } from "./verdict.ts";
import { asUsd } from "./words.ts";

export const FREE_PRIMARY =
  "has no ratio to a primary that costs nothing: set margins.cost: null, or give the primary a price";
export const NO_PRICE =
  "needs a price on both sides: set input_cost_per_token and output_cost_per_token, or margins.cost: null";
export const NO_USAGE = "needs token counts on both sides, and the provider sends none: set margins.cost: null";

interface CostQuestion {
  readonly evidence: VerdictEvidence;
  readonly margin: number | null;
  readonly levels: Levels;
}

/**
 * Mean cost, silent over primary. Where the most that one call may cost is known, a bet on every conversation decides, whatever
 * the costs look like. Where it is not, today's dearest call stands in for it, and the criterion says so.
 */
export function costCriterion({ evidence, margin, levels }: CostQuestion): Criterion {
  const facts = { name: "cost", what: "cost over the primary's", unit: "ratio", margin } as const;
  if (margin === null) return describeCriterion({ ...facts, share: null }, NOTHING, "off");
  const missing = whyNoCost(evidence);
  if (missing !== null) return describeCriterion({ ...facts, share: null, note: missing }, NOTHING, "cannot_tell");
  const { cost, units } = evidence;
  if (cost.pairs === 0) return describeCriterion({ ...facts, share: null }, NOTHING, "open");
  const share = Math.min(1, cost.pairs / Math.max(1, evidence.pairs));
  const exact = units.cost.below !== null;
  const measured = exact ? byBets(evidence, levels) : bySums(cost, margin, levels);
  const state = measured.decidedAt(1);
  const note = exact ? capInWords(evidence, state) : coveredInWords(cost, state);
  const basis = exact ? "exact" : "conditional";
  const asymptotic = exact && !(timesTheMean(evidence) > FAR_ABOVE) ? null : asymptoticCost(cost, levels);
  return describeCriterion({ ...facts, share, note, basis, asymptotic }, measured, state);
}

/** Why there is no ratio, and never will be; null where there is one, or may be. */
export function whyNoCost({ cost, errors, tokens }: VerdictEvidence): string | null {
  if (cost.pairs > 0) return cost.primary > 0 ? null : FREE_PRIMARY;
  // Calls that fail have no price to be missed.
  if (errors.neither === 0) return null;
  return tokens.pairs === 0 ? NO_USAGE : NO_PRICE;
}

/** Bets at one margin say whether it is passed, and have no bounds to show. */
function byBets({ cost, units }: VerdictEvidence, levels: Levels): Measured {
  const { below, above, conversations, pairs } = units.cost;
  const made = (logs: readonly number[] | null, growth: number): number =>
    logs === null ? -Infinity : logOfMixture(logs.map((log) => log * growth));
  return {
    estimate: cost.silent / cost.primary,
    pair_estimate: null,
    low: null,
    high: null,
    conversations,
    pairs,
    decidedAt(growth) {
      if (made(below, growth) >= Math.log(1 / levels.pass)) return "pass";
      return made(above, growth) >= Math.log(1 / levels.fail) ? "fail" : "open";
    },
  };
}

function bySums(cost: CostEvidence, margin: number, levels: Levels): Measured {
  const covered = coveredCost(cost);
  const at = (growth: number) => {
    const grown = grownCost(cost, growth);
    return {
      low: lowerCostRatio(grown, covered.primary, levels.fail),
      high: upperCostRatio(grown, covered.silent, levels.pass),
    };
  };
  return {
    estimate: cost.silent / cost.primary,
    pair_estimate: null,
    ...at(1),
    conversations: cost.pairs,
    pairs: cost.pairs,
    decidedAt(growth) {
      const { low, high } = at(growth);
      if (high !== null && high <= margin) return "pass";
      return low !== null && low > margin ? "fail" : "open";
    },
  };
}

function grownCost(cost: CostEvidence, growth: number): CostEvidence {
  return {
    ...cost,
    pairs: cost.pairs * growth,
    primary: cost.primary * growth,
    silent: cost.silent * growth,
    primary_squares: cost.primary_squares * growth,
    silent_squares: cost.silent_squares * growth,
    products: cost.products * growth,
  };
}

/** A bound on a mean needs one on the single call; which one is told with it. */
function coveredInWords(cost: CostEvidence, state: Criterion["state"]): string | null {
  const { primary, silent } = coveredCost(cost);
  if (state === "pass") return `holds if no silent call costs more than ${asUsd(silent)}`;
  return state === "fail" ? `holds if no primary call costs more than ${asUsd(primary)}` : null;
}

/** A cap this many times the mean makes the bets slow: what the costs look like so far is shown beside them. */
const FAR_ABOVE = 100;

function timesTheMean({ units, cost }: Pick<VerdictEvidence, "units" | "cost">): number {
  return ((units.cost.silent_cap ?? 0) * cost.pairs) / cost.silent;
}

function capInWords({ units, cost }: VerdictEvidence, state: Criterion["state"]): string | null {
  const cap = units.cost.silent_cap;
  if (state !== "open" || cap === null) return null;
  const times = timesTheMean({ units, cost });
  if (!(times > FAR_ABOVE)) return null;
  return `takes long, because one call may cost ${asUsd(cap)}, ${Math.round(times)} times the mean: a smaller max_tokens on the silent model shortens it`;
}
