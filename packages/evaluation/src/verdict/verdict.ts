import type { CriterionName, CriterionState, CriterionUnit, Decision } from "@understudy/contracts";
import type { Asymptotic } from "./asymptotic-cost.ts";
import type { Noise } from "./noise.ts";
import type { Headroom } from "./headroom.ts";
import type { Kept } from "./kept.ts";
import type { Kind } from "./kinds.ts";
import type { Pace } from "./pace.ts";

/** Greatest chance, over all the time one watches, that a candidate beyond a margin is promoted. */
export const ALPHA = 0.05;

/** One question of the verdict: is the silent model worse than the primary by no more than the margin? */
export interface Criterion {
  readonly name: CriterionName;
  readonly state: CriterionState;
  /** What the margin limits, in its unit: the mean over conversations; null without any. */
  readonly estimate: number | null;
  /** The same over pairs, where conversations have more than one. */
  readonly pair_estimate: number | null;
  /** Bounds that hold at any time one looks (each one-sided, at the level that decides); null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly margin: number | null;
  readonly unit: CriterionUnit;
  readonly conversations: number;
  readonly pairs: number;
  /** Share of the pairs that it speaks for, 0 to 1; null where there are none. */
  readonly share: number | null;
  /** `exact`: its level holds whatever the traffic. `conditional`: it holds under the condition of `note`. */
  readonly basis: "exact" | "conditional";
  /**
   * Bounds that hold for many pairs whose dearest calls are like those seen, where no cap on a call is known or it is far above
   * the mean. They decide nothing; null where they are not shown.
   */
  readonly asymptotic: Asymptotic | null;
  /** Further pairs until it is decided, should all go on as so far; null when that cannot be told or is beyond 1,000,000. */
  readonly pairs_needed: number | null;
  /** What it takes to decide it, or under which condition its bound holds: to be read after its name; null: nothing. */
  readonly note: string | null;
  /** A sentence for a person, with all of the above. */
  readonly reason: string;
}

/** Why a promote does not stand though its criteria may pass: a bad sample, a short time, a change, a kind that is broken. */
export interface Block {
  readonly name:
    | "measured"
    | "lost"
    | "sample"
    | "span"
    | "recent"
    | "changed"
    | "kind"
    | "heavy_conversation"
    | "pair_mean"
    | "judge_failed"
    | "nothing_can_tell";
  readonly reason: string;
}

/** What the evidence says of an experiment. It may be looked at after every pair: its level holds all the same. */
export interface Verdict {
  readonly decision: Decision;
  /** One short sentence: what decides, and how many more pairs it takes. The criteria have the rest. */
  readonly reason: string;
  readonly conversations: number;
  /** Conversations that may still go on, or wait for an outcome: not there for the decision. */
  readonly open: number;
  /** Pairs that entered the criteria so far. */
  readonly pairs: number;
  /** Further pairs until every criterion and every kind is decided; null when that cannot be told, 0 when it is. */
  readonly pairs_needed: number | null;
  /** Days until then at the pace so far, and not before the least span is over; null where either is not known. */
  readonly days_needed: number | null;
  readonly pace: Pace;
  /** Greatest chance of promoting a candidate that is beyond a margin, over all candidates of the group together: 0.05. */
  readonly alpha: number;
  /** Candidates that share this chance. */
  readonly candidates: number;
  readonly criteria: readonly Criterion[];
  readonly blocks: readonly Block[];
  readonly kinds: readonly Kind[];
  readonly headroom: readonly Headroom[];
  /** The relative margin, beside the one in points or instead of it; null without a control or a margin of quality. */
  readonly kept: Kept | null;
  /** How much differs by chance; null without a control. */
  readonly noise: Noise | null;
  /** Rungs of quality that carry the verdict, with the share of the pairs each speaks for. */
  readonly rungs: readonly { readonly name: CriterionName; readonly share: number }[];
}
