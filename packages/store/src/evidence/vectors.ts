import { NO_VECTORS, type VectorEvidence } from "@understudy/evaluation";

import type { SqlPool } from "../database/database.ts";
import type { Subset } from "./timing.ts";

interface Row {
  readonly pairs: number | string;
  readonly correlation: number | null;
  readonly at: readonly number[] | null;
  readonly nearest: number | null;
}

/** How alike both models rank, over the pairs of the subset that have it. */
export async function readVectors(pool: SqlPool, subset: Subset): Promise<VectorEvidence> {
  const { rows } = await pool.query<Row>(
    `SELECT count(*) AS pairs, avg(rank_correlation) AS correlation, avg(same_nearest) AS nearest,
       percentile_cont(ARRAY[0.05, 0.5]) WITHIN GROUP (ORDER BY rank_correlation) AS at
     FROM understudy.figures WHERE ${subset.where} AND comparable AND rank_correlation IS NOT NULL`,
    subset.params,
  );
  const [row] = rows;
  if (row === undefined || Number(row.pairs) === 0) return NO_VECTORS;
  const [p5 = null, p50 = null] = row.at ?? [];
  return {
    pairs: Number(row.pairs),
    rank_correlation: { mean: row.correlation, p5, p50 },
    same_nearest: { mean: row.nearest },
  };
}
