import type { VerdictEvidence } from "../evidence.ts";
import { countsOf, type Shape } from "../units/shapes.ts";
import { type KindShare, kindShares } from "./answer-kinds.ts";
import { describeCriterion } from "./describe-criterion.ts";
import { logWealthFor } from "../statistics/e-process.ts";
import { type Headroom, MARGINS_OF_HEADROOM } from "./headroom.ts";
import { type Levels, type Measured, measuredMean, NOTHING } from "./measured.ts";
import { relativeLikeness } from "./relative-likeness.ts";
import type { Criterion } from "./verdict.ts";
import { asPercent, listed } from "./words.ts";

export interface LikenessQuestion {
  readonly evidence: VerdictEvidence;
  readonly margin: number | null;
  readonly levels: Levels;
  readonly headroom: readonly Headroom[];
  /** Whether the margin is a share of what can agree, instead of points. */
  readonly relative: boolean;
}

const NO_CONTROL = "needs a control to tell chance apart: add { model: PRIMARY, control: true } to silent_model";

/**
 * Likeness: candidate and control against the same answer of the primary's. It may pass only for the kinds of answer in
 * which the control shows that it can tell at all; the rest needs a higher rung.
 */
export function likenessCriterion({ evidence, margin, levels, headroom, relative }: LikenessQuestion): {
  readonly criterion: Criterion;
  readonly exactDiffers: boolean;
} {
  const { shapes, controlled } = evidence.units;
  const what = controlled ? "answers that differ beyond chance" : "answers that differ";
  const facts = { name: "likeness", what, unit: "points", margin } as const;
  if (margin === null)
    return { criterion: describeCriterion({ ...facts, share: null }, NOTHING, "off"), exactDiffers: false };
  if (relative && controlled)
    return {
      criterion: relativeLikeness({ shapes, margin, levels }),
      exactDiffers: exactlyDiffers(shapes, margin, levels),
    };
  const measured = measuredMean(shapes, { criterion: "likeness", margin, levels });
  const kinds = kindShares(shapes);
  const spoken = kinds.filter(
    ({ kind }) => !controlled || headroom.some((one) => one.kind === kind && one.state === "shown"),
  );
  const share = kinds.length === 0 && measured.pairs === 0 ? null : spoken.reduce((sum, one) => sum + one.share, 0);
  const state = stateOf(measured, { controlled, kinds, headroom });
  const note = noteOn(state, measured, { controlled, kinds, headroom });
  const shown: Measured = controlled ? measured : { ...measured, low: null };
  return {
    criterion: describeCriterion({ ...facts, share, note }, shown, state),
    // Unpaired, any difference may be chance.
    exactDiffers: controlled && exactlyDiffers(shapes, margin, levels),
  };
}

interface Told {
  readonly controlled: boolean;
  readonly kinds: readonly KindShare[];
  readonly headroom: readonly Headroom[];
}

function stateOf(measured: Measured, { controlled, kinds, headroom }: Told): Criterion["state"] {
  const decided = measured.decidedAt(1);
  if (!controlled) return decided === "pass" ? "pass" : "open";
  if (decided === "fail") return "fail";
  const states = kinds.map(({ kind }) => headroom.find((one) => one.kind === kind)?.state ?? "open");
  if (measured.pairs > 0 && states.every((state) => state === "cannot_tell")) return "cannot_tell";
  return decided === "pass" && !states.includes("open") ? "pass" : "open";
}

function noteOn(state: Criterion["state"], measured: Measured, { controlled, kinds, headroom }: Told): string | null {
  if (!controlled) return state === "open" && measured.pairs > 0 ? NO_CONTROL : null;
  const dumb = headroom.filter(({ kind, state }) => state === "cannot_tell" && kinds.some((one) => one.kind === kind));
  if (dumb.length > 0) {
    const most = Math.max(...dumb.map(({ high }) => high));
    return `cannot tell in ${listed(dumb.map(({ kind }) => kind))}: the primary agrees with itself in at most ${asPercent(most)}`;
  }
  if (state === "cannot_tell") return "cannot tell in free text";
  if (state !== "open" || measured.decidedAt(1) !== "pass") return null;
  const open = headroom.filter((one) => one.state === "open").map(({ kind }) => kind);
  return `waits until the control is shown to agree in over ${MARGINS_OF_HEADROOM} margins of ${listed(open)}`;
}

/** Of all turns, those with tool calls or JSON that differ: where the form is exact, another answer is a wrong one. */
function exactlyDiffers(shapes: readonly Shape[], margin: number, levels: Levels): boolean {
  return logWealthFor(margin, countsOf(shapes, "likeness", "exact"), -1) >= Math.log(1 / levels.fail);
}
