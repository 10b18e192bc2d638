import type { SqlQueryable } from "../database/database.ts";
import {
  PAIR_ROW_COLUMNS,
  type PairRow,
  textColumns,
  toPair,
  withoutJsonPaths,
  withoutTexts,
} from "../pairs/pair-row.ts";

const BATCH = 500;

/** Takes what providers said of failures, and the paths of JSON answers, out of the records of earlier versions. */
export async function fillWords(client: SqlQueryable): Promise<void> {
  let last = "";
  for (;;) {
    const { rows } = await client.query<PairRow>(
      `SELECT ${PAIR_ROW_COLUMNS} FROM understudy.pairs p WHERE p.id > $1
         AND (p.primary_record::text LIKE '%"message":"%' OR p.silent_record::text LIKE '%"message":"%'
              OR p.comparison::text LIKE '%"json_differences":[%')
       ORDER BY p.id LIMIT ${BATCH}`,
      [last],
    );
    for (const row of rows) await moveWords(client, row);
    const end = rows.at(-1);
    if (end === undefined || rows.length < BATCH) return;
    last = end.id;
  }
}

async function moveWords(client: SqlQueryable, row: PairRow): Promise<void> {
  const words = textColumns(toPair(row, null)).at(-1) ?? null;
  // Where the texts have gone, these go too.
  await client.query("UPDATE understudy.pair_texts SET words = $2::json WHERE pair_id = $1", [row.id, words]);
  const { primary_record, silent_record, comparison } = row;
  await client.query(
    "UPDATE understudy.pairs SET primary_record = $2::json, silent_record = $3::json, comparison = $4::json WHERE id = $1",
    [
      row.id,
      JSON.stringify(withoutTexts(primary_record)),
      silent_record === null ? null : JSON.stringify(withoutTexts(silent_record)),
      comparison === null ? null : JSON.stringify(withoutJsonPaths(comparison)),
    ],
  );
}
