import { countsOf, meanOf, pairMeanOf, type Shape, total } from "../units/shapes.ts";
import type { UnitCriterion } from "../units/unit.ts";
import { lowerBound, upperBound } from "./bounds.ts";
import { logWealthAgainst, logWealthFor, type ValueCount } from "../statistics/e-process.ts";

/** Greatest chances of a wrong pass and of a wrong fail. */
export interface Levels {
  readonly pass: number;
  readonly fail: number;
}

/** What is known of one criterion: estimate, bounds, and whether its bets have been won. */
export interface Measured {
  readonly estimate: number | null;
  readonly pair_estimate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly conversations: number;
  readonly pairs: number;
  /** Whether all is decided at so many times the evidence, should it go on as so far. */
  readonly decidedAt: (growth: number) => "pass" | "fail" | "open";
}

export const NOTHING: Measured = {
  estimate: null,
  pair_estimate: null,
  low: null,
  high: null,
  conversations: 0,
  pairs: 0,
  decidedAt: () => "open",
};

export interface Asked {
  readonly criterion: UnitCriterion;
  readonly margin: number;
  readonly levels: Levels;
  /** Counts that the fail is bet on, where they are others than those of the pass. */
  readonly failCriterion?: UnitCriterion;
  /** The smallest value there can be: -1 of a difference, 0 of a rate. */
  readonly min?: number;
}

/** A mean over conversations, of values up to 1, that is to be within a margin. */
export function measuredMean(shapes: readonly Shape[], asked: Asked): Measured {
  const { criterion, margin, levels, failCriterion = criterion, min = -1 } = asked;
  const counts = countsOf(shapes, criterion);
  const against = failCriterion === criterion ? counts : countsOf(shapes, failCriterion);
  const conversations = total(counts);
  if (conversations === 0) return NOTHING;
  const { mean, pairs } = pairMeanOf(shapes, criterion);
  return {
    estimate: meanOf(counts),
    pair_estimate: pairs === conversations ? null : mean,
    low: lowerBound(against, min, levels.fail),
    high: upperBound(counts, 1, levels.pass),
    conversations,
    pairs,
    decidedAt(growth) {
      if (logWealthAgainst(margin, grown(counts, growth), 1) >= Math.log(1 / levels.pass)) return "pass";
      return logWealthFor(margin, grown(against, growth), min) >= Math.log(1 / levels.fail) ? "fail" : "open";
    },
  };
}

export function grown(counts: readonly ValueCount[], growth: number): readonly ValueCount[] {
  return growth === 1 ? counts : counts.map(({ value, count }) => ({ value, count: count * growth }));
}
