import { ERROR_KINDS, isClientsFault } from "@understudy/contracts";
import type { SqlPool } from "../database/database.ts";

const CLIENTS_FAULTS = ERROR_KINDS.filter(isClientsFault);

/** Documents are read of the failed calls alone. */
export async function readPrimaryFailures(pool: SqlPool, experiment: string): Promise<number | null> {
  const { rows } = await pool.query<{ failed: number | string; told: number | string }>(
    `SELECT count(*) FILTER (WHERE status <> 'ok') AS failed, count(*) AS told FROM (
       SELECT primary_status AS status FROM understudy.pairs
       WHERE experiment = $1 AND (primary_status = 'ok' OR (primary_record->'error'->>'kind') IS NULL
         OR (primary_record->'error'->>'kind') NOT IN (${CLIENTS_FAULTS.map((_, at) => `$${at + 2}`).join(", ")}))) calls`,
    [experiment, ...CLIENTS_FAULTS],
  );
  const [failed, told] = [Number(rows[0]?.failed ?? 0), Number(rows[0]?.told ?? 0)];
  return told === 0 ? null : failed / told;
}
