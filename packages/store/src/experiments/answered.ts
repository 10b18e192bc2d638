import type { SqlPool } from "../database/database.ts";

/** What was our fault, or could not be compared, says nothing of the answer; one that failed does. */
const TOLD = "standing IN ('measured', 'primary_failed')";

export async function readAnswered(
  pool: SqlPool,
  { experiment, since, most }: { readonly experiment: string; readonly since: number; readonly most: number },
): Promise<number> {
  const { rows } = await pool.query<{ count: number | string }>(
    `SELECT count(*) AS count FROM (
       SELECT 1 FROM understudy.figures WHERE experiment = $1 AND admitted_at >= $2::bigint AND ${TOLD} LIMIT $3) told`,
    [experiment, Math.trunc(since), Math.trunc(most)],
  );
  return Number(rows[0]?.count ?? 0);
}
