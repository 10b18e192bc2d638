import type { CallRecord } from "@understudy/contracts";

import type { Pair } from "./pair.ts";
import { type PairRows, rowsOf } from "./save-pair.ts";
import type { About } from "../deletions/deletion.ts";
import type { Deletions } from "../deletions/deletions.ts";
import { saltedNames } from "../deletions/subjects.ts";

/** Whose a pair is, as `pair_subjects` has it. */
export interface SubjectRow {
  readonly hash: string;
  readonly pair_id: string;
}

export interface Written {
  readonly rows: PairRows;
  readonly subjects: readonly SubjectRow[];
}

/** What is written of a pair: without texts, and without whose it is, where that was to be deleted before it came. */
export async function writtenOf(rows: PairRows, deletions: Pick<Deletions, "salt" | "meant">): Promise<Written> {
  const { pair } = rows;
  const about = aboutPair(pair);
  const deletion = await deletions.meant(() => about);
  if (deletion !== null) {
    return { rows: rowsOf(withoutWhose(pair), { payloads: "metrics_only", retentionMs: 0 }), subjects: [] };
  }
  if (about.users.length + about.sessions.length === 0) return { rows, subjects: [] };
  const hashes = saltedNames(about, await deletions.salt());
  return { rows, subjects: hashes.map((hash) => ({ hash, pair_id: String(rows.columns["id"]) })) };
}

function aboutPair({ id, request_id, primary, subject }: Pair): About {
  const { users, sessions } = subject ?? { users: [], sessions: [] };
  const { client_request_id, timing } = primary;
  return { pair_id: id, request_id, client_request_id, users, sessions, asked_at: timing.started_at };
}

/** As `deletePairs` leaves those that were there already. */
function withoutWhose(pair: Pair): Pair {
  const { silent } = pair;
  const anonymous = (call: CallRecord): CallRecord => ({ ...call, client_request_id: null });
  return { ...pair, primary: anonymous(pair.primary), silent: silent === null ? null : anonymous(silent) };
}
