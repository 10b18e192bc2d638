import type { Clock } from "@understudy/runtime";
import type { SqlPool } from "../database/database.ts";
import { saveExperiments } from "../experiments/save-experiments.ts";
import { figure, storable } from "../database/sql-values.ts";
import type { ReplayClaim, ReplaySpend, ReplayState, ReplayStore } from "./replay-store.ts";

export function createReplayStore(pool: SqlPool, clock: Clock): ReplayStore {
  return {
    read: (ids) => readReplays(pool, ids),
    async claim(claims, key) {
      await saveExperiments(pool, [key], clock);
      await claimReplays(pool, claims, key.id);
    },
    spend: (experiment) => readReplaySpend(pool, experiment),
  };
}

/** Of these pair ids, those that are claimed. */
async function readReplays(pool: SqlPool, ids: readonly string[]): Promise<readonly ReplayState[]> {
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
async function claimReplays(pool: SqlPool, claims: readonly ReplayClaim[], experiment: string): Promise<void> {
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
async function readReplaySpend(pool: SqlPool, experiment: string): Promise<ReplaySpend> {
  const { rows } = await pool.query<ReplaySpend>(
    `SELECT coalesce(sum(p.silent_cost_usd), 0) AS spent_usd,
       coalesce(sum(r.estimate_usd) FILTER (WHERE p.silent_cost_usd IS NOT NULL), 0) AS settled_estimate_usd,
       coalesce(sum(r.estimate_usd) FILTER (WHERE p.id IS NULL), 0) AS pending_estimate_usd
     FROM understudy.replays r LEFT JOIN understudy.pairs p ON p.id = r.pair_id WHERE r.experiment = $1`,
    [storable(experiment)],
  );
  return rows[0] ?? { spent_usd: 0, settled_estimate_usd: 0, pending_estimate_usd: 0 };
}
