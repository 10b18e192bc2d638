/** What is to be deleted: all of a user or of a session, of one request, or one pair. */
export type SubjectKind = "user" | "session" | "request" | "pair";

/** A place, and what is to be known of it. */
export interface DeletionPlace {
  readonly where: string;
  readonly what: string;
}

/** What a deletion did, as `POST /api/deletions` and `DELETE /api/data` answer it. Never says whose it was. */
export interface Receipt {
  readonly id: string;
  readonly of: SubjectKind;
  /** Epoch milliseconds. */
  readonly requested_at: number;
  readonly deleted: {
    readonly pairs: number;
    readonly texts: number;
    readonly reviews: number;
    readonly queue: { readonly waiting: number; readonly delayed: number; readonly failed: number };
    readonly review_jobs: number;
  };
  /** Jobs that a worker has now: what comes of them is stored without texts. */
  readonly under_way: number;
  /** Jobs whose texts this gateway cannot read; those of a request or a pair are found all the same. */
  readonly unread: number;
  /** What is still looked for, every minute until then. Epoch milliseconds. */
  readonly looked_for_until: number;
  /** What goes by itself. */
  readonly later: readonly DeletionPlace[];
  /** What is out of reach here. */
  readonly not_reached: readonly DeletionPlace[];
  readonly kept: string;
}
