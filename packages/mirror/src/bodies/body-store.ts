/** One job's hold on the body of its request. */
export interface BodyHold {
  /** The request's id: all its jobs share the body. */
  readonly key: string;
  /** The job's pair id. */
  readonly holder: string;
}

/** Where bodies lie that are too large for the queue: beside it, in the same Redis or database. */
export interface BodyStore {
  /**
   * Keeps the body for at least `keepMs`, and notes who holds it. One that is there already stays as it is, and is kept
   * as long as its latest job needs it. Rejects when that is not certain; the same again does no harm.
   */
  put(hold: BodyHold, bytes: Buffer, keepMs: number): Promise<void>;
  /** Null when it is gone. Rejects when that is not certain. */
  get(key: string): Promise<Uint8Array | null>;
  /** Ends a hold. The body goes with the last one. Does nothing for a hold that has ended. */
  release(hold: BodyHold): Promise<void>;
  /** The holder has failed and is kept for a look on this queue: its body too, as long as it is one of the latest. */
  keepFailed(hold: BodyHold, queue: string): Promise<void>;
}
