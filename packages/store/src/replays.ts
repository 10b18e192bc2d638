import type { Clock } from "@understudy/runtime";

import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { SqlPool } from "./database.ts";
import { figure, PAIR_ROW_COLUMNS, type PairRow, storable, type TextsRow, toPair } from "./pair-row.ts";
import type { ReplayClaim, ReplaySpend, ReplayState, TextsCount, TextsPage, TextsQuery } from "./store.ts";

/** Oldest first, so that pairs which arrive meanwhile come last and a second reading begins as the first did. */
export async function listTexts(pool: SqlPool, query: TextsQuery, clock: Clock): Promise<TextsPage> {
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
  const { rows } = await pool.query<PairRow & TextsRow & { has_texts: boolean }>(
    `SELECT ${PAIR_ROW_COLUMNS}, t.request, t.primary_answer, t.silent_answer, t.pair_id IS NOT NULL AS has_texts
     FROM understudy.pairs p
     LEFT JOIN understudy.pair_texts t ON t.pair_id = p.id AND p.texts_expire_at > $2::bigint
     WHERE p.experiment = $1 AND p.created_at >= $3::bigint AND p.created_at < $4::bigint
       AND (p.created_at, p.id) > ($5::bigint, $6)
     ORDER BY p.created_at, p.id LIMIT $7`,
    [
      storable(query.experiment),
      clock.now(),
      ...spanOf(query),
      after?.createdAt ?? -1,
      after?.id ?? "",
      query.limit + 1,
    ],
  );
  const data = rows.slice(0, query.limit).map((row) => toPair(row, row.has_texts ? row : null));
  const last = data.at(-1);
  const more = rows.length > query.limit && last !== undefined;
  return { data, next_cursor: more ? encodeCursor({ createdAt: last.created_at, id: last.id }) : null };
}

export async function countTexts(pool: SqlPool, query: Omit<TextsQuery, "limit">, clock: Clock): Promise<TextsCount> {
  const { rows } = await pool.query<{ pairs: number | string; with_texts: number | string }>(
    `SELECT count(*) AS pairs, count(*) FILTER (WHERE texts_expire_at > $2::bigint) AS with_texts
     FROM understudy.pairs WHERE experiment = $1 AND created_at >= $3::bigint AND created_at < $4::bigint`,
    [storable(query.experiment), clock.now(), ...spanOf(query)],
  );
  const [row] = rows;
  return { pairs: Number(row?.pairs ?? 0), with_texts: Number(row?.with_texts ?? 0) };
}

function spanOf({ since, until }: Pick<TextsQuery, "since" | "until">): readonly [since: number, until: number] {
  return [Math.ceil(since ?? 0), Math.ceil(until ?? Number.MAX_SAFE_INTEGER)];
}

/** Of these pair ids, those that are claimed. */
export async function readReplays(pool: SqlPool, ids: readonly string[]): Promise<readonly ReplayState[]> {
  if (ids.length === 0) return [];
  const { rows } = await pool.query<ReplayState>(
    `SELECT r.pair_id AS id, p.outcome, p.silent_cost_usd AS cost_usd
     FROM understudy.replays r LEFT JOIN understudy.pairs p ON p.id = r.pair_id WHERE r.pair_id = ANY($1::text[])`,
    [ids.map((id) => storable(id))],
  );
  return rows;
}

/**
 * One statement: the claim and its admission are both there, or neither. One that was called lost is on its way again; one
 * whose pair is stored is no admission any more.
 */
export async function claimReplays(pool: SqlPool, claims: readonly ReplayClaim[], experiment: string): Promise<void> {
  const rows = claims.map((claim) => ({
    id: storable(claim.pair_id),
    estimate: figure(claim.estimate_usd),
    admitted_at: Math.trunc(claim.admitted_at),
    expires_at: Math.trunc(claim.expires_at),
  }));
  await pool.query(
    `WITH claims AS (
       SELECT * FROM json_to_recordset($1::json)
         AS c (id text, estimate double precision, admitted_at bigint, expires_at bigint) ORDER BY id COLLATE "C"
     ), claimed AS (
       INSERT INTO understudy.replays (pair_id, experiment, estimate_usd) SELECT id, $2, estimate FROM claims
       ON CONFLICT DO NOTHING
     )
     INSERT INTO understudy.admissions (pair_id, experiment, admitted_at, expires_at)
     SELECT id, $2, admitted_at, expires_at FROM claims
     WHERE NOT EXISTS (SELECT 1 FROM understudy.pairs p WHERE p.id = claims.id COLLATE "C")
     ON CONFLICT (pair_id) DO UPDATE
     SET admitted_at = excluded.admitted_at, expires_at = excluded.expires_at, lost_at = NULL`,
    [JSON.stringify(rows), storable(experiment)],
  );
}

/** USD so far, and still to come. */
export async function readReplaySpend(pool: SqlPool, experiment: string): Promise<ReplaySpend> {
  const { rows } = await pool.query<ReplaySpend>(
    `SELECT coalesce(sum(p.silent_cost_usd), 0) AS spent_usd,
       coalesce(sum(r.estimate_usd) FILTER (WHERE p.silent_cost_usd IS NOT NULL), 0) AS settled_estimate_usd,
       coalesce(sum(r.estimate_usd) FILTER (WHERE p.id IS NULL), 0) AS pending_estimate_usd
     FROM understudy.replays r LEFT JOIN understudy.pairs p ON p.id = r.pair_id WHERE r.experiment = $1`,
    [storable(experiment)],
  );
  return rows[0] ?? { spent_usd: 0, settled_estimate_usd: 0, pending_estimate_usd: 0 };
}
