import type { HIGHER_RUNGS } from "../verdict/criteria.ts";
import type { CriterionName } from "@understudy/contracts";

/** A figure that a plan rests on, and who says so. */
export interface Assumed {
  readonly value: number;
  /** `asked`: it was given. `traffic`: measured so far. `guess`: usual, until there is traffic. */
  readonly from: "asked" | "traffic" | "guess";
}

/** What is to be planned; what is not given is taken from the traffic, else guessed. */
export interface PlanAsked {
  /** Margin of quality: points as a fraction, or a share of what can agree. */
  readonly margin?: number;
  /** How often the primary's model differs from itself, 0 to 1. */
  readonly floor?: number;
  /** Correlation of what candidate and control differ in, 0 to 1. */
  readonly overlap?: number;
  /** True loss of the candidate in the unit of the margin; 0 is an equal one. */
  readonly loss?: number;
  readonly candidates?: number;
  /** Where there is no pace of traffic yet, or another is to come. */
  readonly pairs_a_day?: number;
}

/** Likeness is asked for pairs; what else is open goes on as it went so far. */
export type RequirementName =
  | "pairs"
  | "conversations"
  | "kind"
  | "span"
  | Exclude<CriterionName, "checks" | "likeness">;

/** One thing that a promote waits for. All figures are counted from the first pair. */
export interface Requirement {
  readonly name: RequirementName;
  /** What it asks for, in words. */
  readonly what: string;
  /** Null where it asks for none, or cannot be foreseen. */
  readonly conversations: number | null;
  readonly pairs: number | null;
  /** At the pace so far, from the first pair; null without a pace. */
  readonly days: number | null;
}

export interface PlanCost {
  /** The candidate's calls, the control's on the same requests, and the judge's; USD. */
  readonly silent: number;
  readonly control: number;
  readonly judge: number;
  readonly all: number;
}

/** What it takes until a candidate is decided on, should luck be even. Simulated medians are 0.7 to 0.8 of it, nine of ten below 1.8. */
export interface Plan {
  /** Of an experiment; null before any traffic. */
  readonly experiment: string | null;
  /** Which answers it is for: all of an experiment's, or a kind of them before any traffic. */
  readonly answers: string;
  /** What decides quality: likeness to the primary's answers, a judge, your own checks, or people. */
  readonly rung: "likeness" | (typeof HIGHER_RUNGS)[number];
  /** Of the rung that decides. */
  readonly margin: number;
  /** Whether the margin is points, or a share of what can agree. */
  readonly unit: "points" | "share";
  readonly floor: Assumed;
  readonly overlap: Assumed;
  readonly loss: Assumed;
  readonly candidates: Assumed;
  /** Mean turns of a conversation. */
  readonly turns: number;
  readonly pairs_a_day: number | null;
  readonly requirements: readonly Requirement[];
  /** The requirement that takes longest; null where nothing can be told. */
  readonly binds: RequirementName | null;
  /** From the first pair to the decision; `from` and `to` are what luck makes of it. Null: it cannot be told, or would never end. */
  readonly pairs: Span | null;
  readonly days: Span | null;
  readonly usd: PlanCost | null;
  /** What of it is still to come. */
  readonly more: { readonly pairs: number | null; readonly days: number | null };
  /** Why no number of pairs would do; null where one does. */
  readonly never: string | null;
}

export interface Span {
  readonly expected: number;
  readonly from: number;
  readonly to: number;
}

/** Of simulated experiments half end at 0.71 to 0.82 of what even luck takes, and nine of ten before 1.8 times as much. */
const LUCK = { from: 0.7, to: 1.8 } as const;

export function withLuck(expected: number): Span {
  return { expected, from: Math.ceil(expected * LUCK.from), to: Math.ceil(expected * LUCK.to) };
}
