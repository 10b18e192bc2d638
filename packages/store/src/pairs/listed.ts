import type { Excerpt } from "@understudy/contracts";
import { type Judgement, saidOf } from "@understudy/evaluation";
import type { Clock } from "@understudy/runtime";
import type { SqlPool } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";
import { PAIR_ROW_COLUMNS, type PairRow, toPair } from "./pair-row.ts";
import type { ListedPair } from "./pair.ts";

export interface ListedRow extends PairRow {
  readonly excerpt: Excerpt | null;
  readonly judgement: Judgement | null;
}

export const LISTED_COLUMNS = `${PAIR_ROW_COLUMNS}, t.excerpt, r.judgement`;

/** What a list shows beside a pair `p`. `now` is a place of the query: texts whose time is over are not shown, deleted yet or not. */
export function listedFrom(now: string): string {
  return `LEFT JOIN understudy.pair_texts t ON t.pair_id = p.id AND p.texts_expire_at > ${now}::bigint
    LEFT JOIN understudy.reviews r ON r.pair_id = p.id`;
}

export function toListed(row: ListedRow): ListedPair {
  const pair = toPair(row, null);
  const { excerpt, judgement } = row;
  return { ...pair, said: excerpt?.said ?? saidOf(pair), excerpt, judgement };
}

/** The pairs of these ids, as lists show them, in no order. */
export async function listedOf(pool: SqlPool, ids: readonly string[], clock: Clock): Promise<readonly ListedPair[]> {
  if (ids.length === 0) return [];
  const { rows } = await pool.query<ListedRow>(
    `SELECT ${LISTED_COLUMNS} FROM understudy.pairs p ${listedFrom("$2")} WHERE p.id = ANY($1::text[])`,
    [ids.map((id) => storable(id)), Math.trunc(clock.now())],
  );
  return rows.map(toListed);
}
