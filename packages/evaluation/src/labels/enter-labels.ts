import type { JudgedPair, LabelCell, LabelEpoch } from "./label.ts";
import { countLabels, FIRST_GUESS, fitPredictions, nextFit } from "./predictions.ts";

/**
 * Enters judged pairs, in their order, after those that have entered. A prediction is fixed before the pair it is of: where
 * the labels have grown by half, or the share that is drawn is another one, the pair begins a new epoch.
 */
export function enterLabels(
  before: readonly LabelEpoch[],
  pairs: readonly JudgedPair[],
  margin: number,
): readonly LabelEpoch[] {
  const epochs = [...before];
  for (const pair of pairs) {
    const current = epochs.at(-1);
    const open = epochFor(pair, epochs, margin);
    const entered = { ...open, cells: withOne(open.cells, pair) };
    if (open === current) epochs[epochs.length - 1] = entered;
    else epochs.push(entered);
  }
  return epochs;
}

function epochFor({ share }: JudgedPair, epochs: readonly LabelEpoch[], margin: number): LabelEpoch {
  const current = epochs.at(-1);
  if (current === undefined) return { share, predictions: FIRST_GUESS, fitted_on: 0, cells: [] };
  const labels = countLabels(epochs);
  if (labels >= nextFit(current.fitted_on)) {
    return { share, predictions: fitPredictions(epochs, margin), fitted_on: labels, cells: [] };
  }
  return share === current.share ? current : { ...current, share, cells: [] };
}

function withOne(cells: readonly LabelCell[], { says, outcome }: JudgedPair): readonly LabelCell[] {
  const isIt = (cell: LabelCell): boolean => cell.says === says && cell.outcome === outcome;
  return cells.some(isIt)
    ? cells.map((cell) => (isIt(cell) ? { ...cell, count: cell.count + 1 } : cell))
    : [...cells, { says, outcome, count: 1 }];
}
