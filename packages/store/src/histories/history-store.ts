import type { CriterionHistory, CriterionOverview } from "@understudy/contracts";

/** Where an experiment's criteria stand, when so many pairs had entered. */
export interface CriteriaMoment {
  readonly experiment: string;
  /** A text of all that they hang on besides pairs: under another the histories begin anew. */
  readonly rules: string;
  readonly pairs: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly criteria: readonly CriterionOverview[];
}

/** How the bounds of criteria narrowed, kept as pairs came. */
export interface HistoryStore {
  /** The newest moment of an experiment that is kept; null without one. */
  newest(experiment: string): Promise<{ readonly rules: string; readonly pairs: number } | null>;
  /** Adds a moment; one that is no newer than what is kept by the same rules is passed over. */
  add(moment: CriteriaMoment): Promise<void>;
  /** In the order of `CRITERIA`; empty where nothing has entered. */
  read(experiment: string): Promise<readonly CriterionHistory[]>;
}
