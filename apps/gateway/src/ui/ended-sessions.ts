import { type Clock, errorFields, type Logger, within } from "@understudy/runtime";
import type { Store } from "@understudy/store";
import type { Session } from "./session.ts";

/** Sessions whose bearers signed out: a copy of the cookie is worth nothing then. */
export interface EndedSessions {
  end(session: Session): Promise<void>;
  has(session: Session): Promise<boolean>;
}

export interface EndedSessionsDeps {
  readonly store: Pick<Store, "sessions">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What another gateway ended is known here so long afterwards, at most. */
const KNOWN_FOR_MS = 5_000;
/** Nobody waits longer for a database that hangs. */
const PATIENCE_MS = 1_000;
/** Only bearers of the master key can make any. */
const MOST_REMEMBERED = 10_000;

/**
 * This gateway knows at once; the others by way of the database. While that is away, each knows its own, and a session that
 * was ended elsewhere opens what does not need the database.
 */
export function createEndedSessions({ store, clock, logger }: EndedSessionsDeps): EndedSessions {
  const ended = new Set<string>();
  const open = new Map<string, number>();

  async function inTime<T extends object | boolean>(asked: Promise<T>): Promise<T> {
    const answer = await within(asked, PATIENCE_MS, clock);
    if (answer === null) throw new Error(`the database has not answered within ${PATIENCE_MS} ms`);
    return answer;
  }

  return {
    async end({ id, endsAt }) {
      remember(ended, id);
      open.delete(id);
      await inTime(store.sessions.end(id, endsAt, clock.now()).then(() => true)).catch((error: unknown) => {
        logger.warn("a session that was ended could not be made known to other gateways", errorFields(error));
      });
    },
    async has({ id }) {
      if (ended.has(id)) return true;
      const asked = open.get(id);
      if (asked !== undefined && clock.monotonic() - asked < KNOWN_FOR_MS) return false;
      const known = await inTime(store.sessions.isEnded(id)).catch(() => false);
      if (known) remember(ended, id);
      else {
        open.delete(id);
        open.set(id, clock.monotonic());
        forgetOldest(open);
      }
      // It may have been ended here while the database was asked.
      return ended.has(id);
    },
  };
}

function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  forgetOldest(ids);
}

function forgetOldest(entries: Set<string> | Map<string, unknown>): void {
  const [oldest] = entries.keys();
  if (entries.size > MOST_REMEMBERED && oldest !== undefined) entries.delete(oldest);
}
