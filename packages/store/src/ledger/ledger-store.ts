import type { ExperimentKey, LedgerBatch } from "@understudy/contracts";

/** An admission past its time without an outcome. */
export interface Overdue {
  readonly pair_id: string;
  readonly experiment: string;
  readonly silent_model: string;
  /** Epoch milliseconds. */
  readonly expires_at: number;
}

/** What was admitted, and what was not mirrored, and why. */
export interface LedgerStore {
  /** Writes the batch once however often it is called; `keys` are the experiments it names. */
  write(batch: LedgerBatch, keys: readonly ExperimentKey[]): Promise<void>;
  /** Admissions that expired before `before` (epoch milliseconds) without an outcome, oldest first; `after` turns the page. */
  overdue(query: {
    readonly before: number;
    readonly after: Overdue | null;
    readonly limit: number;
  }): Promise<readonly Overdue[]>;
  /** Counts the admissions as lost until their outcome comes after all. Returns how many were not counted so before. */
  markLost(pairIds: readonly string[]): Promise<number>;
  /** Counts an admission as dropped without a pair. False where it is not there, or has its outcome. */
  drop(pairId: string, reason: string): Promise<boolean>;
}
