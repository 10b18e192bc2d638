import type { CriterionUnit } from "@understudy/contracts";

/** No difference stands at a quarter of a glyph's width and the margin in its middle, so that columns are read down. */
const ZERO = 25;
const STEP = 25;
/** A margin of no difference (cost 1×) leaves no step: a doubling is so wide then. */
const DOUBLING = 12.5;

/** Where a value stands in a glyph, per cent of its width; below 0 or above 100 it is out of the picture. */
export function glyphPlace(value: number, unit: CriterionUnit, margin: number): number {
  if (unit !== "ratio") return margin === 0 ? (value > 0 ? 100 : ZERO) : ZERO + (STEP * value) / margin;
  const log = Math.log(Math.max(value, 1e-6));
  if (margin === 1) return ZERO + STEP + (DOUBLING * log) / Math.LN2;
  return ZERO + (STEP * log) / Math.log(margin);
}

/** What is left between the bound and the margin, in steps from no difference to the margin; below 0 it is beyond. */
export function roomLeft(value: number, unit: CriterionUnit, margin: number): number {
  return (ZERO + STEP - glyphPlace(value, unit, margin)) / STEP;
}
