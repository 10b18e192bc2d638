import type { BoundsNow, CriterionHistory, CriterionOverview, KindHistory } from "@understudy/contracts";

/** Where an experiment's criteria stand, when so many pairs had entered. */
export interface CriteriaMoment {
  readonly experiment: string;
  /** A text of all that they hang on besides pairs: under another the histories begin anew. */
  readonly rules: string;
  readonly pairs: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly criteria: readonly CriterionOverview[];
  /** Kinds of request; the course of one that is not among them is forgotten. */
  readonly kinds: readonly BoundsNow<string>[];
}

/** How the bounds of criteria, and of kinds of request, narrowed, kept as pairs came. */
export interface HistoryStore {
  /** The newest moment of an experiment that is kept; null without one. */
  newest(experiment: string): Promise<{ readonly rules: string; readonly pairs: number } | null>;
  /** Adds a moment; one that is no newer than what is kept by the same rules is passed over. */
  add(moment: CriteriaMoment): Promise<void>;
  /** In the order of `CRITERIA`; empty where nothing has entered. */
  read(experiment: string): Promise<readonly CriterionHistory[]>;
  /** Of its kinds of request, the most frequent first when the newest moment was kept. */
  kinds(experiment: string): Promise<readonly KindHistory[]>;
}
