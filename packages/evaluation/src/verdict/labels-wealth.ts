import {
  isLabel,
  JUDGE_SAYS,
  knownLabel,
  type JudgeSays,
  type Label,
  type LabelEpoch,
  type LabelOutcome,
  type Predictions,
} from "../labels/label.ts";
import { BETS, logOfMixture, logsAgainst, mirrored, type ValueCount } from "../statistics/e-process.ts";

/** Parts of the money that are bet on labels alone, and on labels with the judge's word. */
const ALONE = 0.2;
const TOGETHER = 0.8;

/**
 * A prediction, put right where a label was drawn: its mean is that of the labels whatever the judge is worth, so a bad judge
 * costs labels, never validity (Csillag, Struchiner & Goedert 2025, "Prediction-Powered E-Values", arXiv 2502.04294).
 */
export function rectified(prediction: number, share: number, label: number | null): number {
  return label === null ? prediction : prediction + (label - prediction) / share;
}

/**
 * The largest value there can be, whatever the judge says: a stake that hung on what it said of this very pair would make
 * another claim than that of the mean.
 */
export function rectifiedMax(predictions: readonly number[], share: number, most: number): number {
  return Math.max(...predictions.map((prediction) => rectified(prediction, share, most)));
}

/** What is bet that the mean is below something: observations, and the largest there can be, epoch by epoch. */
export interface LabelBets {
  readonly alone: readonly ValueCount[];
  readonly epochs: readonly { readonly counts: readonly ValueCount[]; readonly max: number }[];
}

/** For a pass: what is missing counts as the worst. */
export function betsForPass(epochs: readonly LabelEpoch[]): LabelBets {
  return betsOf(epochs, 1);
}

/** For a fail, seen in a mirror: what is missing counts as the best. */
export function betsForFail(epochs: readonly LabelEpoch[]): LabelBets {
  const { alone, epochs: rectifiedOnes } = betsOf(epochs, -1);
  return {
    alone: mirrored(alone),
    epochs: rectifiedOnes.map(({ counts, max }) => ({ counts: mirrored(counts), max: -max })),
  };
}

/** `extreme` is the label that stands for a missing one, and the end of the scale that bounds the bets. */
function betsOf(epochs: readonly LabelEpoch[], extreme: Label): LabelBets {
  return {
    alone: epochs.flatMap(({ cells }) =>
      cells.flatMap(({ outcome, count }) => {
        const value = labelIn(outcome, extreme);
        return value === null ? [] : [{ value, count }];
      }),
    ),
    epochs: epochs.map(({ share, predictions, cells }) => ({
      max: extremeOf(predictions, share, extreme),
      counts: cells.map(({ says, outcome, count }) => ({
        value: rectifiedIn({ says, outcome }, { share, predictions }, extreme),
        count,
      })),
    })),
  };
}

function extremeOf(predictions: Predictions, share: number, extreme: Label): number {
  // What is known without asking lies within: a rectified value of what is asked may reach 1 or more.
  const asked = JUDGE_SAYS.map((says) => extreme * predictions[says]);
  return extreme * rectifiedMax(asked, share, 1);
}

/** Of a cell; a pair of which the label is known is what it is, drawn or not. */
export function rectifiedIn(
  { says, outcome }: { readonly says: JudgeSays; readonly outcome: LabelOutcome },
  { share, predictions }: Pick<LabelEpoch, "share" | "predictions">,
  missing: Label,
): number {
  return knownLabel(says) ?? rectified(predictions[says], share, labelIn(outcome, missing));
}

function labelIn(outcome: LabelOutcome, missing: Label): Label | null {
  if (isLabel(outcome)) return outcome;
  return outcome === "missing" ? missing : null;
}

/**
 * Logarithm of the money of both together, who bet that the mean is below `mean`. Both begin with a part of it and an average
 * of bets is one, so a judge that is worth nothing costs little.
 */
export function logWealthOfLabels(mean: number, { alone, epochs }: LabelBets): number {
  const each = epochs.map(({ counts, max }) => logsAgainst(mean, counts, max));
  const byBet = BETS.map((_, bet) => each.reduce((sum, logs) => sum + (logs[bet] ?? 0), 0));
  return logSum(Math.log(ALONE) + logOfMixture(logsAgainst(mean, alone, 1)), Math.log(TOGETHER) + logOfMixture(byBet));
}

function logSum(one: number, other: number): number {
  const most = Math.max(one, other);
  return most + Math.log1p(Math.exp(Math.min(one, other) - most));
}
