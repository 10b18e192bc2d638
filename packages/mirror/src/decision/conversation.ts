import type { RequestView } from "@understudy/apis";
import { shortHash } from "@understudy/runtime";

/** What a request belongs to, as hashes: for statistics, and a session's name may be a person's. */
export interface Conversation {
  /** Null: the request names none, and is a conversation of its own. */
  readonly key: string | null;
  /**
   * The next of the names it has, should the first prove to be that of a whole service. `COUNT.HASH` where that is the
   * request itself: requests of one conversation differ in how many turns they have, those of a service hardly do.
   */
  readonly finer: string | null;
}

/** So much of each text of the first turns is hashed: the hash must cost the same whatever a client sends. */
const HASHED_CHARACTERS = 4_096;

/**
 * The conversation of a request: the session that a header or its metadata name, else a cache key, else its first turns, else
 * its user.
 * To merge conversations errs on the safe side of a verdict, to split one does not, so the coarsest name comes first.
 */
export function conversationOf(view: RequestView, session: string | null): Conversation {
  const names = [...namesIn(view, session)].map(([source, name]) => shortHash(`${source} ${name}`, 16));
  const [key = null, finer = key === null ? null : itself(view)] = [...new Set(names)];
  return { key, finer };
}

function* namesIn(view: RequestView, session: string | null): Generator<readonly [source: string, name: string]> {
  const { sessions, cacheKey, users } = view.names;
  if (session !== null) yield ["session", session];
  for (const name of sessions) yield ["session", name];
  if (cacheKey !== null) yield ["cache", cacheKey];
  const first = firstTurns(view);
  const [user] = users;
  // Two users who begin alike are two conversations.
  if (first !== null) yield ["turns", `${user ?? ""} ${first}`];
  if (user !== undefined) yield ["user", user];
}

/** What tells a request from others that begin alike: how many turns it has, instructions included, and the last of them. */
function itself({ instructions, turns, last }: RequestView): string | null {
  const count = instructions.length + turns.length;
  return count === 0 ? null : `${count}.${shortHash(beginningOf(last), 16)}`;
}

/** What instructions and the first user's turn say; null where there is no such turn. */
function firstTurns({ instructions, turns }: RequestView): string | null {
  const until = turns.slice(0, 16).findIndex(({ role }) => role === "user");
  if (until === -1) return null;
  const said = turns.slice(0, until + 1).map(({ texts }) => beginningOf(texts));
  return [...instructions.slice(0, 16).map((text) => beginningOf([text])), ...said].join("\n");
}

function beginningOf(texts: readonly string[]): string {
  return texts
    .slice(0, 4)
    .map((text) => `${text.length} ${text.slice(0, HASHED_CHARACTERS)}`)
    .join("\n");
}
