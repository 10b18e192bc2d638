import type { CallRecord, Excerpt, PairOutcome } from "@understudy/contracts";
import type { Comparison, Judgement, NotComparable, OwnChecked } from "@understudy/evaluation";

/** The reason of a pair whose silent model was called, and which was given up comparing. */
export const NOT_COMPARED = "too_expensive" satisfies NotComparable;

/** The primary call record and the silent one for one request and one silent model. */
export interface Pair {
  readonly id: string;
  readonly experiment: string;
  readonly request_id: string;
  readonly silent_model: string;
  readonly outcome: PairOutcome;
  /** Why, for expired and dropped; the kind of failure, for failed; `too_expensive` for a pair that was not compared. */
  readonly reason: string | null;
  /** Epoch milliseconds at which the outcome was known. */
  readonly created_at: number;
  readonly primary: CallRecord;
  /** Null when the silent model was never called. */
  readonly silent: CallRecord | null;
  /** The request as sent to the primary, credentials stripped; null under `payloads: metrics_only`. */
  readonly request: unknown;
  /**
   * Figures of the comparison; null when the silent model was never called, or when comparing was too expensive. Old ones
   * lack what came later.
   */
  readonly comparison: Partial<Comparison> | null;
  /** What the operator's own checks say of both answers; null or absent where none were asked for. Not read back in lists. */
  readonly own_checks?: OwnChecked | null;
  /** Epoch milliseconds at which it was decided to mirror the request. Written, and not read back, like the next. */
  readonly admitted_at?: number;
  /** The rollout whose candidate gave the primary's answer. */
  readonly rollout?: string;
  readonly subject?: PairSubject;
  /** What the request is one turn of, for statistics: hashes. */
  readonly conversation?: { readonly key: string | null; readonly finer: string | null };
  /**
   * Null or absent: no judge is to be asked. `asked`: one will be, and its review tells. `nothing_to_judge`: it was drawn, and
   * the silent model gave nothing to judge.
   */
  readonly judge?: "asked" | "nothing_to_judge" | null;
}

/** A pair as lists show it: without its texts, but for an excerpt of them while they are kept. */
export interface ListedPair extends Pair {
  /** Why it is worth reading, in words; without the texts' own once these are gone. */
  readonly said: string;
  /** Null where texts were not kept, are past their retention, or were stored before there were any. */
  readonly excerpt: Excerpt | null;
  /** What a judge said of it; null where none was asked. */
  readonly judgement: Judgement | null;
  /** Further pairs of its prompt that are worse than the primary's as well; there where one pair a prompt was asked for. */
  readonly more?: number;
}

/** Who and what the request names, hashed: so that all of a person's can be found and deleted. Written, and not read back. */
export interface PairSubject {
  readonly users: readonly string[];
  readonly sessions: readonly string[];
}

/** How texts are kept. */
export interface Retention {
  readonly payloads: "full" | "metrics_only";
  /** Milliseconds after which the texts (request and answers) are deleted; the figures stay. */
  readonly retentionMs: number;
}
