import type { ExperimentKey } from "@understudy/contracts";
import type { Clock } from "@understudy/runtime";
import type { SqlPool } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";

/** Makes the experiments known. A known one stays as it is. */
export async function saveExperiments(pool: SqlPool, keys: readonly ExperimentKey[], clock: Clock): Promise<void> {
  if (keys.length === 0) return;
  const rows = keys.map((key) => ({
    id: storable(key.id),
    primary: storable(key.primary),
    silent: storable(key.silent),
    replay: key.replay ?? false,
  }));
  // In one order everywhere, or two processes could each wait for a row of the other.
  await pool.query(
    `INSERT INTO understudy.experiments (id, primary_group, silent_model, replay, created_at)
     SELECT id, "primary", silent, replay, $2::bigint
     FROM json_to_recordset($1::json) AS k (id text, "primary" text, silent text, replay boolean)
     ORDER BY id
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(rows), clock.now()],
  );
}
