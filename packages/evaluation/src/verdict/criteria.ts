import type { Margins } from "@understudy/config";
import type { CostEvidence, Evidence } from "../evidence.ts";
import { coveredCost } from "./cost-bounds.ts";
import { costRatio, errorExcess, latencyRatio, type Measured, qualityLoss } from "./measures.ts";
import { pairsNeeded } from "./pairs-needed.ts";
import { P95_ALPHA, quantileRanks } from "./quantile-ranks.ts";
import type { Criterion, CriterionName } from "./verdict.ts";
import { asPoints, asTimes, asUsd } from "./words.ts";

export interface Question {
  readonly evidence: Evidence;
  /** The control's, where there is one. */
  readonly control: Evidence | null;
  readonly margins: Margins;
}

/** Each margin's question, answered from the evidence so far. */
export function answerCriteria({ evidence, control, margins }: Question): readonly Criterion[] {
  const { qualityLoss: quality, errorRate, p95Latency, cost } = margins;
  const hasControl = control !== null && control.agreed.of > 0;
  return [
    answer({
      name: "quality",
      margin: quality,
      unit: "points",
      what: hasControl ? "answers that differ beyond chance" : "answers that differ",
      measure: (growth) => qualityLoss(evidence, control, growth),
      open: hasControl ? null : NO_CONTROL,
    }),
    answer({
      name: "errors",
      margin: errorRate,
      unit: "points",
      what: "failed calls beyond the primary's",
      measure: (growth) => errorExcess(evidence.errors, growth),
      open: null,
    }),
    answer({
      name: "latency",
      margin: p95Latency,
      unit: "ratio",
      what: "p95 latency over the primary's",
      measure: () => latencyRatio(evidence.latency),
      open: null,
      // How an order statistic would move with more pairs cannot be told; only when there will be one at all.
      needed: evidence.latency.p95_bounds.silent.high === null ? firstP95Bound(evidence.latency.pairs) : null,
    }),
    answer({
      name: "cost",
      margin: cost,
      unit: "ratio",
      what: "cost over the primary's",
      measure: (growth) => costRatio(evidence.cost, growth),
      open: whyCostOpen(evidence.cost),
      holds: coveredInWords(evidence.cost),
    }),
  ];
}

const NO_CONTROL =
  "without a control it cannot be told how much of it is chance (mirror to the primary with control: true)";
const FREE_PRIMARY =
  "the primary costs nothing, so there is no ratio and cost stays open (give it a price, or set margins.cost: null)";
const NO_PRICE =
  "no pair has a cost on both sides (set input_cost_per_token and output_cost_per_token, or margins.cost: null)";

function whyCostOpen({ pairs, primary }: CostEvidence): string | null {
  if (pairs === 0) return NO_PRICE;
  return primary > 0 ? null : FREE_PRIMARY;
}

/** A bound on a mean needs one on the single call; which one is told with it. */
function coveredInWords(cost: CostEvidence): Bounded | null {
  if (cost.primary <= 0) return null;
  const { primary, silent } = coveredCost(cost);
  return {
    pass: `if no silent call costs more than ${asUsd(silent)}`,
    fail: `if no primary call costs more than ${asUsd(primary)}`,
  };
}

interface Bounded {
  readonly pass: string;
  readonly fail: string;
}

interface Asked {
  readonly name: CriterionName;
  readonly margin: number | null;
  readonly unit: "points" | "ratio";
  /** What is measured, for the reason. */
  readonly what: string;
  readonly measure: (growth: number) => Measured;
  /** Why it is open, where that has a cause of its own. */
  readonly open: string | null;
  /** Under which condition the bounds hold, where they have one. */
  readonly holds?: Bounded | null;
  /** Instead of looking ahead. */
  readonly needed?: number | null;
}

function answer(asked: Asked): Criterion {
  const { name, margin, unit } = asked;
  const measured = asked.measure(1);
  const state = margin === null ? "off" : stateOf(measured, margin);
  const decided = state !== "open";
  return {
    name,
    state,
    ...measured,
    margin,
    unit,
    pairs_needed: decided ? 0 : neededFor(asked, measured),
    reason: reasonFor(asked, measured, state),
  };
}

function stateOf({ low, high }: Measured, margin: number): "pass" | "fail" | "open" {
  if (high !== null && high <= margin) return "pass";
  return low !== null && low > margin ? "fail" : "open";
}

function neededFor({ margin, measure, needed }: Asked, { pairs }: Measured): number | null {
  if (needed !== undefined) return needed;
  return margin === null ? null : pairsNeeded(pairs, (growth) => stateOf(measure(growth), margin) !== "open");
}

function firstP95Bound(pairs: number): number {
  let most = 64;
  while (quantileRanks(most, 0.95, P95_ALPHA).high === null) most *= 2;
  let none = 0;
  while (most - none > 1) {
    const middle = Math.floor((most + none) / 2);
    if (quantileRanks(middle, 0.95, P95_ALPHA).high === null) none = middle;
    else most = middle;
  }
  return Math.max(1, most - pairs);
}

function reasonFor(
  { what, unit, margin, open, holds = null }: Asked,
  measured: Measured,
  state: Criterion["state"],
): string {
  const show = unit === "points" ? asPoints : asTimes;
  if (measured.estimate === null) return open === null ? `${what}: no pairs yet` : `${what}: ${open}`;
  const so = `${what}: ${show(measured.estimate)} so far`;
  if (margin === null || state === "off") return `${so}; not asked for`;
  const limit = `the margin is ${show(margin)}`;
  const under = (condition: string | undefined): string => (condition === undefined ? "" : ` ${condition}`);
  if (state === "pass") return `${so}, at most ${show(measured.high ?? 0)}${under(holds?.pass)}; ${limit}`;
  if (state === "fail") return `${so}, at least ${show(measured.low ?? 0)}${under(holds?.fail)}; ${limit}`;
  return `${so}; ${limit}${open === null ? "" : `; ${open}`}`;
}
