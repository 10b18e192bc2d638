import type { Account, ExperimentKey } from "./account.ts";
import type { ExperimentRun } from "./experiment-api.ts";
import type { CriterionName, CriterionState, CriterionUnit, Decision } from "./verdict.ts";

/** One of `GET /api/experiments?include=verdict`: what a list of experiments shows, all of them in one answer. */
export interface ExperimentOverview extends ExperimentKey, ExperimentRun {
  readonly replay: boolean;
  readonly counts: Account;
  /** Null until it has been made for the first time since the gateway started, or where it could not be: `reason` says why. */
  readonly verdict: VerdictOverview | null;
  /** Those that are asked for, in the order of `CRITERIA`. Empty without a verdict. */
  readonly criteria: readonly CriterionOverview[];
  /** Rungs of quality that carry the verdict, and the share of the pairs that each speaks for, 0 to 1. */
  readonly carried_by: readonly { readonly name: CriterionName; readonly share: number }[];
  readonly saving: Saving;
  readonly traffic: Traffic;
  /** Why there is no verdict to show; null where there is one. */
  readonly without: string | null;
  /** Epoch milliseconds: what it says is as of then. */
  readonly as_of: number | null;
}

/** A verdict in the words and figures of a list; the report has the rest. */
export interface VerdictOverview {
  readonly decision: Decision;
  /** One sentence, written where the verdict is reached: the same in list, page, report and terminal. */
  readonly reason: string;
  readonly conversations: number;
  readonly pairs: number;
  /** Further pairs until it is decided; 0 when it is, null when that cannot be told. */
  readonly pairs_needed: number | null;
  readonly days_needed: number | null;
  /** Epoch milliseconds at which that is, at the pace so far; null when it is decided, or cannot be told. */
  readonly expected_at: number | null;
  /** USD for the silent calls until then, at what they cost so far. */
  readonly usd_needed: number | null;
  /** Share of what was admitted and has ended that was measured, 0 to 1; null before anything was. */
  readonly measured: number | null;
}

/** Bounds now: of a criterion, or of a kind of request. */
export interface BoundsNow<Name extends string> {
  readonly name: Name;
  readonly unit: CriterionUnit;
  readonly margin: number | null;
  /** Bounds that hold at any time one looks; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly estimate: number | null;
  readonly state: CriterionState;
  readonly pairs: number;
  readonly conversations: number;
  /** How much answers of the primary differ by chance, 0 to 1: of likeness where there is a control, else null. */
  readonly control: number | null;
}

/** One criterion's bounds now. */
export interface CriterionOverview extends BoundsNow<CriterionName> {
  /** A sentence with all of it. */
  readonly reason: string;
}

/** USD that the candidate would save in 30 days of all the group's requests; below 0 it costs more. */
export interface Saving {
  readonly usd_a_month: number | null;
  /** Why it is not known; null where it is. */
  readonly reason: string | null;
}

/** What its primary group is asked, and what that costs, mirrored or not; null where that is not known. */
export interface Traffic {
  readonly requests_a_day: number | null;
  /** USD for the primary's answers in 30 days, at what they cost in the pairs. */
  readonly usd_a_month: number | null;
}

/** A criterion at one moment, as it was found when conversations entered. */
export interface HistoryPoint {
  readonly pairs: number;
  readonly conversations: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly estimate: number | null;
  /** Of likeness: how much the control differed by then; null where there is none. */
  readonly control: number | null;
}

/** How bounds narrowed, kept as pairs came: at most 72 points, with those at which a bound moved most. */
export interface BoundsHistory<Name extends string> {
  readonly name: Name;
  readonly unit: CriterionUnit;
  readonly margin: number | null;
  readonly points: readonly HistoryPoint[];
  /** When it came to the state it is in since, where that is within or beyond the margin; null while it is open. */
  readonly decided: { readonly state: "pass" | "fail"; readonly pairs: number; readonly at: number } | null;
}

export type CriterionHistory = BoundsHistory<CriterionName>;
/** Of a kind of request, by the margin beyond which it fails: its name is the verdict's. */
export type KindHistory = BoundsHistory<string>;

/** `GET /api/experiments/:id/history`. */
export interface ExperimentHistory {
  readonly experiment: string;
  readonly criteria: readonly CriterionHistory[];
  /** Of the most frequent kinds, at most 24; with `?include=kinds`, else empty. */
  readonly kinds: readonly KindHistory[];
}

/** Data of an event `changed` of `GET /api/events`: ids of what is to be asked for anew. */
export interface Changed {
  readonly experiments: readonly string[];
  readonly rollouts: readonly string[];
  readonly queues: readonly string[];
}
