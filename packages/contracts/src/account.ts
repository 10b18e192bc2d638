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
