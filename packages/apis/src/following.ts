import type { WireObject } from "./wire.ts";

/** What an answer leaves with the account that made it, and a later request names. */
export interface Following {
  /** The id of the earlier answer that a request goes on from; null where it stands by itself. */
  readonly earlierIn: (body: WireObject) => string | null;
  /** Whether the answer to this request is kept, so that another can go on from it. */
  readonly isKept: (body: WireObject) => boolean;
  /** The id that an answer begins with; null while it has not come. */
  readonly idIn: (beginning: Uint8Array) => string | null;
  /** Whether a refusal says that the earlier answer is not known there. */
  readonly isUnknown: (refusal: Refusal) => boolean;
  /** A header of an answer that a client hands back, and that means something to the account that gave it alone. */
  readonly header: string;
}

/** What a provider said of a request that it refused. */
export interface Refusal {
  readonly status: number;
  readonly code: string | null;
  readonly param: string | null;
  readonly message: string;
}
