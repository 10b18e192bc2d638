import type { ReviewStore } from "./review-store.ts";
import { favoursFirst, type OwnChecked, type Review, worthOf } from "@understudy/evaluation";
import { stableFraction } from "@understudy/runtime";

import type { SqlPool } from "../database/database.ts";
import { figure, storable } from "../database/sql-values.ts";

export function createReviewStore(pool: SqlPool): ReviewStore {
  return { save: (review) => saveReview(pool, review), read: (pairId) => readReview(pool, pairId) };
}

interface ReviewRow {
  readonly pair_id: string;
  readonly experiment: string;
  readonly created_at: number | string;
  readonly judgement: Review["judgement"];
  readonly not_judged: Review["not_judged"];
  readonly choice_primary_first: NonNullable<Review["choices"]>["primary_first"];
  readonly choice_silent_first: NonNullable<Review["choices"]>["silent_first"];
  readonly judge: string | null;
  readonly judge_prompt: number;
  readonly judge_cost_usd: number | null;
  readonly similarity: number | null;
  readonly similarity_failed: boolean;
  readonly embedding_cost_usd: number | null;
  readonly rubrics: OwnChecked | null;
}

/** Writes the review once, however often it is called for the same pair, and adds it to its experiment's totals. */
async function saveReview(pool: SqlPool, review: Review): Promise<"stored" | "duplicate"> {
  const row = rowOf(review);
  const names = Object.keys(row);
  const { rows } = await pool.query(
    `WITH stored AS (
       INSERT INTO understudy.reviews (${names.join(", ")}) VALUES (${names.map((_, index) => `$${index + 1}`).join(", ")})
       ON CONFLICT DO NOTHING RETURNING *
     ), counted AS (
       INSERT INTO understudy.review_totals AS t (${TOTALS.join(", ")})
       SELECT experiment, coalesce(judgement, not_judged, ''), first_place_won, 1, coalesce(judge_cost_usd, 0),
         (similarity IS NOT NULL)::int, coalesce(similarity, 0), similarity_failed::int, coalesce(embedding_cost_usd, 0)
       FROM stored
       ON CONFLICT (experiment, outcome, first_place_won)
       DO UPDATE SET ${TOTALS.slice(3)
         .map((name) => `${name} = t.${name} + excluded.${name}`)
         .join(", ")}
     )
     SELECT pair_id FROM stored`,
    Object.values(row),
  );
  return rows.length === 1 ? "stored" : "duplicate";
}

/** The key's three columns, and what is added up. */
const TOTALS = [
  "experiment",
  "outcome",
  "first_place_won",
  "reviews",
  "judge_cost_usd",
  "measured",
  "similarity_sum",
  "similarity_failed",
  "embedding_cost_usd",
] as const;

function rowOf(review: Review): Readonly<Record<string, unknown>> {
  const { choices } = review;
  return {
    pair_id: storable(review.pair_id),
    experiment: storable(review.experiment),
    created_at: Math.round(review.created_at),
    draw: stableFraction(review.pair_id),
    judgement: review.judgement,
    not_judged: review.not_judged,
    choice_primary_first: choices?.primary_first ?? null,
    choice_silent_first: choices?.silent_first ?? null,
    first_place_won: choices !== null && favoursFirst(choices),
    judge: storable(review.judge),
    judge_prompt: review.judge_prompt,
    judge_cost_usd: figure(review.judge_cost_usd),
    similarity: figure(review.similarity),
    similarity_failed: review.similarity_failed,
    embedding_cost_usd: figure(review.embedding_cost_usd),
    ...rubricColumns(review.rubrics ?? null),
  };
}

function rubricColumns(rubrics: OwnChecked | null): Readonly<Record<string, unknown>> {
  if (rubrics === null) return {};
  const { high, low, told } = worthOf(rubrics);
  return {
    rubrics: JSON.stringify(rubrics),
    rubric_set: storable(rubrics.set),
    rubric_high: high,
    rubric_low: low,
    rubric_told: told,
  };
}

async function readReview(pool: SqlPool, pairId: string): Promise<Review | null> {
  const { rows } = await pool.query<ReviewRow>("SELECT * FROM understudy.reviews WHERE pair_id = $1", [
    storable(pairId),
  ]);
  const row = rows[0];
  if (row === undefined) return null;
  return {
    pair_id: row.pair_id,
    experiment: row.experiment,
    created_at: Number(row.created_at),
    judgement: row.judgement,
    not_judged: row.not_judged,
    choices:
      row.judgement === null
        ? null
        : { primary_first: row.choice_primary_first, silent_first: row.choice_silent_first },
    judge: row.judge,
    judge_prompt: row.judge_prompt,
    judge_cost_usd: row.judge_cost_usd,
    similarity: row.similarity,
    similarity_failed: row.similarity_failed,
    embedding_cost_usd: row.embedding_cost_usd,
    ...(row.rubrics === null ? {} : { rubrics: row.rubrics }),
  };
}
