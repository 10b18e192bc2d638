/**
 * `promote_provisional`: all but people have said so, who are asked for and have not shown it yet. `cannot_judge`: what is
 * missing is our own fault, a key or a price, and no number of pairs would mend it.
 */
export const DECISIONS = ["promote", "promote_provisional", "reject", "keep_watching", "cannot_judge"] as const;
export type Decision = (typeof DECISIONS)[number];

/** Rungs of quality from the most exact, then what a call costs in failures, time and money. */
export const CRITERIA = [
  "checks",
  "own_checks",
  "rubric",
  "judge",
  "labels",
  "likeness",
  "errors",
  "latency",
  "first_token",
  "cost",
] as const;
export type CriterionName = (typeof CRITERIA)[number];

/**
 * `pass`: shown to be within the margin. `fail`: shown to be beyond it. `open`: neither yet. `cannot_tell`: it never will
 * be, whatever comes. `off`: not asked for, or nothing to ask it of.
 */
export const CRITERION_STATES = ["pass", "fail", "open", "cannot_tell", "off"] as const;
export type CriterionState = (typeof CRITERION_STATES)[number];

/** `points`: a difference of rates, 0.05 is five points. `share`: of what can agree. `ratio`: silent over primary. */
export type CriterionUnit = "points" | "share" | "ratio";
