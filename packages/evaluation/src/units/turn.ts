import type { AnswerKind } from "../compare/figures.ts";
import type { OwnWorth } from "../own-checks/outcome.ts";

/** Kinds of answer in which likeness can tell: they have one right form, free text, prose in JSON and programs have many. */
export const LIKENESS_KINDS = [
  "tool_calls",
  "json",
  "closed",
  "refusal",
  "embeddings",
] as const satisfies readonly AnswerKind[];

/**
 * What a pair is to the verdict. `measured`: both answered the same question. `silent_failed`: the candidate's own failure.
 * `our_fault`: a wrong key, a model that is not there, a parameter that we adapted wrongly. `primary_failed` and
 * `not_comparable`: nothing to compare with.
 */
export const STANDINGS = ["measured", "silent_failed", "our_fault", "primary_failed", "not_comparable"] as const;
export type Standing = (typeof STANDINGS)[number];

/** One mirrored request of an experiment: what its criteria are computed from. */
export interface Turn {
  readonly conversation: string;
  /** Epoch milliseconds. */
  readonly admitted_at: number;
  readonly answer_kind: AnswerKind | null;
  /** Kinds of request it belongs to, besides its kind of answer: `tools`, `stream`, `long`, `language=cjk`, ... */
  readonly kinds: readonly string[];
  /** 1: the candidate's answer differs from the primary's, or could not be measured; 0: it does not; null: not a unit of quality. */
  readonly differs: number | null;
  /** The same of the control on the same request; null where it has none. */
  readonly control_differs: number | null;
  /** 1: the candidate fails a check that the primary passes; -1: the reverse; null: not a unit of quality. */
  readonly checks: number | null;
  /** What the operator's own checks say of it; null or absent: none were asked for, or it is not a unit of quality. */
  readonly own?: OwnWorth | null;
  /** 1: only the candidate's call failed, -1: only the primary's; null: our fault. */
  readonly errors: number | null;
  /** Silent over primary, of calls that both ended well; Infinity where only the candidate failed. */
  readonly latency: number | null;
  readonly first_token: number | null;
  /** USD; null where one of the two is not known. */
  readonly primary_cost: number | null;
  readonly silent_cost: number | null;
}
