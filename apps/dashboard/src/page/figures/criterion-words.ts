import type { CriterionName, CriterionOverview, CriterionState, CriterionUnit } from "@understudy/contracts";
import { fixed, ratioDigits } from "../frame/format.ts";

/** A criterion's bounds, as list, page and rollout show them. */
export type Bounded = Pick<CriterionOverview, "unit" | "margin" | "low" | "high" | "state">;

/** The same with whose they are: of a criterion, or of a kind of request. */
export type NamedBounds = Bounded & { readonly name: string };

/** How a criterion stands, in the four ways that are drawn. */
export type MarkKind = "holds" | "open" | "beyond" | "none";

export const MARKS: Readonly<Record<MarkKind, string>> = { holds: "✓", open: "○", beyond: "✕", none: "–" };

const KINDS: Readonly<Record<CriterionState, MarkKind>> = {
  pass: "holds",
  fail: "beyond",
  open: "open",
  cannot_tell: "none",
  off: "none",
};

export function markOf({ state }: Pick<Bounded, "state">): MarkKind {
  return KINDS[state];
}

/** What bounds are shown. A bet on the margin alone has none: what it decides is on one side of the margin, and that is known. */
export function shownBounds({ low, high, margin, state }: Omit<Bounded, "unit">): Pick<Bounded, "low" | "high"> {
  return { low: state === "fail" ? (low ?? margin) : low, high: state === "pass" ? (high ?? margin) : high };
}

/** The bound that faces the margin: how much worse it can still be, or, beyond it, how much worse it is at least. */
export function facing(criterion: Omit<Bounded, "unit">): number | null {
  const { low, high } = shownBounds(criterion);
  return criterion.state === "fail" ? low : high;
}

/** Without its unit: `2.9`, `1.19`. */
export function figure(value: number, unit: CriterionUnit): string {
  return unit === "ratio" ? ratioDigits(value) : fixed(value * 100, 1);
}

/** A margin as it was written: `10`, `1.5`, `2.5`. */
export function marginFigure(margin: number, unit: CriterionUnit): string {
  return String(Number((unit === "ratio" ? margin : margin * 100).toFixed(3)));
}

/** As small as it goes beside a figure: `pts`, `%`, `×`. */
export const SHORT_UNITS: Readonly<Record<CriterionUnit, string>> = { points: " pts", share: "%", ratio: "×" };

const AFTER: Readonly<Record<CriterionUnit, string>> = {
  points: " points worse",
  share: "% of what can agree lost",
  ratio: "×",
};
const OF_RATIO: Readonly<Record<string, string>> = { cost: " as dear" };
const OF_POINTS: Readonly<Record<string, string>> = {
  errors: " points more",
  likeness: " points more differ",
};

/** What follows a figure in a sentence: `points worse`, `points more`, `× as long`. */
function wordsAfter(name: string, unit: CriterionUnit): string {
  if (unit === "ratio") return `${AFTER.ratio}${OF_RATIO[name] ?? " as long"}`;
  return unit === "points" ? (OF_POINTS[name] ?? AFTER.points) : AFTER[unit];
}

/** `at most 2.9 points worse`; null where there is no bound to say. */
export function facingWords(criterion: NamedBounds): string | null {
  const { name, unit, state, low, high } = criterion;
  const value = facing(criterion);
  if (value === null) return null;
  const after = wordsAfter(name, unit);
  if (state === "open" && low !== null && high !== null) return `${figure(low, unit)} to ${figure(high, unit)}${after}`;
  return `${state === "fail" ? "at least" : "at most"} ${figure(value, unit)}${after}`;
}

/** For whoever does not see the picture: `Quality holds: at most 2.9 points worse, margin 10 points`. */
export function sentenceOf(title: string, criterion: NamedBounds | null): string {
  if (criterion === null) return `${title}: not asked for`;
  const { unit, margin, state } = criterion;
  const mark = markOf(criterion);
  const said = facingWords(criterion);
  if (mark === "none") return `${title}: ${whyNone(state)}`;
  const limit =
    margin === null ? "" : `, margin ${marginFigure(margin, unit)}${unit === "points" ? " points" : SHORT_UNITS[unit]}`;
  return `${title} ${mark === "open" ? "is open" : mark === "holds" ? "holds" : "is beyond"}: ${said ?? "no bound yet"}${limit}`;
}

export function whyNone(state: CriterionState): string {
  return state === "cannot_tell" ? "cannot tell" : "not asked for";
}

const NAMES: Readonly<Record<CriterionName, string>> = {
  checks: "Checks",
  own_checks: "Your checks",
  rubric: "Rubric",
  judge: "Judge",
  labels: "People",
  likeness: "Likeness",
  errors: "Errors",
  latency: "Latency, ratio",
  first_token: "First token, ratio",
  cost: "Cost, ratio",
};

export function criterionName(name: CriterionName): string {
  return NAMES[name];
}
