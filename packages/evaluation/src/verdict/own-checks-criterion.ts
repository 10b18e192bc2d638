import type { VerdictEvidence } from "../evidence.ts";
import { agreementsOf, AT_BEST, countsOf, meanOf } from "../units/shapes.ts";
import { lowerBound, upperBound } from "./bounds.ts";
import { describeCriterion } from "./describe-criterion.ts";
import { logWealthAgainst, logWealthFor } from "../statistics/e-process.ts";
import { type HeadroomLevels, MARGINS_OF_HEADROOM } from "./headroom.ts";
import { type Levels, type Measured, measuredMean, NOTHING } from "./measured.ts";
import type { Criterion } from "./verdict.ts";
import { asPercent, asPoints } from "./words.ts";

/** `forbidding`: all of them only forbid something. Null: none are asked for. */
export type AskedOwnChecks = "asking" | "forbidding" | null;

/** Checks that are run on every pair, or rubrics by which a judge grades a sample of them. */
type OwnRung = "own_checks" | "rubric";

const WHAT: Readonly<Record<OwnRung, string>> = {
  own_checks: "answers that fail a check of yours the primary passes",
  rubric: "answers that the judge fails by your rubric where it passes the primary's",
};

export interface OwnChecksQuestion {
  readonly name: OwnRung;
  readonly evidence: VerdictEvidence;
  readonly margin: number | null;
  readonly levels: Levels;
  readonly asked: AskedOwnChecks;
}

/**
 * The operator's own checks. They may pass only where the primary itself is shown to pass one that asks for something in
 * more than five margins of its answers: where it passes none, nonsense would look equal. Checks that only forbid are passed
 * by nonsense, so they speak for no share of the traffic: they can fail, and a promote needs another rung beside them.
 */
export function ownChecksCriterion({ name, evidence, margin, levels, asked }: OwnChecksQuestion): Criterion {
  const facts = {
    name,
    what: WHAT[name],
    unit: "points",
  } as const;
  if (margin === null || asked === null)
    return describeCriterion({ ...facts, margin: null, share: null }, NOTHING, "off");
  const measured = measuredMean(evidence.units.shapes, {
    criterion: name,
    failCriterion: AT_BEST[name],
    margin,
    levels,
  });
  const share = measured.pairs === 0 ? null : asked === "asking" ? 1 : 0;
  const told = toldIn(evidence, name, { margin, alpha: levels.pass });
  const state = stateOf(measured, asked, told);
  const note = noteOn({ name, state, measured, asked, told }, evidence);
  return describeCriterion({ ...facts, margin, share, note }, measured, state);
}

/** Whether nonsense would be seen at all; `high` and `low` bound how often, at any time. */
interface Told {
  readonly state: "shown" | "cannot_tell" | "open";
  readonly low: number;
  readonly high: number;
}

function toldIn({ units: { shapes } }: VerdictEvidence, name: OwnRung, { margin, alpha }: HeadroomLevels): Told {
  const counts = agreementsOf(shapes, "", name);
  const least = Math.min(1, MARGINS_OF_HEADROOM * margin);
  const enough = Math.log(1 / alpha);
  const shown = logWealthFor(least, counts, 0) >= enough;
  const below = logWealthAgainst(least, counts, 1) >= enough;
  const state = shown ? "shown" : below ? "cannot_tell" : "open";
  return { state, low: lowerBound(counts, 0, alpha), high: upperBound(counts, 1, alpha) };
}

function stateOf(measured: Measured, asked: AskedOwnChecks, told: Told): Criterion["state"] {
  const decided = measured.decidedAt(1);
  if (decided === "fail" || asked === "forbidding") return decided;
  if (told.state === "cannot_tell") return "cannot_tell";
  return told.state === "shown" ? decided : "open";
}

interface Known {
  readonly name: OwnRung;
  readonly state: Criterion["state"];
  readonly measured: Measured;
  readonly asked: AskedOwnChecks;
  readonly told: Told;
}

const MOST_BETWEEN = 0.01;

function noteOn({ name, state, measured, asked, told }: Known, { units }: VerdictEvidence): string | null {
  if (state === "cannot_tell")
    return `cannot tell: the primary itself passes one in at most ${asPercent(told.high)} of its answers; try them with understudy evaluate`;
  const worst = measured.estimate ?? 0;
  const best = meanOf(countsOf(units.shapes, AT_BEST[name])) ?? worst;
  if (worst - best > MOST_BETWEEN)
    return `could not be run on some answers: the loss is between ${asPoints(best)} and ${asPoints(worst)}`;
  if (asked === "asking" && state === "open" && told.state === "open" && measured.decidedAt(1) === "pass")
    return `waits until the primary is shown to pass one in over ${MARGINS_OF_HEADROOM} margins of its answers`;
  return null;
}
