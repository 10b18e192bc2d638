/** `not_run`: it took too much time or memory, or threw: nothing is known of this answer. */
export type CheckedAs = "pass" | "fail" | "not_run";

/** What one check says of both answers of a pair. */
export interface OwnCheckResult {
  readonly name: string;
  /** As it is written, with `not-`. */
  readonly type: string;
  readonly primary: CheckedAs;
  readonly silent: CheckedAs;
}

/** What all checks say of a pair. Nothing of the answers is in it. */
export interface OwnChecked {
  /** Id of the set of checks; results of another set are not to be added to these. */
  readonly set: string;
  /** Empty where there were not two answers. */
  readonly results: readonly OwnCheckResult[];
}

/** What a pair is worth to the rung of own checks. */
export interface OwnWorth {
  /** 1: the candidate fails a check that the primary passes; -1: the reverse. At its worst where one was not run: for a pass. */
  readonly high: number;
  /** The same at its best: for a fail. */
  readonly low: number;
  /** Whether the primary passes a check that asks for something: only there nonsense would be seen. */
  readonly told: boolean;
}

/** Nothing is known of the two answers, or only that the candidate has none. */
export const NOT_RUN: OwnWorth = { high: 1, low: -1, told: false };
export const CANDIDATE_FAILED: OwnWorth = { high: 1, low: 1, told: false };

/** What these results are worth. Where a check ended on the primary's answer and not on the candidate's, the candidate fails it. */
export function worthOf({ results }: OwnChecked): OwnWorth {
  if (results.length === 0) return NOT_RUN;
  const sides = results.map(({ primary, silent }) => ({
    primary,
    silent: silent === "not_run" && primary !== "not_run" ? "fail" : silent,
  }));
  const any = (is: (one: (typeof sides)[number]) => boolean): number => Number(sides.some(is));
  const lost = { may: any((one) => one.primary !== "fail" && one.silent !== "pass"), is: any(isLost) };
  const gained = { may: any((one) => one.primary !== "pass" && one.silent !== "fail"), is: any(isGained) };
  return {
    high: lost.may - gained.is,
    low: lost.is - gained.may,
    told: results.some(({ type, primary }) => primary === "pass" && !type.startsWith("not-")),
  };
}

/** What is lost and what is won by the candidate, check by check. */
export function isLost({ primary, silent }: Pick<OwnCheckResult, "primary" | "silent">): boolean {
  return primary === "pass" && silent === "fail";
}

export function isGained({ primary, silent }: Pick<OwnCheckResult, "primary" | "silent">): boolean {
  return primary === "fail" && silent === "pass";
}
