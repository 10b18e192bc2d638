import type { Margins } from "@understudy/config";
import type { CostEvidence, Evidence } from "../evidence.ts";
import { coveredCost } from "./cost-bounds.ts";
import { costRatio, errorExcess, latencyRatio, type Measured, qualityLoss } from "./measures.ts";
import { pairsNeeded } from "./pairs-needed.ts";
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
      measure: latencyRatio(evidence),
      open: null,
    }),
    answer({
      name: "cost",
      margin: cost,
      unit: "ratio",
      what: "cost over the primary's",
      measure: (growth) => costRatio(evidence.cost, growth),
      open: whyCostOpen(evidence),
      holds: coveredInWords(evidence.cost),
    }),
  ];
}

const NO_CONTROL = "needs a control to tell chance apart (a silent_model with control: true)";
const FREE_PRIMARY =
  "stays open, because there is no ratio to a primary that costs nothing: set margins.cost: null, or give the primary a price";
const NO_PRICE =
  "needs a price on both sides: set input_cost_per_token and output_cost_per_token, or margins.cost: null";

function whyCostOpen({ cost, errors }: Evidence): string | null {
  if (cost.pairs > 0) return cost.primary > 0 ? null : FREE_PRIMARY;
  // Calls that fail have no price to be missed.
  return errors.neither > 0 ? NO_PRICE : null;
}

/** A bound on a mean needs one on the single call; which one is told with it. */
function coveredInWords(cost: CostEvidence): Bounded | null {
  if (cost.primary <= 0) return null;
  const { primary, silent } = coveredCost(cost);
  return {
    pass: `holds if no silent call costs more than ${asUsd(silent)}`,
    fail: `holds if no primary call costs more than ${asUsd(primary)}`,
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
  /** What more pairs alone do not mend, should they not decide it. */
  readonly open: string | null;
  /** Under which condition the bounds hold, where they have one. */
  readonly holds?: Bounded | null;
}

function answer(asked: Asked): Criterion {
  const { name, margin, unit } = asked;
  const measured = asked.measure(1);
  const state = margin === null ? "off" : stateOf(measured, margin);
  const pairs_needed = state === "open" ? neededFor(asked, measured) : 0;
  const note = noteOn(asked, state, pairs_needed);
  const reason = reasonFor(asked, measured, { state, note });
  return { name, state, ...measured, margin, unit, pairs_needed, note, reason };
}

function stateOf({ low, high }: Measured, margin: number): "pass" | "fail" | "open" {
  if (high !== null && high <= margin) return "pass";
  return low !== null && low > margin ? "fail" : "open";
}

function neededFor({ margin, measure }: Asked, { pairs }: Measured): number | null {
  return margin === null ? null : pairsNeeded(pairs, (growth) => stateOf(measure(growth), margin) !== "open");
}

function noteOn({ open, holds = null }: Asked, state: Criterion["state"], needed: number | null): string | null {
  switch (state) {
    case "pass":
    case "fail":
      return holds?.[state] ?? null;
    case "open":
      return needed === null ? open : null;
    case "off":
      return null;
  }
}

function reasonFor(
  { name, what, unit, margin }: Asked,
  { estimate, low, high }: Measured,
  { state, note }: Pick<Criterion, "state" | "note">,
): string {
  const show = unit === "points" ? asPoints : asTimes;
  const noted = note === null ? "" : `; ${name} ${note}`;
  if (estimate === null) return `${what}: no pairs yet${noted}`;
  const so = `${what}: ${show(estimate)} so far`;
  if (margin === null || state === "off") return `${so}; not asked for`;
  const bound = { pass: `, at most ${show(high ?? 0)}`, fail: `, at least ${show(low ?? 0)}`, open: "" }[state];
  return `${so}${bound}; the margin is ${show(margin)}${noted}`;
}
