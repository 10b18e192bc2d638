import type { Shape } from "../units/shapes.ts";
import { ONE_FORM } from "../units/unit.ts";
import { kindShares } from "./answer-kinds.ts";
import { describeCriterion } from "./describe-criterion.ts";
import { type Kept, keptOf, measuredKept } from "./kept.ts";
import { MOST_LOST_IN_A_KIND } from "./kinds.ts";
import { type Levels, type Measured, NOTHING } from "./measured.ts";
import type { Criterion } from "./verdict.ts";
import { asPercent, listed } from "./words.ts";

interface RelativeQuestion {
  readonly shapes: readonly Shape[];
  readonly margin: number;
  readonly levels: Levels;
}

/** What of the agreement that is possible the candidate keeps, in answers with one right form; null where no control says what is possible. */
export function shownKept(
  { shapes, margin, levels }: RelativeQuestion,
  { controlled, decides }: { readonly controlled: boolean; readonly decides: boolean },
): Kept | null {
  if (!controlled) return null;
  const kept = keptOf(shapes, ONE_FORM, { least: 1 - margin, levels, decides });
  return kept.conversations === 0 ? null : kept;
}

/**
 * Likeness with its margin as a share of what can agree. No headroom has to be shown, since nonsense keeps nothing. So that one
 * kind of answer cannot hide in the others, each is to be shown to keep three quarters by itself.
 */
export function relativeLikeness({ shapes, margin, levels }: RelativeQuestion): Criterion {
  const facts = { name: "likeness", what: "agreement lost of what can agree", unit: "share", margin } as const;
  const kinds = kindShares(shapes);
  const measured = asLoss(measuredKept(shapes, ONE_FORM, { least: 1 - margin, levels }));
  const hidden = kinds
    .map(({ kind }) => kind)
    .filter((kind) => measuredKept(shapes, kind, { least: 1 - MOST_LOST_IN_A_KIND, levels }).decidedAt(1) !== "pass");
  const share = measured.pairs === 0 ? null : kinds.reduce((sum, one) => sum + one.share, 0);
  const decided = measured.decidedAt(1);
  if (kinds.length === 0 && anyLikeness(shapes))
    return describeCriterion({ ...facts, share: 0, note: "cannot tell in free text" }, NOTHING, "cannot_tell");
  if (decided !== "pass" || hidden.length === 0) return describeCriterion({ ...facts, share }, measured, decided);
  const note = `waits until ${listed(hidden)} are shown to keep ${asPercent(1 - MOST_LOST_IN_A_KIND)} of what can agree`;
  return describeCriterion({ ...facts, share, note }, measured, "open");
}

function anyLikeness(shapes: readonly Shape[]): boolean {
  return shapes.some(({ criterion, turns }) => criterion === "likeness" && turns > 0);
}

const lost = (kept: number | null): number | null => (kept === null ? null : 1 - kept);

function asLoss(kept: Measured): Measured {
  return {
    ...kept,
    estimate: lost(kept.estimate),
    pair_estimate: lost(kept.pair_estimate),
    low: lost(kept.high),
    high: lost(kept.low),
  };
}
