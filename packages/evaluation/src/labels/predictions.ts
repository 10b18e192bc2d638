import { isAsked, isLabel, type Label, type LabelEpoch, type Predictions } from "./label.ts";

/** A fair judge, and the two kinds of which the label is known. The guess saves a quarter of the labels. */
export const FIRST_GUESS: Predictions = {
  primary: 0.5,
  same: 0,
  silent: -0.5,
  unreadable: 0,
  identical: 0,
  nothing: 1,
};

const FIRST_FIT = 10;
const GROWTH = 1.5;
/** After so many labels nothing is left of the first guess. */
const GUESS_FADES = 200;
/** What the labels of one of the judge's words are weighed against, in labels. */
const WEIGHT = 8;

/** With how many labels predictions are fitted again that were fitted on so many: at 10, 15, 23, 35, ... */
export function nextFit(fittedOn: number): number {
  let labels = FIRST_FIT;
  while (labels <= fittedOn) labels = Math.ceil(labels * GROWTH);
  return labels;
}

interface Labelled {
  readonly says: keyof Predictions;
  readonly label: Label;
  readonly share: number;
  readonly count: number;
}

/** What people said, of what they were asked. */
export function labelsIn(epochs: readonly LabelEpoch[]): readonly Labelled[] {
  return epochs.flatMap(({ share, cells }) =>
    cells.flatMap(({ says, outcome, count }) =>
      isAsked(says) && isLabel(outcome) ? [{ says, label: outcome, share, count }] : [],
    ),
  );
}

export function countLabels(epochs: readonly LabelEpoch[]): number {
  let labels = 0;
  for (const { cells } of epochs)
    for (const { says, outcome, count } of cells) if (isLabel(outcome) && isAsked(says)) labels += count;
  return labels;
}

/**
 * Fitted on the labels so far, each word of the judge's for itself, drawn towards the guess and, as labels grow, towards the
 * mean of all. Any prediction is valid that was there before the pair; a good one saves labels.
 */
export function fitPredictions(epochs: readonly LabelEpoch[], margin: number): Predictions {
  const labels = labelsIn(epochs);
  const of = (value: (one: Labelled) => number, among = labels): number =>
    among.reduce((sum, one) => sum + one.count * value(one), 0);
  const mean = (of(({ label, share }) => label / share) + margin / 2) / (of(({ share }) => 1 / share) + 1 / 2);
  const faded = Math.min(1, countLabels(epochs) / GUESS_FADES);
  const fitted = (says: keyof Predictions): number => {
    if (!isAsked(says)) return FIRST_GUESS[says];
    const own = labels.filter((one) => one.says === says);
    const before = FIRST_GUESS[says] * (1 - faded) + mean * faded;
    return (of(({ label }) => label, own) + WEIGHT * before) / (of(() => 1, own) + WEIGHT);
  };
  return {
    primary: fitted("primary"),
    same: fitted("same"),
    silent: fitted("silent"),
    unreadable: fitted("unreadable"),
    identical: fitted("identical"),
    nothing: fitted("nothing"),
  };
}
