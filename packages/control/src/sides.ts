import { type Rollout, shareOf, type StickyBy } from "@understudy/contracts";
import { stableFraction } from "@understudy/runtime";

/** What a request says of whom it is, and its own id; null where it says nothing. */
export interface Sticky {
  readonly session: string | null;
  readonly user: string | null;
  /** The client's own where it sent one, so that it can repeat a choice. */
  readonly requestId: string;
}

/** A name may be as long as a body. */
const LONGEST_NAME = 512;

/** What keeps the requests of one client on one side; `named`: others of its requests have the same. */
export interface StickyKey {
  readonly key: string;
  readonly named: boolean;
}

/** By what the rollout goes by where the request names it; else by the next that it names, and by its id where it names none. */
export function stickyKeyOf(by: StickyBy, { session, user, requestId }: Sticky): StickyKey {
  const ofSession = session === null ? null : `session ${session.slice(0, LONGEST_NAME)}`;
  const ofUser = user === null ? null : `user ${user.slice(0, LONGEST_NAME)}`;
  const name = by === "request" ? null : by === "session" ? (ofSession ?? ofUser) : (ofUser ?? ofSession);
  return name === null ? { key: `request ${requestId}`, named: false } : { key: name, named: true };
}

/**
 * Whether the candidate answers the requests of this sticky key. A pure function of rollout, share and key, so that gateways agree
 * without asking each other: a key that has gone over stays over as the share grows, and another rollout draws anew.
 */
export function candidateAnswers(rollout: Pick<Rollout, "id" | "state" | "stages" | "stage">, key: string): boolean {
  const share = shareOf(rollout);
  if (share <= 0) return false;
  return share >= 100 || stableFraction(`${rollout.id} ${key}`) * 100 < share;
}
