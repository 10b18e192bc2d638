export const DECISIONS = ["promote", "reject", "keep_watching"] as const;
export type Decision = (typeof DECISIONS)[number];

export const CRITERIA = ["quality", "errors", "latency", "cost"] as const;
export type CriterionName = (typeof CRITERIA)[number];

/** Greatest chance, over all the time one watches, that a candidate beyond a margin is promoted. */
export const ALPHA = 0.05;

/** The same of one criterion failing a candidate that is within its margin: any of them rejects, so they share the level. */
export const FAIL_ALPHA = ALPHA / CRITERIA.length;

/** One question of the verdict: is the silent model worse than the primary by no more than the margin? */
export interface Criterion {
  readonly name: CriterionName;
  /** `pass`: shown to be within the margin. `fail`: shown to be beyond it. `open`: neither yet. `off`: no margin is set. */
  readonly state: "pass" | "fail" | "open" | "off";
  /** Point estimate of what the margin limits, in the margin's unit; null without pairs. */
  readonly estimate: number | null;
  /** Bounds that hold at any time one looks (each one-sided, at the verdict's level); null without pairs. */
  readonly low: number | null;
  readonly high: number | null;
  readonly margin: number | null;
  /** `points`: a difference of rates, 0.05 is five points. `ratio`: silent over primary. */
  readonly unit: "points" | "ratio";
  readonly pairs: number;
  /** Further pairs until it is decided, should all go on as so far; null when that cannot be told or is beyond 1,000,000. */
  readonly pairs_needed: number | null;
  /** What it takes to decide it, or under which condition its bound holds: to be read after its name; null: nothing. */
  readonly note: string | null;
  /** A sentence for a person, with all of the above. */
  readonly reason: string;
}

/** What the evidence says of an experiment. It may be looked at after every pair: its level holds all the same. */
export interface Verdict {
  readonly decision: Decision;
  /** One short sentence: what decides, and how many more pairs it takes. The criteria have the rest. */
  readonly reason: string;
  /** Pairs with an answer of both sides so far. */
  readonly pairs: number;
  /** Further pairs until every criterion is decided; null when that cannot be told, 0 when it is. */
  readonly pairs_needed: number | null;
  /** Greatest chance of promoting a candidate that is beyond a margin: 0.05. */
  readonly alpha: number;
  readonly criteria: readonly Criterion[];
}
