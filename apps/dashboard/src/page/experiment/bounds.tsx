import type { Criterion } from "@understudy/evaluation";
import type { ReactNode } from "react";

const WIDTH = 150;
/** Room at either end for the arrow of a bound that is further out, or not there yet. */
const EDGE = 8;
/** The scale goes no further than so many margins: else the margin itself could not be seen. */
const MOST_MARGINS = 6;

/** The bounds as a bar, the estimate as a dot, the margin as a line: the row says the same in figures. */
export function Bounds({ criterion }: { readonly criterion: Criterion }): ReactNode {
  const { estimate, low, high, margin, state } = criterion;
  if (margin === null || estimate === null) return null;
  const { zero, from, to } = scaleOf(criterion, margin);
  const place = (value: number): number =>
    EDGE + Math.min(1, Math.max(0, (value - from) / (to - from))) * (WIDTH - 2 * EDGE);
  const bounded = low !== null || high !== null;
  const [left, right] = [place(low ?? from), place(high ?? to)];
  return (
    <svg width={WIDTH} height="20" aria-hidden="true" className={`bounds ${state}`}>
      <line x1={place(zero)} x2={place(zero)} y1="3" y2="17" className="zero" />
      {bounded && <rect x={left} width={Math.max(1, right - left)} y="8" height="4" />}
      {bounded && (low === null || low < from) && <path d={`M${EDGE} 5 L1 10 L${EDGE} 15 Z`} />}
      {bounded && (high === null || high > to) && (
        <path d={`M${WIDTH - EDGE} 5 L${WIDTH - 1} 10 L${WIDTH - EDGE} 15 Z`} />
      )}
      <circle cx={place(estimate)} cy="10" r="4.5" />
      <line x1={place(margin)} x2={place(margin)} y1="0" y2="20" className="margin" />
    </svg>
  );
}

/** From where to where: all that is shown, as far as the margin stays visible. */
function scaleOf({ estimate, low, high, unit }: Criterion, margin: number) {
  const zero = unit === "ratio" ? 1 : 0;
  const step = Math.max(Math.abs(margin - zero), unit === "ratio" ? 0.05 : 0.01);
  const values = [zero, margin, estimate, low, high].filter((value) => value !== null);
  return {
    zero,
    from: Math.max(zero - MOST_MARGINS * step, Math.min(...values, zero - step)),
    to: Math.min(zero + MOST_MARGINS * step, Math.max(...values, zero + 2 * step)),
  };
}
