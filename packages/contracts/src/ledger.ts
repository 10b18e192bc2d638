import type { ExperimentKey } from "./account.ts";
import type { Caller } from "./call-record.ts";

/**
 * One count of the ledger: mirrors that were decided on (`admitted`), requests that were not to be mirrored (`skipped`),
 * and mirrors given up before they reached the queue (`dropped`).
 */
export interface LedgerEntry {
  readonly experiment: string;
  readonly kind: "admitted" | "skipped" | "dropped";
  /** Empty for admitted. */
  readonly reason: string;
  /** Kind of request: `size=under 1 KB;stream=no;tools=yes`. */
  readonly stratum?: string;
  readonly count: number;
}

/** The same of one caller: what was not to be mirrored, or was given up. */
export interface CallerEntry extends Caller {
  readonly experiment: string;
  readonly kind: "skipped" | "dropped";
  readonly reason: string;
  readonly count: number;
}

/** A mirror that was decided on. */
export interface AdmittedMirror {
  readonly pair_id: string;
  readonly experiment: string;
  readonly caller?: Caller | undefined;
  /** Epoch milliseconds, like the next. */
  readonly admitted_at: number;
  readonly expires_at: number;
}

/** What one gateway process has to say of its mirrors since its last batch. */
export interface LedgerBatch {
  /** Tried again under the same id a batch counts once. */
  readonly id: string;
  readonly counts: readonly LedgerEntry[];
  /** Those of `counts` whose caller is known; absent for none. */
  readonly callers?: readonly CallerEntry[];
  /** Mirrors that were decided on, and not given up within the same batch. */
  readonly admissions: readonly AdmittedMirror[];
  /** Pair ids that an earlier batch admitted and that were given up since; `counts` has their drops. */
  readonly withdrawn: readonly string[];
}

/** A failed pair whose job is to be tried again. Epoch milliseconds. */
export interface Reopening {
  readonly pair_id: string;
  readonly experiment: ExperimentKey;
  /** When its job failed: an outcome that was written later is another's. */
  readonly failed_at: number;
  /** Of the new admission, like the next. */
  readonly admitted_at: number;
  readonly expires_at: number;
}

/** `open`: it had no outcome already. `ended`: it has one that is not to be taken back. */
export type Reopened = "reopened" | "open" | "ended";
