import type { UnitEvidence } from "../units/shapes.ts";

const DAY_MS = 86_400_000;

/** How fast pairs come, and how long they have come. */
export interface Pace {
  /** Pairs a day that enter the criteria; null while they cover no time. */
  readonly pairs_a_day: number | null;
  /** Days between the first conversation and the newest that has entered. */
  readonly span_days: number;
  /** Days that they must cover before a promote. */
  readonly minimum_span_days: number;
}

export function paceOf({ pairs, spanMs }: Pick<UnitEvidence, "pairs" | "spanMs">, minimumSpanMs: number): Pace {
  const span_days = spanMs / DAY_MS;
  return {
    pairs_a_day: spanMs > 0 && pairs > 0 ? pairs / span_days : null,
    span_days,
    minimum_span_days: minimumSpanMs / DAY_MS,
  };
}

/** Days until so many further pairs have come, and not before the least span is over; null where the pace is not known. */
export function daysUntil(further: number | null, pace: Pace): number | null {
  if (further === null) return null;
  const left = Math.max(0, pace.minimum_span_days - pace.span_days);
  if (further === 0) return left;
  return pace.pairs_a_day === null ? null : Math.max(further / pace.pairs_a_day, left);
}
