import { type Evidence, WORST_MEASURES, type WorstMeasure, type WorstPair } from "@understudy/evaluation";

import type { SqlPool } from "../database/database.ts";
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

/** The ten worst pairs of the subset by each measure. */
export async function readWorst(pool: SqlPool, subset: Subset): Promise<Evidence["worst"]> {
  const lists = await Promise.all(WORST_MEASURES.map((measure) => worstBy(pool, subset, ORDERS[measure])));
  return Object.fromEntries(WORST_MEASURES.map((measure, index) => [measure, lists[index] ?? []])) as Evidence["worst"];
}

async function worstBy(pool: SqlPool, subset: Subset, order: Order): Promise<readonly WorstPair[]> {
  const { rows } = await pool.query<WorstPair>(
    `SELECT pair_id AS id, (${order.value})::double precision AS value FROM understudy.figures
     WHERE ${subset.where} AND ${order.among} ORDER BY 2 ${order.worstFirst}, 1 LIMIT ${WORST}`,
    subset.params,
  );
  return rows;
}
