import type { LabelEpoch, LabelEvidence } from "../labels/label.ts";
import { countLabels } from "../labels/predictions.ts";
import { halved } from "./bounds.ts";
import { describeCriterion } from "./describe-criterion.ts";
import { total } from "../units/shapes.ts";
import { betsForFail, betsForPass, type LabelBets, logWealthOfLabels } from "./labels-wealth.ts";
import { grown, type Levels, type Measured, NOTHING } from "./measured.ts";
import { pairsNeeded } from "./pairs-needed.ts";
import type { Criterion } from "./verdict.ts";

const WHAT = "answers that people prefer the primary's to, net";

/** What people say, of the judged pairs that they were asked about and, through the judge, of those they were not. */
export function labelsCriterion({ epochs, progress }: LabelEvidence, margin: number | null, levels: Levels): Criterion {
  const facts = { name: "labels", what: WHAT, unit: "points", margin } as const;
  if (margin === null) return describeCriterion({ ...facts, share: null }, NOTHING, "off");
  const measured = measuredLabels(epochs, margin, levels);
  const state = measured.decidedAt(1);
  const note = state === "open" ? whatItTakes(measured, countLabels(epochs), progress) : null;
  return describeCriterion({ ...facts, share: measured.pairs === 0 ? null : 1, note }, measured, state);
}

function measuredLabels(epochs: readonly LabelEpoch[], margin: number, levels: Levels): Measured {
  const [pass, fail] = [betsForPass(epochs), betsForFail(epochs)];
  const counts = pass.epochs.flatMap((epoch) => epoch.counts);
  const pairs = total(counts);
  if (pairs === 0) return NOTHING;
  const [enough, enoughToFail] = [Math.log(1 / levels.pass), Math.log(1 / levels.fail)];
  const mean = counts.reduce((sum, { value, count }) => sum + value * count, 0) / pairs;
  // A few labels that each stand for many pairs may lie outside of what there can be.
  const estimate = Math.min(1, Math.max(-1, mean));
  const boundOf = (bets: LabelBets, from: number, money: number): number =>
    halved({ low: from, high: 1 }, (against) => logWealthOfLabels(against, bets) >= money);
  return {
    estimate,
    pair_estimate: null,
    low: -boundOf(fail, -estimate, enoughToFail),
    high: boundOf(pass, estimate, enough),
    conversations: pairs,
    pairs,
    decidedAt(growth) {
      if (logWealthOfLabels(margin, grownBets(pass, growth)) >= enough) return "pass";
      return logWealthOfLabels(-margin, grownBets(fail, growth)) >= enoughToFail ? "fail" : "open";
    },
  };
}

function grownBets({ alone, epochs }: LabelBets, growth: number): LabelBets {
  return {
    alone: grown(alone, growth),
    epochs: epochs.map(({ counts, max }) => ({ counts: grown(counts, growth), max })),
  };
}

/** In labels: pairs come by themselves, and what is waited for is people. Those wait to enter that come after one that is open. */
function whatItTakes(measured: Measured, entered: number, { labelled, waiting }: LabelEvidence["progress"]): string {
  const more = pairsNeeded(entered, (growth) => measured.decidedAt(growth) !== "open");
  const needed = more === null ? "how many more it takes cannot be told yet" : `about ${more} more`;
  return `has ${labelled} ${labelled === 1 ? "label" : "labels"}; ${needed}, and ${waiting} ${waiting === 1 ? "pair waits" : "pairs wait"} for one`;
}
