import type { CriterionName } from "@understudy/contracts";
import type { Measured } from "./measured.ts";
import { pairsNeeded } from "./pairs-needed.ts";
import type { Criterion } from "./verdict.ts";
import { inUnit, spelled } from "./words.ts";

export interface CriterionFacts {
  readonly name: CriterionName;
  /** What is measured, for the reason. */
  readonly what: string;
  readonly unit: Criterion["unit"];
  readonly margin: number | null;
  readonly share: number | null;
  readonly basis?: Criterion["basis"];
  readonly asymptotic?: Criterion["asymptotic"];
  /** What more pairs alone do not mend, or under which condition the bounds hold. */
  readonly note?: string | null;
}

/** The criterion in figures and in words. */
export function describeCriterion(facts: CriterionFacts, measured: Measured, state: Criterion["state"]): Criterion {
  const { name, unit, margin, share, basis = "exact", asymptotic = null, note = null } = facts;
  const { decidedAt: _, ...figures } = measured;
  return {
    name,
    state,
    ...figures,
    margin,
    unit,
    share,
    basis,
    asymptotic,
    pairs_needed: state === "open" ? neededFor(measured) : state === "cannot_tell" ? null : 0,
    note,
    reason: reasonFor(facts, measured, state),
  };
}

function neededFor({ pairs, decidedAt }: Measured): number | null {
  return pairsNeeded(pairs, (growth) => decidedAt(growth) !== "open");
}

function reasonFor(
  { name, what, unit, margin, note }: CriterionFacts,
  measured: Measured,
  state: Criterion["state"],
): string {
  const { estimate, low, high } = measured;
  const show = (value: number): string => inUnit(value, unit);
  const noted = note === null || note === undefined ? "" : `; ${spelled(name)} ${note}`;
  if (margin === null) return `${what}: not asked for`;
  if (estimate === null) return `${what}: no pairs yet${noted}`;
  const bound = state === "pass" ? atMost(high, show) : state === "fail" ? atLeast(low, show) : "";
  return `${what}: ${show(estimate)} so far${bound}; the margin is ${show(margin)}${noted}`;
}

function atMost(high: number | null, show: (value: number) => string): string {
  return high === null ? "" : `, at most ${show(high)}`;
}

function atLeast(low: number | null, show: (value: number) => string): string {
  return low === null ? "" : `, at least ${show(low)}`;
}
