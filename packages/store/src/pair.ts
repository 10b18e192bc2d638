import type { Comparison } from "@understudy/evaluation";
import type { CallRecord } from "@understudy/router";

/** How an admitted mirror ended. Every admitted mirror ends in exactly one pair row. */
export const PAIR_OUTCOMES = ["paired", "failed", "expired", "dropped"] as const;
export type PairOutcome = (typeof PAIR_OUTCOMES)[number];

/** The primary call record and the silent one for one request and one silent model. */
export interface Pair {
  readonly id: string;
  readonly experiment: string;
  readonly request_id: string;
  readonly silent_model: string;
  readonly outcome: PairOutcome;
  /** Why, for expired and dropped. */
  readonly reason: string | null;
  /** Epoch milliseconds at which the outcome was known. */
  readonly created_at: number;
  readonly primary: CallRecord;
  /** Null when the silent model was never called. */
  readonly silent: CallRecord | null;
  /** The request as sent to the primary, credentials stripped; null under `payloads: metrics_only`. */
  readonly request: unknown;
  /** Figures of the comparison; null when there is nothing to compare. Old ones lack what came later. */
  readonly comparison: Partial<Comparison> | null;
  /** Hash of the conversation or user that the request names, for statistics. Written, and not read back. */
  readonly cluster?: string | null;
}

/** How texts are kept. */
export interface Retention {
  readonly payloads: "full" | "metrics_only";
  /** Milliseconds after which the texts (request and answers) are deleted; the figures stay. */
  readonly retentionMs: number;
}
