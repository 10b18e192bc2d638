import type { Clock } from "@understudy/runtime";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { SqlPool } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";
import { PAIR_ROW_COLUMNS, type PairRow, type TextsRow, toPair } from "./pair-row.ts";
import type { TextsCount, TextsPage, TextsQuery } from "./pair-store.ts";

/** Oldest first, so that pairs which arrive meanwhile come last and a second reading begins as the first did. */
export async function listTexts(pool: SqlPool, query: TextsQuery, clock: Clock): Promise<TextsPage> {
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
  const { rows } = await pool.query<PairRow & TextsRow & { has_texts: boolean }>(
    `SELECT ${PAIR_ROW_COLUMNS}, t.request, t.primary_answer, t.silent_answer, t.words, t.pair_id IS NOT NULL AS has_texts
     FROM understudy.pairs p
     LEFT JOIN understudy.pair_texts t ON t.pair_id = p.id AND p.texts_expire_at > $2::bigint
     WHERE p.experiment = $1 AND p.created_at >= $3::bigint AND p.created_at < $4::bigint
       AND (p.created_at, p.id) > ($5::bigint, $6)
     ORDER BY p.created_at, p.id LIMIT $7`,
    [
      storable(query.experiment),
      clock.now(),
      ...spanOf(query),
      after?.createdAt ?? -1,
      after?.id ?? "",
      query.limit + 1,
    ],
  );
  const data = rows.slice(0, query.limit).map((row) => toPair(row, row.has_texts ? row : null));
  const last = data.at(-1);
  const more = rows.length > query.limit && last !== undefined;
  return { data, next_cursor: more ? encodeCursor({ createdAt: last.created_at, id: last.id }) : null };
}

export async function countTexts(pool: SqlPool, query: Omit<TextsQuery, "limit">, clock: Clock): Promise<TextsCount> {
  const { rows } = await pool.query<{ pairs: number | string; with_texts: number | string }>(
    `SELECT count(*) AS pairs, count(*) FILTER (WHERE texts_expire_at > $2::bigint) AS with_texts
     FROM understudy.pairs WHERE experiment = $1 AND created_at >= $3::bigint AND created_at < $4::bigint`,
    [storable(query.experiment), clock.now(), ...spanOf(query)],
  );
  const [row] = rows;
  return { pairs: Number(row?.pairs ?? 0), with_texts: Number(row?.with_texts ?? 0) };
}

function spanOf({ since, until }: Pick<TextsQuery, "since" | "until">): readonly [since: number, until: number] {
  return [Math.ceil(since ?? 0), Math.ceil(until ?? Number.MAX_SAFE_INTEGER)];
}
