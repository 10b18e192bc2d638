import type { SampledPair } from "@understudy/evaluation";

import type { SqlPool } from "../database/database.ts";

/** As many as the bootstrap draws from in about a second. */
const SAMPLE = 5_000;

/** Pairs with the smallest `draw`: an even sample, and the same one until more pairs come. */
export async function readSample(pool: SqlPool, experiment: string): Promise<readonly SampledPair[]> {
  const times = ["primary_ms", "silent_ms", "primary_first_token_ms", "silent_first_token_ms"];
  const ofSuccess = times.map((column) => `CASE WHEN both_ok THEN ${column} END AS ${column}`);
  const { rows } = await pool.query<SampledPair>(
    `SELECT coalesce(cluster, pair_id) AS cluster, ${ofSuccess.join(", ")}, primary_cost_usd, silent_cost_usd,
       primary_list_cost_usd, silent_list_cost_usd
     FROM understudy.figures WHERE experiment = $1 ORDER BY draw LIMIT ${SAMPLE}`,
    [experiment],
  );
  return rows;
}
