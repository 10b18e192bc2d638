import { agreementsOf, meanOf, type Shape, total } from "../units/shapes.ts";
import { LIKENESS_KINDS } from "../units/turn.ts";
import { lowerBound, upperBound } from "./bounds.ts";
import { logWealthAgainst, logWealthFor } from "../statistics/e-process.ts";

/** The control must agree with the primary by more than so many margins before likeness may speak. */
export const MARGINS_OF_HEADROOM = 5;

/** Whether likeness can tell in one kind of answer: where the primary does not even agree with itself, nonsense looks equal. */
export interface Headroom {
  /** `tool_calls`, `json` or `closed`. */
  readonly kind: string;
  /** `shown`: likeness can tell. `cannot_tell`: it never will. `open`: not known yet. */
  readonly state: "shown" | "cannot_tell" | "open";
  /** How often the control agrees with the primary, over conversations, with bounds that hold at any time. */
  readonly agreement: number | null;
  readonly low: number;
  readonly high: number;
  readonly conversations: number;
}

/**
 * Two bets on the control's agreement h with the primary: that it is above five margins, and that it is below. A candidate
 * that never agrees is h worse than the control: if h is above five margins the criterion itself refutes it, and if it is
 * not, `shown` is ever reached with a chance of at most alpha. Both are needed to pass, so no level is split.
 */
export function headroomOf(shapes: readonly Shape[], kind: string, { margin, alpha }: HeadroomLevels): Headroom {
  const counts = agreementsOf(shapes, kind);
  const least = Math.min(1, MARGINS_OF_HEADROOM * margin);
  const enough = Math.log(1 / alpha);
  const shown = logWealthFor(least, counts, 0) >= enough;
  const below = logWealthAgainst(least, counts, 1) >= enough;
  return {
    kind,
    state: shown ? "shown" : below ? "cannot_tell" : "open",
    agreement: meanOf(counts),
    low: lowerBound(counts, 0, alpha),
    high: upperBound(counts, 1, alpha),
    conversations: total(counts),
  };
}

export interface HeadroomLevels {
  readonly margin: number;
  readonly alpha: number;
}

/** Of each kind of answer in which likeness might tell and that has come at all. */
export function headrooms(shapes: readonly Shape[], levels: HeadroomLevels): readonly Headroom[] {
  return LIKENESS_KINDS.map((kind) => headroomOf(shapes, kind, levels)).filter(
    ({ conversations }) => conversations > 0,
  );
}
