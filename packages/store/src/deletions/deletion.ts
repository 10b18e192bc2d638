import type { SubjectKind } from "@understudy/contracts";

export interface Deletion {
  readonly id: string;
  readonly kind: SubjectKind;
  /** A request's or a pair's id; of a user or a session a salted hash. */
  readonly value: string;
  /** Epoch milliseconds, like the next. What was asked later is not meant. */
  readonly requested_at: number;
  /** Until then what comes late is looked for. */
  readonly open_until: number;
}

/** Of a pair or a job, what says whether a deletion means it. */
export interface About {
  readonly pair_id: string;
  readonly request_id: string;
  readonly client_request_id: string | null;
  /** Hashes of the names, as the queue has them. */
  readonly users: readonly string[];
  readonly sessions: readonly string[];
  /** Epoch milliseconds at which the request was answered first. */
  readonly asked_at: number;
}

export interface DeletedPairs {
  readonly pairs: number;
  readonly texts: number;
  readonly reviews: number;
  readonly pair_ids: readonly string[];
}

/** Deletions, and what they find in the database. Every method rejects when that cannot be reached. */
export interface DeletionStore {
  /** From now on what is meant loses its texts when it is stored. `name` is the id, or the name hashed as the queue has it. */
  open(deletion: Omit<Deletion, "value"> & { readonly name: string }): Promise<Deletion>;
  /** Those that are still looked for; forgets, of the others, what they meant. */
  listOpen(now: number): Promise<readonly Deletion[]>;
  /** Tells what the deletion means. */
  meaningOf(deletion: Deletion): Promise<(about: About) => boolean>;
  /** The open deletion that means it, as far as was known a second ago; null for none. */
  meant(about: () => About): Promise<Deletion | null>;
  /** Deletes texts, reviews and whose they are, of all pairs that are meant; figures stay. */
  deletePairs(deletion: Deletion): Promise<DeletedPairs>;
  saveReceipt(id: string, receipt: object): Promise<void>;
  receipt(id: string): Promise<unknown>;
}
