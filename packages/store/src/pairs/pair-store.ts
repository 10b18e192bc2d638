import type { ExperimentKey, Reopened, Reopening } from "@understudy/contracts";
import type { PairOutcome } from "@understudy/contracts";
import type { ListedPair, Pair, Retention } from "./pair.ts";

/** What the database, or the writing of it as JSON, refuses and would refuse again. */
export class UnstorablePairError extends Error {
  constructor(pairId: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`the pair ${pairId} cannot be stored: ${why}`, { cause });
    this.name = "UnstorablePairError";
  }
}

export class InvalidCursorError extends Error {
  constructor() {
    super("the cursor is not one that this API gave out");
    this.name = "InvalidCursorError";
  }
}

/** Each but the first is of the newest 20,000 that the filters leave, and leaves out what is no worse than the primary's. */
export const PAIR_SORTS = ["newest", "worst", "slowest", "dearest"] as const;
export type PairSort = (typeof PAIR_SORTS)[number];

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
  /** A kind of answer, or of request, as the verdict names it: `answer=tool_calls` or `tool_calls`, `stream`. */
  readonly kind?: string;
  /** Pairs of the same prompt as the pair of this id, that one included: of its conversation, or of one that begins alike. */
  readonly alike?: string;
  /** Of each prompt the first pair alone, with how many more there are; for the sorts other than `newest`. */
  readonly per?: "prompt";
  /** Newest first where it is left out. A cursor is good for the sort that it came of. */
  readonly sort?: PairSort;
  /** 1 to 200. */
  readonly limit: number;
  readonly cursor?: string;
}

export interface PairPage {
  readonly data: readonly ListedPair[];
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

/** Pairs, their figures and their texts. */
export interface PairStore {
  /** Writes the pair once however often it is called for the same request and silent model. */
  save(pair: Pair, key: ExperimentKey, retention: Retention): Promise<"stored" | "duplicate">;
  /** Takes a failed outcome back, so that the mirror is pending again and may have another. */
  reopen(reopening: Reopening): Promise<Reopened>;
  /** Throws `InvalidCursorError` for a cursor that this store did not make. */
  list(query: PairQuery): Promise<PairPage>;
  /** The pairs of these ids as lists show them, in no order. */
  listed(ids: readonly string[]): Promise<readonly ListedPair[]>;
  /** With texts, unless they were not kept or are past their retention. */
  read(id: string): Promise<Pair | null>;
  /** An experiment's pairs with their texts, page by page. Throws `InvalidCursorError` as `listPairs` does. */
  listTexts(query: TextsQuery): Promise<TextsPage>;
  countTexts(query: Omit<TextsQuery, "limit" | "cursor">): Promise<TextsCount>;
  /** Deletes texts whose retention is over. Returns how many pairs lost theirs. */
  deleteExpiredTexts(now: number): Promise<number>;
}
