import type { UnitRules } from "@understudy/evaluation";

/** By which rules an experiment's conversations become bets. Other rules begin the evidence anew, from the stored pairs. */
export interface UnitTask {
  readonly experiment: string;
  /** Experiment of the primary with itself; null where the group has none. */
  readonly control: string | null;
  readonly rules: UnitRules;
  /** Milliseconds after its first turn at which a conversation enters, with the turns of that time. */
  readonly horizonMs: number;
  readonly cost: CostRules;
  /** Id of the set of checks that the operator asks for now; absent or null: none. Results of others are not bet on. */
  readonly ownChecks?: string | null;
  /** The same of the rubrics that a judge grades by. */
  readonly rubrics?: string | null;
  /**
   * Whether its primary is the candidate of a rollout, and its silent model what answered before. The old model's failures are no
   * loss of the candidate's: where it failed there is nothing to compare with.
   */
  readonly reverse?: boolean;
  /** The rollout whose pairs alone count, with `reverse`: another one begins anew. */
  readonly rollout?: string | null;
  /** How people are asked; null asks nobody. What is drawn stays drawn, so another share counts from now on alone. */
  readonly labels: LabelRules | null;
}

export interface LabelRules {
  /** Share of the judged pairs, above 0 to 1. */
  readonly share: number;
  /** The judge's margin, which their labels are held to; predictions hang on it. */
  readonly margin: number;
  /** Milliseconds for which a label waits before it enters, so that it can be taken back; 0 where it is left out. */
  readonly heldMs?: number;
}

export interface CostRules {
  /** Silent over primary; null does not ask. */
  readonly margin: number | null;
  /** USD that one call may cost at the most; null where that is not known. */
  readonly silentCap: number | null;
  readonly primaryCap: number | null;
}

/** The rules in one text, to tell whether they have changed. The number is that of the code's own rules. */
export function rulesText({
  control,
  rules,
  horizonMs,
  cost,
  ownChecks = null,
  rubrics = null,
  reverse,
  rollout = null,
}: UnitTask): string {
  const all = [3, control, rules.controlled, rules.higherRung, rules.margins.latency, horizonMs, cost];
  if (reverse === true) return JSON.stringify([...all, ownChecks, rubrics, rollout, REVERSE]);
  return JSON.stringify(ownChecks === null && rubrics === null ? all : [...all, ownChecks, rubrics]);
}

const REVERSE = "reverse";

export function isReverse(rules: string): boolean {
  return (JSON.parse(rules) as readonly unknown[]).at(-1) === REVERSE;
}

/** The rollout whose pairs alone were counted; null where they were not told apart. */
export function rolloutIn(rules: string): string | null {
  const rollout = isReverse(rules) ? (JSON.parse(rules) as readonly unknown[]).at(-2) : null;
  return typeof rollout === "string" ? rollout : null;
}
