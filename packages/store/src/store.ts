import type { Evidence, Review } from "@understudy/evaluation";

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

/** A mirror that was decided on. */
export interface Admission {
  readonly pair_id: string;
  readonly experiment: string;
  /** Epoch milliseconds, like the next. */
  readonly admitted_at: number;
  readonly expires_at: number;
}

/** What one gateway process has to say of its mirrors since its last batch. */
export interface LedgerBatch {
  /** Tried again under the same id a batch counts once. */
  readonly id: string;
  readonly counts: readonly LedgerEntry[];
  readonly admissions: readonly Admission[];
  /** Pair ids of earlier admissions that were given up since; `counts` has their drops. */
  readonly withdrawn: readonly string[];
}

/** An admission past its time without an outcome. */
export interface Overdue {
  readonly pair_id: string;
  readonly experiment: string;
  readonly silent_model: string;
  /** Epoch milliseconds. */
  readonly expires_at: number;
}

export interface ExperimentKey {
  readonly id: string;
  readonly primary: string;
  readonly silent: string;
  /** True: stored requests that were sent to the silent model later, not live traffic. */
  readonly replay?: boolean;
}

/** As `GET /api/experiments` and `GET /api/experiments/:id` answer it. Milliseconds, USD. */
export interface ExperimentSummary extends ExperimentKey {
  readonly replay: boolean;
  readonly counts: ExperimentCounts;
}

export interface ExperimentCounts {
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

export interface TextsQuery {
  readonly experiment: string;
  /** Epoch milliseconds: not before, and before. */
  readonly since?: number;
  readonly until?: number;
  readonly limit: number;
  readonly cursor?: string;
}

export interface TextsCount {
  readonly pairs: number;
  readonly with_texts: number;
}

export interface TextsPage {
  /** Oldest first. `request` is null where texts were not kept, or are past their retention. */
  readonly data: readonly Pair[];
  readonly next_cursor: string | null;
}

export interface ReplayState {
  /** The pair's. */
  readonly id: string;
  /** Null while it has none. */
  readonly outcome: PairOutcome | null;
  /** Of the silent call; null where it was not made, or its price is not known. */
  readonly cost_usd: number | null;
}

/** A stored request that is about to be sent to another silent model. */
export interface ReplayClaim extends Omit<Admission, "experiment"> {
  /** What it will cost, as far as that can be told. */
  readonly estimate_usd: number | null;
}

/** USD over all that was ever claimed for a replay. */
export interface ReplaySpend {
  readonly spent_usd: number;
  /** What those had been estimated at whose cost is known by now. */
  readonly settled_estimate_usd: number;
  /** Estimates of those that have no outcome yet. */
  readonly pending_estimate_usd: number;
}

/** Money set aside before a call, so that calls under way count towards a daily cap. */
export interface Reservation {
  /** Whose cap: `silent:NAME` for a silent model, `judge` for all judging. */
  readonly account: string;
  /** The day in UTC, `YYYY-MM-DD`. */
  readonly day: string;
  /** What the call may cost. */
  readonly usd: number;
}

/** `wait`: there will be room if calls under way cost less than was reserved. `reached`: no more on this day. */
export type ReservationAnswer = "reserved" | "wait" | "reached";

/** What a day has cost an account, and what is reserved for calls under way. */
export interface Spend {
  readonly spentUsd: number;
  readonly reservedUsd: number;
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

/** What became of a silent model's mirrors. */
export interface SilentModelActivity {
  readonly silent_model: string;
  /** Outcomes since the time asked for. */
  readonly ended: Readonly<Record<PairOutcome, number>>;
  /** Of all time, by reason: given up before the queue, or by the worker. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** Pairs and the ledger in SQL. Every method rejects when the database cannot be reached. */
export interface PairStore {
  /** Brings the schema up to date. Safe when several processes start at once. */
  migrate(): Promise<void>;
  ping(): Promise<void>;
  /** Writes the pair once however often it is called for the same request and silent model. */
  savePair(pair: Pair, key: ExperimentKey, retention: Retention): Promise<"stored" | "duplicate">;
  /** Writes the batch once however often it is called; `keys` are the experiments it names. */
  writeLedger(batch: LedgerBatch, keys: readonly ExperimentKey[]): Promise<void>;
  /** Admissions that expired before `before` (epoch milliseconds) without an outcome, oldest first; `after` turns the page. */
  overdueAdmissions(query: {
    readonly before: number;
    readonly after: Overdue | null;
    readonly limit: number;
  }): Promise<readonly Overdue[]>;
  /** Counts the admissions as lost until their outcome comes after all. Returns how many were not counted so before. */
  markLost(pairIds: readonly string[]): Promise<number>;
  /** Takes a failed outcome back, so that the mirror is pending again and may have another. */
  reopenPair(reopening: Reopening): Promise<Reopened>;
  /** Outcomes since a time, epoch milliseconds, and all drops. */
  silentModelActivity(since: number): Promise<readonly SilentModelActivity[]>;
  listExperiments(): Promise<readonly ExperimentSummary[]>;
  experiment(id: string): Promise<ExperimentDetail | null>;
  /** All that a report is made from; null when there is no such experiment. */
  evidence(id: string): Promise<Evidence | null>;
  /** Throws `InvalidCursorError` for a cursor that this store did not make. */
  listPairs(query: PairQuery): Promise<PairPage>;
  /** With texts, unless they were not kept or are past their retention. */
  pair(id: string): Promise<Pair | null>;
  /** Writes the review of a pair once however often it is called. */
  saveReview(review: Review): Promise<"stored" | "duplicate">;
  /** What judge and embedding model said of the pair; null when they were not asked, or have not answered yet. */
  review(pairId: string): Promise<Review | null>;
  /** An experiment's pairs with their texts, page by page. Throws `InvalidCursorError` as `listPairs` does. */
  listTexts(query: TextsQuery): Promise<TextsPage>;
  countTexts(query: Omit<TextsQuery, "limit" | "cursor">): Promise<TextsCount>;
  /** Of these pair ids, those that `claimReplays` was called with. */
  replays(ids: readonly string[]): Promise<readonly ReplayState[]>;
  /** Admits each claim, once however often it is made. */
  claimReplays(claims: readonly ReplayClaim[], key: ExperimentKey): Promise<void>;
  replaySpend(experiment: string): Promise<ReplaySpend>;
  /** Reserves within the cap, across all processes, or says why not. */
  reserveSpend(reservation: Reservation, capUsd: number): Promise<ReservationAnswer>;
  /** Ends a reservation. One that is never ended counts as spent for the rest of its day. */
  settleSpend(reservation: Reservation, actualUsd: number): Promise<void>;
  readSpend(account: string, day: string): Promise<Spend>;
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
