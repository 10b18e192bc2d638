import type { Reopened, Reopening } from "@understudy/contracts";
import type { SqlPool } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";

/**
 * One statement: the outcome, its figures and its texts go, and the admission is back; all of it, or nothing. An outcome of
 * another kind stays, and so does a failure later than the one meant: it is that of another try.
 */
export async function reopenPair(pool: SqlPool, reopening: Reopening): Promise<Reopened> {
  const { pair_id, experiment, failed_at, admitted_at, expires_at } = reopening;
  const { rows } = await pool.query<{ reopened: number | string; admitted: number | string }>(
    `WITH gone AS (
       DELETE FROM understudy.pairs WHERE id = $1 AND outcome = 'failed' AND created_at <= $2::bigint RETURNING id, key_alias, team
     ), gone_figures AS (
       DELETE FROM understudy.figures f USING gone WHERE f.pair_id = gone.id
     ), admitted AS (
       INSERT INTO understudy.admissions AS a (pair_id, experiment, admitted_at, expires_at, key_alias, team)
       SELECT $1, $3, $4::bigint, $5::bigint, (SELECT key_alias FROM gone), (SELECT team FROM gone)
       WHERE EXISTS (SELECT 1 FROM gone) OR NOT EXISTS (SELECT 1 FROM understudy.pairs p WHERE p.id = $1)
       ON CONFLICT (pair_id) DO UPDATE
         SET admitted_at = excluded.admitted_at, expires_at = excluded.expires_at, lost_at = NULL
       RETURNING a.pair_id
     )
     SELECT (SELECT count(*) FROM gone) AS reopened, (SELECT count(*) FROM admitted) AS admitted`,
    [
      storable(pair_id),
      Math.round(failed_at),
      storable(experiment.id),
      Math.trunc(admitted_at),
      Math.trunc(expires_at),
    ],
  );
  const [row] = rows;
  if (Number(row?.reopened) === 1) return "reopened";
  return Number(row?.admitted) === 1 ? "open" : "ended";
}
