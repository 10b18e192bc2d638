import { JUDGEMENTS, NOT_JUDGED, type ReviewEvidence } from "@understudy/evaluation";

import type { SqlPool } from "../database/database.ts";
import { evenSubset } from "./timing.ts";

interface Total {
  readonly outcome: string;
  readonly first_place_won: boolean;
  readonly reviews: number | string;
  readonly judge_cost_usd: number;
  readonly measured: number | string;
  readonly similarity_sum: number;
  readonly similarity_failed: number | string;
  readonly embedding_cost_usd: number;
}

/** Counts and sums over all reviews of the experiment; percentiles from an even part of very many. */
export async function readReviews(pool: SqlPool, experiment: string): Promise<ReviewEvidence> {
  const { rows } = await pool.query<Total>("SELECT * FROM understudy.review_totals WHERE experiment = $1", [
    experiment,
  ]);
  const sum = (of: (total: Total) => number | string, among = rows): number =>
    among.reduce((all, total) => all + Number(of(total)), 0);
  const counts = (outcomes: readonly string[]): Record<string, number> =>
    Object.fromEntries(
      [...Map.groupBy(rows, ({ outcome }) => outcome)]
        .filter(([outcome]) => outcomes.includes(outcome))
        .map(([outcome, totals]) => [outcome, sum(({ reviews }) => reviews, totals)]),
    );
  const similar = sum((total) => total.measured);
  return {
    judgements: counts(JUDGEMENTS),
    not_judged: counts(NOT_JUDGED),
    first_place_won: sum(({ first_place_won, reviews }) => (first_place_won ? reviews : 0)),
    judge_cost_usd: sum((total) => total.judge_cost_usd),
    embedding_cost_usd: sum((total) => total.embedding_cost_usd),
    similarity: {
      pairs: similar,
      failed: sum((total) => total.similarity_failed),
      mean: similar === 0 ? null : sum((total) => total.similarity_sum) / similar,
      ...(await percentiles(pool, experiment, similar)),
    },
  };
}

async function percentiles(pool: SqlPool, experiment: string, similar: number) {
  if (similar === 0) return { p5: null, p50: null, p95: null };
  const subset = evenSubset(experiment, similar);
  const { rows } = await pool.query<{ at: readonly number[] | null }>(
    `SELECT percentile_cont(ARRAY[0.05, 0.5, 0.95]) WITHIN GROUP (ORDER BY similarity) AS at
     FROM understudy.reviews WHERE ${subset.where} AND similarity IS NOT NULL`,
    subset.params,
  );
  const [p5 = null, p50 = null, p95 = null] = rows[0]?.at ?? [];
  return { p5, p50, p95 };
}
