import type { SessionStore } from "./session-store.ts";
import type { SqlPool } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";

export function createSessionStore(pool: SqlPool): SessionStore {
  return {
    end: (id, endsAt, now) => endSession(pool, id, endsAt, now),
    isEnded: (id) => isSessionEnded(pool, id),
  };
}

/** Remembers the session until it would have ended by itself, and forgets those that have. */
async function endSession(pool: SqlPool, id: string, endsAt: number, now: number): Promise<void> {
  await pool.query("DELETE FROM understudy.ended_sessions WHERE ends_at <= $1::bigint", [Math.trunc(now)]);
  await pool.query(
    "INSERT INTO understudy.ended_sessions (id, ends_at) VALUES ($1, $2::bigint) ON CONFLICT (id) DO NOTHING",
    [storable(id), Math.trunc(endsAt)],
  );
}

async function isSessionEnded(pool: SqlPool, id: string): Promise<boolean> {
  const { rows } = await pool.query("SELECT 1 FROM understudy.ended_sessions WHERE id = $1", [storable(id)]);
  return rows.length > 0;
}
