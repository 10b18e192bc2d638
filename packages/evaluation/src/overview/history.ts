import type { BoundsHistory, BoundsNow, HistoryPoint } from "@understudy/contracts";

/** A chart draws no more, and a page need not load them. */
export const MOST_POINTS = 72;

export interface Moment<Name extends string> {
  readonly now: BoundsNow<Name>;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The history with where the criterion stands now; of too many points the one goes that tells least beside its neighbours. */
export function withMoment<Name extends string>(
  before: BoundsHistory<Name> | null,
  { now, at }: Moment<Name>,
): BoundsHistory<Name> {
  const { name, unit, margin, pairs, conversations, low, high, estimate, control, state } = now;
  const known = before !== null && before.unit === unit && before.margin === margin ? before : null;
  const point: HistoryPoint = { pairs, conversations, at, low, high, estimate, control };
  const decided =
    state !== "pass" && state !== "fail"
      ? null
      : known?.decided?.state === state
        ? known.decided
        : { state, pairs, at };
  const points = [...(known?.points ?? []).filter((one) => one.pairs < pairs), point];
  return { name, unit, margin, points: thinned(points, { decidedAt: decided?.pairs ?? null, unit }), decided };
}

interface Kept {
  /** Pairs at which it was decided: a point that stays. */
  readonly decidedAt: number | null;
  readonly unit: BoundsNow<string>["unit"];
}

function thinned(points: readonly HistoryPoint[], { decidedAt, unit }: Kept): readonly HistoryPoint[] {
  let kept = points;
  while (kept.length > MOST_POINTS) {
    const inner = kept.slice(1, -1).map((point, index) => ({
      point,
      tells: point.pairs === decidedAt ? Infinity : telling(kept[index], point, kept[index + 2], unit),
    }));
    const least = inner.reduce((one, other) => (other.tells < one.tells ? other : one));
    kept = kept.filter((point) => point !== least.point);
  }
  return kept;
}

/** How far a bound lies from the line between its neighbours; a bound that comes or goes tells most. */
function telling(
  before: HistoryPoint | undefined,
  point: HistoryPoint,
  after: HistoryPoint | undefined,
  unit: BoundsNow<string>["unit"],
): number {
  if (before === undefined || after === undefined) return Infinity;
  const place = (point.pairs - before.pairs) / Math.max(1, after.pairs - before.pairs);
  const bends = (["low", "high", "estimate"] as const).map((figure) => {
    const [from, here, to] = [before[figure], point[figure], after[figure]];
    if (from === null || here === null || to === null) return from === here && here === to ? 0 : Infinity;
    const [start, seen, end] = [from, here, to].map((value) =>
      unit === "ratio" ? Math.log(Math.max(1e-9, value)) : value,
    );
    const expected = (start ?? 0) + place * ((end ?? 0) - (start ?? 0));
    // The average moves more than the bounds do, and matters less.
    return Math.abs((seen ?? 0) - expected) / (figure === "estimate" ? 4 : 1);
  });
  return Math.max(...bends);
}
