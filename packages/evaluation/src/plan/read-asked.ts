import type { PlanAsked } from "./plan.ts";

interface Rule {
  readonly least: number;
  readonly most: number;
  readonly whole?: true;
  /** What to write, for whoever wrote something else. */
  readonly rule: string;
}

/** What a plan may be asked for, by its name in a query; a flag has dashes for underscores. */
export const PLAN_ASKS = {
  margin: { least: 0.001, most: 0.5, rule: "must be a fraction from 0.001 to 0.5: 0.05 is five points" },
  floor: { least: 0, most: 1, rule: "must be a share from 0 to 1: how often the primary's model differs from itself" },
  overlap: { least: 0, most: 0.95, rule: "must be a correlation from 0 to 0.95" },
  loss: { least: 0, most: 1, rule: "must be a fraction from 0 to 1: 0.01 is a candidate that loses a point" },
  candidates: { least: 1, most: 1_000, whole: true, rule: "must be a whole number from 1 to 1000" },
  pairs_a_day: { least: 1, most: 1e9, rule: "must be a number of pairs from 1 on" },
} as const satisfies Record<keyof PlanAsked, Rule>;

export class PlanAskedFault extends Error {
  readonly param: keyof PlanAsked;
  readonly rule: string;

  constructor(param: keyof PlanAsked, rule: string) {
    super(`${param} ${rule}`);
    this.name = "PlanAskedFault";
    this.param = param;
    this.rule = rule;
  }
}

/** What is asked for in texts, as a query or flags have it. Throws `PlanAskedFault` for what is no number or out of its range. */
export function readPlanAsked(texts: Readonly<Record<string, unknown>>): PlanAsked {
  const asked: { -readonly [Key in keyof PlanAsked]: PlanAsked[Key] } = {};
  for (const [param, rules] of Object.entries(PLAN_ASKS) as [keyof PlanAsked, Rule][]) {
    const text = texts[param];
    if (text === undefined) continue;
    const value = typeof text === "string" && /^\d{1,12}(?:\.\d{1,12})?$/.test(text) ? Number(text) : Number.NaN;
    const { least, most, whole = false, rule } = rules;
    if (!(value >= least && value <= most) || (whole && !Number.isInteger(value)))
      throw new PlanAskedFault(param, rule);
    asked[param] = value;
  }
  return asked;
}
