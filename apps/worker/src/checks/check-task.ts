import type { OwnCheck } from "@understudy/config";
import type { CheckedAs } from "@understudy/evaluation/own-checks";
import type { Answer, ApiName } from "@understudy/contracts";

/** Answers that are held to checks, as plain data. */
export interface CheckTask {
  readonly checks: readonly OwnCheck[];
  /** None: the checks are only looked at, and each has one result that says whether it can be run at all. */
  readonly answers: readonly Answer[];
  /** The API of the request. */
  readonly api: ApiName;
  /** JSON text of the request. */
  readonly request: string;
}

/** What one check says of one answer; `why` is for the operator, where it could not be run. */
export interface CheckAnswer {
  readonly as: CheckedAs;
  readonly why: string | null;
}

/** By check, then by answer. */
export type CheckAnswers = readonly (readonly CheckAnswer[])[];
