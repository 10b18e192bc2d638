import type { CriterionUnit } from "@understudy/contracts";
import type { ReactNode } from "react";
import type { MarkKind } from "./criterion-words.ts";
import { glyphPlace } from "./scale.ts";

interface BoundGlyphProps {
  readonly kind: MarkKind;
  readonly unit: CriterionUnit;
  /** Null draws the axis alone. */
  readonly margin: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Points of what runs out of the picture are so wide, and a bar is never narrower than can be seen. */
const POINT = 3.5;
const NARROWEST = 2;
/** Of what is altogether out of the picture. */
const STUB = 8;

/** The bounds as a bar against the margin, which is always in the middle. Further right is worse. */
export function BoundGlyph({ kind, unit, margin, low, high }: BoundGlyphProps): ReactNode {
  const zero = unit !== "ratio" || margin !== 1;
  return (
    <svg className={`glyph g-${kind}`} viewBox="0 0 100 18" preserveAspectRatio="none" aria-hidden="true">
      <path className="axis" d="M0 9H100" />
      {zero && <path className="zero" d="M25 2V16" />}
      {margin !== null && <path className="margin" d="M50 0V18" />}
      {margin !== null && kind !== "none" && (low !== null || high !== null) && (
        <path className="bar" d={barPath(placeOf(low, unit, margin, -1), placeOf(high, unit, margin, 101))} />
      )}
    </svg>
  );
}

function placeOf(value: number | null, unit: CriterionUnit, margin: number, without: number): number {
  return value === null ? without : glyphPlace(value, unit, margin);
}

/** Both ends inside the picture; where one is not, the bar ends there in a point. */
export function barPath(from: number, to: number): string {
  const out = { left: from < 0, right: to > 100 };
  let left = out.left ? POINT : Math.min(from, 100 - POINT - STUB);
  let right = out.right ? 100 - POINT : Math.max(to, POINT + STUB);
  if (right - left < NARROWEST) {
    const middle = (left + right) / 2;
    [left, right] = [middle - NARROWEST / 2, middle + NARROWEST / 2];
  }
  const [a, b] = [left.toFixed(1), right.toFixed(1)];
  return `M${a} 5.5H${b}${out.right ? "L100 9L" : "V"}${out.right ? `${b} 12.5` : "12.5"}H${a}${out.left ? "L0 9Z" : "Z"}`;
}
