import { isAsked, JUDGE_SAYS, type LabelEpoch, type LabelEvidence, type LabelProgress } from "../labels/label.ts";
import { countLabels, labelsIn } from "../labels/predictions.ts";
import { wilson } from "../statistics/wilson.ts";
import { rectifiedIn } from "../verdict/labels-wealth.ts";
import type { Rate } from "../statistics/rate.ts";

/** What people say, and what the judge is worth beside them. Intervals are for one look; the criterion has the one that decides. */
export interface LabelReport extends LabelProgress {
  /** Judged pairs that entered the criterion, those that were not drawn too. */
  readonly entered: number;
  /** Labels that entered. */
  readonly labels: number;
  /** Of the labels, those that say what the judge says; where it says nothing that can be read it does not agree. */
  readonly agreement: Rate;
  /** Of the answers that people find worse than the primary's, those that the judge finds worse. */
  readonly sensitivity: Rate;
  /** Of those that they do not, those that it does not. */
  readonly specificity: Rate;
  /** What people said, by what the judge had said. */
  readonly table: readonly {
    readonly judge: (typeof JUDGE_SAYS)[number];
    readonly primary: number;
    readonly same: number;
    readonly silent: number;
  }[];
  /** So many labels without a judge would tell as much; null while there are too few to say. */
  readonly worth_labels: number | null;
  /** How many labels the judge has saved so far; below 0: it has cost some. */
  readonly saved: number | null;
  readonly note: string | null;
}

/** With fewer nobody knows how labels vary. */
const ENOUGH_TO_SAY = 30;
const ENOUGH_TO_WARN = 100;
/** What saves less than this is not worth its money. */
const LITTLE = 0.1;

/** Null where nobody asks people, and nobody has. */
export function labelReport({ epochs, progress }: LabelEvidence, asked: boolean): LabelReport | null {
  if (!asked && progress.drawn === 0) return null;
  const labels = countLabels(epochs);
  const worth = labels < ENOUGH_TO_SAY ? null : worthOf(epochs, labels);
  const saved = worth === null ? null : Math.round(worth - labels);
  return {
    ...progress,
    entered: epochs.reduce((sum, { cells }) => sum + cells.reduce((all, { count }) => all + count, 0), 0),
    labels,
    ...agreementOf(epochs),
    table: JUDGE_SAYS.map((judge) => {
      const of = (label: number): number =>
        labelsIn(epochs).reduce((sum, one) => sum + (one.says === judge && one.label === label ? one.count : 0), 0);
      return { judge, primary: of(1), same: of(0), silent: of(-1) };
    }),
    worth_labels: worth === null ? null : Math.round(worth),
    saved,
    note: saved !== null && labels >= ENOUGH_TO_WARN && saved < LITTLE * labels ? noteOn(saved) : null,
  };
}

function noteOn(saved: number): string {
  const what = saved < 0 ? "costs more labels than it saves" : "saves nothing here";
  return `this judge ${what}: as many people would tell as much without it, which is so where losses are rare or the judge is often wrong`;
}

function agreementOf(epochs: readonly LabelEpoch[]): Pick<LabelReport, "agreement" | "sensitivity" | "specificity"> {
  const said = { primary: 1, same: 0, silent: -1 } as const;
  const labels = labelsIn(epochs).map((one) => ({
    ...one,
    judge: one.says in said ? said[one.says as keyof typeof said] : null,
  }));
  return {
    agreement: weighted(labels, ({ judge, label }) => judge === label),
    sensitivity: weighted(
      labels.filter(({ label }) => label === 1),
      ({ judge }) => judge === 1,
    ),
    specificity: weighted(
      labels.filter(({ label }) => label !== 1),
      ({ judge }) => judge !== 1,
    ),
  };
}

/**
 * A rate in which each label weighs as many pairs as it stands for, 1 over its share; Wilson's interval at the effective number
 * of labels (Kish 1965).
 */
function weighted<T extends { readonly share: number; readonly count: number }>(
  among: readonly T[],
  holds: (one: T) => boolean,
): Rate {
  const sum = (of: (one: T) => number): number => among.reduce((all, one) => all + one.count * of(one), 0);
  const [of, count] = [sum(() => 1), sum((one) => Number(holds(one)))];
  if (of === 0) return { count, of, value: null, low: null, high: null };
  const weight = sum(({ share }) => 1 / share);
  const value = sum((one) => Number(holds(one)) / one.share) / weight;
  const effective = weight ** 2 / sum(({ share }) => 1 / share ** 2);
  return { count, of, value, ...wilson(value * effective, effective) };
}

/** A mean of so many labels alone varies as the mean of the rectified values does. */
function worthOf(epochs: readonly LabelEpoch[], labels: number): number {
  const variance = (values: readonly { readonly value: number; readonly count: number }[]) => {
    const of = values.reduce((sum, { count }) => sum + count, 0);
    const mean = values.reduce((sum, { value, count }) => sum + value * count, 0) / of;
    return { of, variance: values.reduce((sum, { value, count }) => sum + count * (value - mean) ** 2, 0) / of };
  };
  const alone = variance(labelsIn(epochs).map(({ label, count }) => ({ value: label, count })));
  const together = variance(
    epochs.flatMap((epoch) =>
      epoch.cells
        .filter(({ says, outcome }) => isAsked(says) && outcome !== "missing")
        .map((cell) => ({ value: rectifiedIn(cell, epoch, 1), count: cell.count })),
    ),
  );
  return together.variance === 0 ? labels : (together.of * alone.variance) / together.variance;
}
