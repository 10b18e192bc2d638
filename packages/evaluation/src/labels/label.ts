/** What a judge said of a pair that people may be asked about: which answer it prefers, or nothing that can be read. */
export const JUDGE_SAYS = ["primary", "same", "silent", "unreadable"] as const;
/** Needs nobody: identical answers are the same, and one that is missing is worse. */
const KNOWN_SAYS = ["identical", "nothing"] as const;
export type JudgeSays = (typeof JUDGE_SAYS)[number] | (typeof KNOWN_SAYS)[number];

/** 1: the primary's answer is the better one, 0: neither, -1: the candidate's. */
export type Label = -1 | 0 | 1;

/** `missing`: drawn, and nobody said anything in time, or somebody that it cannot be told. */
export type LabelOutcome = Label | "not_drawn" | "missing";

/** A judged pair at its turn: `share` is the probability with which it was drawn to be labelled. */
export interface JudgedPair {
  readonly says: JudgeSays;
  readonly share: number;
  readonly outcome: LabelOutcome;
}

/** What a person is predicted to say, from what the judge said: -1 to 1. */
export type Predictions = Readonly<Record<JudgeSays, number>>;

/** Judged pairs that entered under the same predictions. Inside one their order does not matter, so they are counts. */
export interface LabelEpoch {
  readonly share: number;
  readonly predictions: Predictions;
  /** How many labels these predictions were fitted on; 0 is the starting guess. */
  readonly fitted_on: number;
  readonly cells: readonly LabelCell[];
}

export interface LabelCell {
  readonly says: JudgeSays;
  readonly outcome: LabelOutcome;
  readonly count: number;
}

/** The label queue of one experiment, and the pairs that entered by its order. */
export interface LabelEvidence {
  readonly epochs: readonly LabelEpoch[];
  readonly progress: LabelProgress;
}

/** How the pairs stand that people are asked about. `drawn` is the sum of the others. */
export interface LabelProgress {
  readonly drawn: number;
  readonly labelled: number;
  readonly skipped: number;
  /** Without a label after seven days, or once its texts are gone. Counts against the candidate. */
  readonly overdue: number;
  readonly waiting: number;
}

export const NO_LABELS: LabelEvidence = {
  epochs: [],
  progress: { drawn: 0, labelled: 0, skipped: 0, overdue: 0, waiting: 0 },
};

/** Whether people are asked about it when it is drawn. */
export function isAsked(says: JudgeSays): boolean {
  return knownLabel(says) === null;
}

/** What is known without a person: null where one has to be asked. */
export function knownLabel(says: JudgeSays): Label | null {
  if (says === "identical") return 0;
  return says === "nothing" ? 1 : null;
}

export function isLabel(outcome: LabelOutcome): outcome is Label {
  return typeof outcome === "number";
}
