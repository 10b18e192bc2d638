import type { Evidence } from "@understudy/evaluation";

import type { Pair, PairOutcome, Retention } from "./pair.ts";

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

export interface ExperimentKey {
  readonly id: string;
  readonly primary: string;
  readonly silent: string;
}

/** As `GET /api/experiments` and `GET /api/experiments/:id` answer it. Milliseconds, USD. */
export interface ExperimentSummary extends ExperimentKey {
  readonly counts: ExperimentCounts;
}

export interface ExperimentCounts {
  readonly admitted: number;
  readonly paired: number;
  readonly failed: number;
  readonly expired: number;
  readonly dropped: Readonly<Record<string, number>>;
  /** Admitted and without an outcome yet. */
  readonly pending: number;
  /** Requests that were not to be mirrored, by reason. Not part of `admitted`. */
  readonly skipped: Readonly<Record<string, number>>;
}

export interface ExperimentDetail extends ExperimentSummary {
  readonly sides: { readonly primary: SideFigures; readonly silent: SideFigures };
}

/** Figures of one side over the pairs of an experiment. Null where no pair has the figure. */
export interface SideFigures {
  readonly calls: number;
  readonly errors: number;
  readonly error_rate: number | null;
  readonly latency_ms: { readonly p50: number | null; readonly p95: number | null };
  readonly first_token_ms: { readonly p50: number | null; readonly p95: number | null };
  /** Tokens and cost are over the pairs in which both sides are known; `token_pairs` and `cost_pairs` say how many. */
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly token_pairs: number;
  readonly cost_usd: number | null;
  readonly cost_pairs: number;
}

export interface PairQuery {
  readonly experiment?: string;
  readonly outcome?: PairOutcome;
  /** Matches our request id or the client's. */
  readonly requestId?: string;
  /** Whether the answers agree, where that can be told. */
  readonly agrees?: boolean;
  readonly comparable?: boolean;
  readonly silentStatus?: "ok" | "error" | "partial";
  /** Silent latency beyond the primary's, milliseconds. */
  readonly slowerThanMs?: number;
  /** Silent cost beyond the primary's, USD. */
  readonly dearerThanUsd?: number;
  readonly toolsDiffer?: true;
  /** The silent answer is likely a refusal. */
  readonly refused?: true;
  /** Part of the request or of an answer, in any case, while texts are kept. Reads texts: slow on very many pairs. */
  readonly text?: string;
  /** Epoch milliseconds: not before, and before. */
  readonly since?: number;
  readonly until?: number;
  /** 1 to 200. */
  readonly limit: number;
  readonly cursor?: string;
}

export interface PairPage {
  /** Newest first, without texts. */
  readonly data: readonly Pair[];
  readonly next_cursor: string | null;
}

/** Pairs and the ledger in SQL. Every method rejects when the database cannot be reached. */
export interface PairStore {
  /** Brings the schema up to date. Safe when several processes start at once. */
  migrate(): Promise<void>;
  ping(): Promise<void>;
  /** Writes the pair once however often it is called for the same request and silent model. */
  savePair(pair: Pair, key: ExperimentKey, retention: Retention): Promise<"stored" | "duplicate">;
  addToLedger(entries: readonly LedgerEntry[], keys: readonly ExperimentKey[]): Promise<void>;
  listExperiments(): Promise<readonly ExperimentSummary[]>;
  experiment(id: string): Promise<ExperimentDetail | null>;
  /** All that a report is made from; null when there is no such experiment. */
  evidence(id: string): Promise<Evidence | null>;
  /** Throws `InvalidCursorError` for a cursor that this store did not make. */
  listPairs(query: PairQuery): Promise<PairPage>;
  /** With texts, unless they were not kept or are past their retention. */
  pair(id: string): Promise<Pair | null>;
  /** Deletes texts whose retention is over. Returns how many pairs lost theirs. */
  deleteExpiredTexts(now: number): Promise<number>;
  close(): Promise<void>;
}

export class InvalidCursorError extends Error {
  constructor() {
    super("the cursor is not one that this API gave out");
    this.name = "InvalidCursorError";
  }
}
