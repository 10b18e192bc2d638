import type { ValueCount } from "../statistics/e-process.ts";
import type { UnitCriterion, UnitValue } from "./unit.ts";

/** How many conversations had this value. Wealth hangs on how often each value came, not on their order. */
export interface Shape extends UnitValue {
  readonly count: number;
}

/** Twenty conversations, in the order in which they began; the newest block may hold fewer. */
export interface Block {
  readonly number: number;
  /** Epoch milliseconds at which its first and its last conversation began. */
  readonly from: number;
  readonly to: number;
  readonly units: number;
  readonly shapes: readonly Shape[];
}

export const UNITS_IN_BLOCK = 20;

/** What changed longer ago than so many blocks has long been outweighed by what came since. */
export const BLOCKS_WATCHED = 2_000;

/** Criteria of which blocks are kept: those whose change over time is watched. */
export const WATCHED = [
  "likeness",
  "checks",
  "own_checks",
  "judge",
  "rubric",
  "errors",
] as const satisfies readonly UnitCriterion[];

/** What a fail of these is bet on, where a value is not known: the best it may be. */
export const AT_BEST = {
  own_checks: "own_checks_low",
  judge: "judge_low",
  rubric: "rubric_low",
} as const satisfies Partial<Record<UnitCriterion, UnitCriterion>>;

/** Values that blocks have. */
export function isKeptInBlocks({ criterion, kind }: Pick<UnitValue, "criterion" | "kind">): boolean {
  const kept: readonly UnitCriterion[] = [...WATCHED, ...Object.values(AT_BEST)];
  return kind === "" && kept.includes(criterion);
}

/** All that criteria are computed from, besides figures for show. */
export interface UnitEvidence {
  /** Conversations that entered, and their pairs. */
  readonly conversations: number;
  readonly pairs: number;
  /** Conversations that began and have not entered: they may still go on, or wait for an outcome. */
  readonly open: number;
  /** Whether likeness was paired with a control. */
  readonly controlled: boolean;
  readonly shapes: readonly Shape[];
  /** Epoch milliseconds between the first turn of the first conversation and that of the last. */
  readonly spanMs: number;
  /** The newest, at most `BLOCKS_WATCHED`, in their order. */
  readonly blocks: readonly Block[];
  /** The conversation with the most pairs of all, those after its first hour too. */
  readonly heaviest: { readonly pairs: number; readonly difference: number | null } | null;
  readonly cost: UnitCosts;
}

/** Wealth of the bets on cost, as logarithms, one for each share; sums for the estimate. */
export interface UnitCosts {
  readonly conversations: number;
  readonly pairs: number;
  /** USD that one call may cost at the most, per side; null where it is not known. */
  readonly silent_cap: number | null;
  readonly primary_cap: number | null;
  /** Bets that the silent model costs less, and that it costs more, than the margin times the primary; null without a cap. */
  readonly below: readonly number[] | null;
  readonly above: readonly number[] | null;
}

export const NO_UNITS: UnitEvidence = {
  conversations: 0,
  pairs: 0,
  open: 0,
  controlled: false,
  shapes: [],
  spanMs: 0,
  blocks: [],
  heaviest: null,
  cost: { conversations: 0, pairs: 0, silent_cap: null, primary_cap: null, below: null, above: null },
};

/** The values of one criterion and how often each came; `kind` empty: of all turns. */
export function countsOf(shapes: readonly Shape[], criterion: UnitCriterion, kind = ""): readonly ValueCount[] {
  return countsBy(shapes, criterion, kind, ({ sum, turns }) => sum / turns);
}

/** How often the control agreed with the primary, conversation by conversation; of own checks, how often they can tell. */
export function agreementsOf(
  shapes: readonly Shape[],
  kind = "",
  criterion: "likeness" | "own_checks" | "rubric" = "likeness",
): readonly ValueCount[] {
  return countsBy(shapes, criterion, kind, ({ control, turns }) => 1 - control / turns);
}

function countsBy(
  shapes: readonly Shape[],
  criterion: UnitCriterion,
  kind: string,
  valueOf: (shape: Shape) => number,
): readonly ValueCount[] {
  const counts = new Map<number, number>();
  for (const shape of shapes) {
    if (shape.criterion !== criterion || shape.kind !== kind || shape.turns === 0) continue;
    const value = valueOf(shape);
    counts.set(value, (counts.get(value) ?? 0) + shape.count);
  }
  return [...counts].map(([value, count]) => ({ value, count }));
}

export function total(counts: readonly ValueCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}

export function meanOf(counts: readonly ValueCount[]): number | null {
  const of = total(counts);
  return of === 0 ? null : counts.reduce((sum, { value, count }) => sum + value * count, 0) / of;
}

/** The mean over pairs, each weighing the same, and how many they are. */
export function pairMeanOf(
  shapes: readonly Shape[],
  criterion: UnitCriterion,
  kind = "",
): { readonly mean: number | null; readonly pairs: number } {
  let [sum, pairs] = [0, 0];
  for (const shape of shapes) {
    if (shape.criterion !== criterion || shape.kind !== kind) continue;
    sum += shape.sum * shape.count;
    pairs += shape.turns * shape.count;
  }
  return { mean: pairs === 0 ? null : sum / pairs, pairs };
}

/** Adds units to shapes; the shapes of a block, or of all. */
export function shapesOf(values: Iterable<UnitValue>): readonly Shape[] {
  const shapes = new Map<string, Shape>();
  for (const value of values) {
    const key = `${value.criterion} ${value.kind} ${value.turns} ${value.sum} ${value.control}`;
    shapes.set(key, { ...value, count: (shapes.get(key)?.count ?? 0) + 1 });
  }
  return [...shapes.values()];
}
