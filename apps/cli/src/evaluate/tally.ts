import type { OwnCheckSet } from "@understudy/config";
import { isGained, isLost, type OwnChecked, worthOf } from "@understudy/evaluation";

/** Pairs that are named for each check. */
const MOST_NAMED = 3;

/** What one check says of the pairs: how many answers pass, and who wins where they differ. */
export interface CheckTally {
  readonly name: string;
  readonly type: string;
  primary_passes: number;
  silent_passes: number;
  /** The silent model passes what the primary fails. */
  won: number;
  /** The silent model fails what the primary passes. */
  lost: number;
  /** Pairs of which one answer or both could not be checked. */
  not_run: number;
  /** Ids of the first pairs that were lost. */
  readonly losing_pairs: string[];
  /** Why it could not be run, the first time; null where it could. */
  why: string | null;
}

/** As `--json` prints it. */
export interface EvaluateResult {
  readonly experiment: string;
  /** Pairs that were looked at, newest first. */
  pairs: number;
  /** Pairs of which both answers were held to the checks. */
  checked: number;
  /** The silent model's own failures: lost in all checks. */
  silent_failed: number;
  /** Pairs that say nothing of the candidate: not comparable, or a failure of the primary's or of ours. */
  not_comparable: number;
  /** Their texts are not kept, or not any more. */
  without_texts: number;
  readonly checks: readonly CheckTally[];
  /** Sum over pairs of what the rung bets on: 1 lost, -1 won; what could not be run at its worst. */
  loss: number;
}

export function emptyResult(experiment: string, { checks }: OwnCheckSet): EvaluateResult {
  const zero = { primary_passes: 0, silent_passes: 0, won: 0, lost: 0, not_run: 0 };
  return {
    experiment,
    pairs: 0,
    checked: 0,
    silent_failed: 0,
    not_comparable: 0,
    without_texts: 0,
    checks: checks.map(({ name, type, not }) => {
      return { name, type: not ? `not-${type}` : type, ...zero, losing_pairs: [], why: null };
    }),
    loss: 0,
  };
}

export function addChecked(result: EvaluateResult, pairId: string, checked: OwnChecked): void {
  result.checked += 1;
  result.loss += worthOf(checked).high;
  for (const [index, one] of checked.results.entries()) {
    const tally = result.checks[index];
    if (tally === undefined) continue;
    tally.primary_passes += Number(one.primary === "pass");
    tally.silent_passes += Number(one.silent === "pass");
    tally.not_run += Number(one.primary === "not_run" || one.silent === "not_run");
    tally.won += Number(isGained(one));
    // What ended on the primary's answer alone is the candidate's failure.
    if (isLost(one) || (one.primary === "pass" && one.silent === "not_run")) addLost(tally, pairId);
  }
}

export function addFailed(result: EvaluateResult, pairId: string): void {
  result.silent_failed += 1;
  result.loss += 1;
  for (const tally of result.checks) addLost(tally, pairId);
}

function addLost(tally: CheckTally, pairId: string): void {
  tally.lost += 1;
  if (tally.losing_pairs.length < MOST_NAMED) tally.losing_pairs.push(pairId);
}
