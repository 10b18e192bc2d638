import { countsOf, meanOf, pairMeanOf, type Shape, total } from "../units/shapes.ts";
import { logWealthAgainst, logWealthFor } from "../statistics/e-process.ts";
import { lowerBound, upperBound } from "./bounds.ts";
import { grown } from "./measured.ts";
import { pairsNeeded } from "./pairs-needed.ts";

/** A kind of request below this share of the traffic is listed, and not judged. */
export const SMALLEST_SHARE = 0.01;
/** A promote needs every kind shown to lose less than this: failing alone is noticed too late in a rare kind. */
export const MOST_LOST_IN_A_KIND = 0.25;

export interface Kind {
  /** `answer=tool_calls`, `stream`, `language=cjk`, ... */
  readonly name: string;
  /** Of the pairs, 0 to 1. */
  readonly share: number;
  readonly conversations: number;
  readonly pairs: number;
  /** Mean loss over conversations: what differs beyond chance, or what the checks show. */
  readonly loss: number | null;
  /** Bounds of the loss that hold at any time, each at the level that decides; null of what is too rare to be judged. */
  readonly low: number | null;
  readonly high: number | null;
  /** It fails once `low` is beyond the first, and is shown once `high` is below the second. */
  readonly fails_beyond: number;
  readonly shown_below: number;
  /** `failing`: shown to be beyond the margin. `shown`: shown to lose less than 25 points. `small`: too rare to be judged. */
  readonly state: "failing" | "shown" | "open" | "small";
  /** Further pairs of all kinds until it is decided, should all go on as so far; null when that cannot be told. */
  readonly pairs_needed: number | null;
}

/**
 * Each kind of request by itself. A kind fails when the bet on its loss being above the margin has made as many times 1/alpha
 * as there are kinds (a false alarm in any of them has a chance of at most alpha), and it is shown when the bet on its loss
 * being below 25 points has made 1/alpha.
 */
export function kindsOf(shapes: readonly Shape[], { margin, alpha }: KindLevels): readonly Kind[] {
  const all = allPairs(shapes);
  const names = [...new Set(shapes.filter(({ criterion }) => criterion === "kind").map(({ kind }) => kind))].toSorted();
  const described = names.map((name) => ({ name, ...pairMeanOf(shapes, "kind", name) }));
  const judged = described.filter(({ pairs }) => pairs >= SMALLEST_SHARE * all).length;
  return described.map(({ name, pairs }) => {
    const counts = countsOf(shapes, "kind", name);
    const share = all === 0 ? 0 : pairs / all;
    const stateAt = (growth: number) => stateOf(grown(counts, growth), { margin, alpha, judged });
    const state = share < SMALLEST_SHARE ? "small" : stateAt(1);
    const pairs_needed = state === "open" ? pairsNeeded(all, (growth) => stateAt(growth) !== "open") : 0;
    const bounds = state === "small" ? NO_BOUNDS : boundsOf(counts, alpha, judged);
    const limits = { fails_beyond: margin, shown_below: MOST_LOST_IN_A_KIND };
    const loss = meanOf(counts);
    return { name, share, conversations: total(counts), pairs, loss, ...bounds, ...limits, state, pairs_needed };
  });
}

export interface KindLevels {
  readonly margin: number;
  readonly alpha: number;
}

type Counts = ReturnType<typeof countsOf>;

function stateOf(counts: Counts, { margin, alpha, judged }: KindLevels & { readonly judged: number }): Kind["state"] {
  if (logWealthFor(margin, counts, -1) >= Math.log(judged / alpha)) return "failing";
  return logWealthAgainst(MOST_LOST_IN_A_KIND, counts, 1) >= Math.log(1 / alpha) ? "shown" : "open";
}

const NO_BOUNDS = { low: null, high: null };

/** By the same bets that decide: where they would have been won. */
function boundsOf(counts: Counts, alpha: number, judged: number): Pick<Kind, "low" | "high"> {
  if (total(counts) === 0) return NO_BOUNDS;
  return { low: lowerBound(counts, -1, alpha / judged), high: upperBound(counts, 1, alpha) };
}

/** Every pair has checks, or is no unit of quality. */
function allPairs(shapes: readonly Shape[]): number {
  return pairMeanOf(shapes, "checks").pairs;
}
