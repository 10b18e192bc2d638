import type { VerdictEvidence } from "../evidence.ts";
import { AT_BEST, type Block as UnitBlock, countsOf, WATCHED } from "../units/shapes.ts";
import { alarmsOf } from "./change-detector.ts";
import { logWealthAgainst, logWealthFor } from "../statistics/e-process.ts";
import { recentWindow } from "./recent-window.ts";
import type { UnitCriterion } from "../units/unit.ts";
import type { Levels } from "./measured.ts";
import type { Block, Criterion } from "./verdict.ts";
import { asPoints, spelled } from "./words.ts";

type Watched = (typeof WATCHED)[number];

/** What the course of time says against a criterion that passes, or may. */
export interface Course {
  readonly blocks: readonly Block[];
  /** Criteria that are shown to be beyond the margin since a change, though not over all the time. */
  readonly failedSince: readonly { readonly name: Watched; readonly at: number }[];
}

/**
 * A candidate that was good for long and is not now: the newest conversations' mean is beyond the margin, or the change
 * detector has raised an alarm and what came after it has not passed by itself.
 */
export function courseOf(evidence: VerdictEvidence, criteria: readonly Criterion[], levels: Levels): Course {
  const blocks: Block[] = [];
  const failedSince: { name: Watched; at: number }[] = [];
  for (const name of WATCHED) {
    const margin = criteria.find((one) => one.name === name && one.state !== "off")?.margin ?? null;
    // Unpaired, a difference may be all chance: there is nothing to watch.
    if (margin === null || (name === "likeness" && !evidence.units.controlled)) continue;
    const watched = { name, margin, evidence, levels };
    blocks.push(...[recentBlock(watched), changeBlock(watched)].filter((block) => block !== null));
    const failed = failedAfterChange(watched);
    if (failed !== null) failedSince.push({ name, at: failed });
  }
  return { blocks, failedSince };
}

interface OneWatched {
  readonly name: Watched;
  readonly margin: number;
  readonly evidence: VerdictEvidence;
  readonly levels: Levels;
}

function recentBlock({ name, margin, evidence }: OneWatched): Block | null {
  const { shapes, blocks } = evidence.units;
  const { mean, conversations, since } = recentWindow(blocks, name, { counts: countsOf(shapes, name), margin });
  if (mean === null || mean <= margin) return null;
  const from = since === null ? "" : `, since ${new Date(since).toISOString()}`;
  return {
    name: "recent",
    reason: `the newest ${conversations} conversations lose ${asPoints(mean)} in ${spelled(name)}${from}; the margin is ${asPoints(margin)}`,
  };
}

function changeBlock({ name, margin, evidence, levels }: OneWatched): Block | null {
  const alarm = alarmsOf(evidence.units.blocks, name, { margin }).at(-1);
  if (alarm === undefined) return null;
  const after = countsAfter(evidence.units.blocks, name, alarm.block);
  if (logWealthAgainst(margin, after, 1) >= Math.log(1 / levels.pass)) return null;
  const at = new Date(alarm.at).toISOString();
  return { name: "changed", reason: `since about ${at} it loses more than the margin in ${spelled(name)}` };
}

/** The k-th alarm's own bet has its part of the level, 1/(k(k+1)), so that however many come they share one level. */
function failedAfterChange({ name, margin, evidence, levels }: OneWatched): number | null {
  const alarms = alarmsOf(evidence.units.blocks, name, { margin });
  for (const [index, alarm] of alarms.entries()) {
    const counts = countsAfter(
      evidence.units.blocks,
      name in AT_BEST ? AT_BEST[name as keyof typeof AT_BEST] : name,
      alarm.block,
    );
    const enough = Math.log(((index + 1) * (index + 2)) / levels.fail);
    if (logWealthFor(margin, counts, -1) >= enough) return alarm.at;
  }
  return null;
}

function countsAfter(blocks: readonly UnitBlock[], name: UnitCriterion, alarm: number) {
  return countsOf(
    blocks.filter(({ number }) => number > alarm).flatMap(({ shapes }) => shapes),
    name,
  );
}
