import type { Caller } from "./call-record.ts";

/** An experiment, as all rooms name it. */
export interface ExperimentKey {
  readonly id: string;
  readonly primary: string;
  readonly silent: string;
  /** True: stored requests that were sent to the silent model later, not live traffic. */
  readonly replay?: boolean;
}

/** How an admitted mirror ended. Every admitted mirror ends in exactly one pair row. */
export const PAIR_OUTCOMES = ["paired", "failed", "expired", "dropped"] as const;
export type PairOutcome = (typeof PAIR_OUTCOMES)[number];

/**
 * An experiment's mirrors, each counted once: admitted = paired + failed + expired + dropped + lost + pending, at any time.
 * As `GET /api/experiments/:id` has it.
 */
export interface Account {
  readonly admitted: number;
  readonly paired: number;
  readonly failed: number;
  readonly expired: number;
  readonly dropped: Readonly<Record<string, number>>;
  /** Admitted, without an outcome long after its time, and on no queue: what must be zero. */
  readonly lost: number;
  /** Admitted and without an outcome yet. */
  readonly pending: number;
  /** Requests that were not to be mirrored, by reason. Not part of `admitted`. */
  readonly skipped: Readonly<Record<string, number>>;
}

export const CALLERS_BY = ["key", "team"] as const;
export type CallersBy = (typeof CALLERS_BY)[number];

/** The account of one key, or of one team, whose `key_alias` is then null. */
export interface CallerAccount extends Caller {
  readonly counts: Account;
}

/**
 * An experiment's account by who called, those with most mirrors first. What `callers` do not hold is in `others`: calls
 * with the master key, of before there were names, and of callers beyond the first. Each account adds up, and all of them
 * together are the experiment's.
 */
export interface CallerAccounts {
  readonly counts: Account;
  readonly callers: readonly CallerAccount[];
  readonly others: Account;
}
