import { type Evidence, WORST_MEASURES, type WorstMeasure, type WorstPair } from "@understudy/evaluation";

import type { SqlPool } from "../database/database.ts";
import { PROMPT } from "../pairs/prompts.ts";
import type { Subset } from "./timing.ts";

const WORST = 10;

interface Order {
  readonly value: string;
  readonly among: string;
  readonly worstFirst: "ASC" | "DESC";
}

const ORDERS: Readonly<Record<WorstMeasure, Order>> = {
  disagreement: {
    value: "coalesce(likeness, rank_correlation, 0)",
    among: "comparable AND NOT agrees",
    worstFirst: "ASC",
  },
  slower: { value: "silent_ms - primary_ms", among: "both_ok AND silent_ms > primary_ms", worstFirst: "DESC" },
  dearer: {
    value: "silent_cost_usd - primary_cost_usd",
    among: "silent_cost_usd > primary_cost_usd",
    worstFirst: "DESC",
  },
  longer: { value: "length_ratio", among: "length_ratio > 1", worstFirst: "DESC" },
};

/** The ten worst pairs of the subset by each measure, one a prompt: ten of one prompt say no more than one. */
export async function readWorst(pool: SqlPool, subset: Subset): Promise<Evidence["worst"]> {
  const lists = await Promise.all(WORST_MEASURES.map((measure) => worstBy(pool, subset, ORDERS[measure])));
  return Object.fromEntries(WORST_MEASURES.map((measure, index) => [measure, lists[index] ?? []])) as Evidence["worst"];
}

async function worstBy(pool: SqlPool, subset: Subset, order: Order): Promise<readonly WorstPair[]> {
  const { rows } = await pool.query<{ id: string; value: number; more: number | string }>(
    `WITH worse AS (
       SELECT f.pair_id AS id, ${PROMPT} AS prompt, (${order.value})::double precision AS value FROM understudy.figures f
       WHERE ${subset.where} AND ${order.among}
     )
     SELECT id, value, more FROM (
       SELECT id, value, row_number() OVER (PARTITION BY prompt ORDER BY value ${order.worstFirst}, id) AS place,
         count(*) OVER (PARTITION BY prompt) - 1 AS more FROM worse
     ) placed WHERE place = 1 ORDER BY value ${order.worstFirst}, id LIMIT ${WORST}`,
    subset.params,
  );
  return rows.map(({ id, value, more }) => ({ id, value, more: Number(more) }));
}
