import type { Margins } from "@understudy/config";
import { LIKENESS_KINDS, type Turn } from "./turn.ts";

/** Quantities that are bet on, one value a conversation. */
export const UNIT_CRITERIA = [
  "likeness",
  "checks",
  "own_checks",
  "own_checks_low",
  "judge",
  "judge_low",
  "rubric",
  "rubric_low",
  "errors",
  "latency",
  "first_token",
  "kind",
] as const;
export type UnitCriterion = (typeof UNIT_CRITERIA)[number];

/** A conversation's value in one criterion: the mean of its turns, kept as their sum. */
export interface UnitValue {
  readonly criterion: UnitCriterion;
  /** Empty: of all its turns; else of those of one kind. */
  readonly kind: string;
  readonly turns: number;
  readonly sum: number;
  /**
   * Likeness: in how many of these turns the control's answer differed from the primary's. Own checks: in how many the primary
   * passed none that asks for something.
   */
  readonly control: number;
}

/** A conversation as one bet. */
export interface Unit {
  readonly conversation: string;
  /** Epoch milliseconds of its first turn. */
  readonly started_at: number;
  readonly pairs: number;
  readonly values: readonly UnitValue[];
  /** Sums over its turns of which both costs are known, USD; `turns` may be none. */
  readonly cost: { readonly turns: number; readonly primary: number; readonly silent: number };
}

export interface UnitRules {
  /** Whether the group has a control: then likeness is of the requests that have both answers. */
  readonly controlled: boolean;
  /** Whether a judge or checks of one's own are asked: then what differs in a closed answer is for them to weigh. */
  readonly higherRung: boolean;
  readonly margins: Pick<Margins, "latency">;
}

/** Further turns of one conversation are not bet on: which ones is decided by their place, before any answer is known. */
export const MOST_TURNS = 64;

/** Kind under which likeness is counted of all turns whose answer has one right form. */
export const ONE_FORM = "one_form";

/** One bet of a conversation's turns, in the order in which they were admitted. */
export function unitOf(conversation: string, turns: readonly Turn[], rules: UnitRules): Unit {
  const bet = turns.slice(0, MOST_TURNS);
  const sums = new Sums();
  for (const turn of bet) addTurn(sums, turn, rules);
  const costs = bet.filter((turn) => turn.primary_cost !== null && turn.silent_cost !== null);
  return {
    conversation,
    started_at: bet[0]?.admitted_at ?? 0,
    pairs: bet.length,
    values: sums.values(),
    cost: {
      turns: costs.length,
      primary: costs.reduce((sum, turn) => sum + (turn.primary_cost ?? 0), 0),
      silent: costs.reduce((sum, turn) => sum + (turn.silent_cost ?? 0), 0),
    },
  };
}

function addTurn(sums: Sums, turn: Turn, { controlled, higherRung, margins }: UnitRules): void {
  sums.add("checks", "", turn.checks);
  if (turn.own !== null && turn.own !== undefined) {
    sums.add("own_checks", "", turn.own.high, turn.own.told ? 0 : 1);
    sums.add("own_checks_low", "", turn.own.low);
  }
  sums.add("errors", "", turn.errors);
  sums.add("latency", "", slowness(turn.latency, margins.latency));
  sums.add("first_token", "", slowness(turn.first_token, margins.latency));
  const difference = differenceOf(turn, controlled);
  if (difference !== null) {
    const control = controlled ? (turn.control_differs ?? 0) : 0;
    sums.add("likeness", "", difference, control);
    sums.add("likeness", turn.answer_kind ?? "none", difference, control);
    if (hasOneForm(turn.answer_kind)) sums.add("likeness", ONE_FORM, difference, control);
    sums.add("likeness", "exact", isExact(turn.answer_kind) ? difference : 0);
  }
  const loss = lossOf(turn, difference, higherRung);
  for (const kind of kindsOf(turn)) sums.add("kind", kind, loss);
}

/** Candidate's disagreement less the control's on the same request. Without the control's answer there is no bet. */
function differenceOf({ differs, control_differs }: Turn, controlled: boolean): number | null {
  if (differs === null) return null;
  if (!controlled) return differs;
  return control_differs === null ? null : differs - control_differs;
}

/** Where the form is exact, another answer is a wrong one. */
function isExact(kind: Turn["answer_kind"]): boolean {
  return kind === "tool_calls" || kind === "json";
}

function hasOneForm(kind: Turn["answer_kind"]): boolean {
  return LIKENESS_KINDS.some((one) => one === kind);
}

/**
 * What is held against a kind: where likeness can tell, what differs beyond chance; else what the checks show. Where these
 * show no loss, one's own checks may.
 */
function lossOf(turn: Turn, difference: number | null, higherRung: boolean): number | null {
  const loss = plainLossOf(turn, difference, higherRung);
  return loss === 1 ? loss : (turn.own?.high ?? loss);
}

function plainLossOf({ answer_kind, checks }: Turn, difference: number | null, higherRung: boolean): number | null {
  // No rung is higher for vectors: there are no words to weigh.
  const alike = higherRung ? isExact(answer_kind) || answer_kind === "embeddings" : hasOneForm(answer_kind);
  if (!alike || difference === null) return checks;
  return checks === null ? difference : Math.max(difference, checks);
}

function kindsOf({ answer_kind, kinds }: Turn): readonly string[] {
  return answer_kind === null ? kinds : [`answer=${answer_kind}`, ...kinds];
}

/** 1: slower than the margin, 1/2: at it (a coarse clock), 0: within. */
function slowness(ratio: number | null, margin: number | null): number | null {
  if (ratio === null || margin === null) return null;
  if (ratio === margin) return 0.5;
  return ratio > margin ? 1 : 0;
}

class Sums {
  readonly #sums = new Map<
    string,
    { criterion: UnitCriterion; kind: string; turns: number; sum: number; control: number }
  >();

  add(criterion: UnitCriterion, kind: string, value: number | null, control = 0): void {
    if (value === null) return;
    const key = `${criterion} ${kind}`;
    let sum = this.#sums.get(key);
    if (sum === undefined) this.#sums.set(key, (sum = { criterion, kind, turns: 0, sum: 0, control: 0 }));
    sum.turns += 1;
    sum.sum += value;
    sum.control += control;
  }

  values(): readonly UnitValue[] {
    return [...this.#sums.values()];
  }
}
