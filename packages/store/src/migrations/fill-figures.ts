import type { SqlQueryable } from "../database/database.ts";
import { PAIR_ROW_COLUMNS, type PairRow, toPair } from "../pairs/pair-row.ts";
import { saveFigures } from "../pairs/save-pair.ts";

const BATCH = 500;

/** Gives pairs that have no figures yet theirs, as far as their comparison has them. */
export async function fillFigures(client: SqlQueryable): Promise<void> {
  let last = "";
  for (;;) {
    const { rows } = await client.query<PairRow>(
      `SELECT ${PAIR_ROW_COLUMNS} FROM understudy.pairs p
       WHERE p.id > $1 AND p.silent_record IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM understudy.figures f WHERE f.pair_id = p.id)
       ORDER BY p.id LIMIT ${BATCH}`,
      [last],
    );
    for (const row of rows) await saveFigures(client, toPair(row, null));
    const end = rows.at(-1);
    if (end === undefined || rows.length < BATCH) return;
    last = end.id;
  }
}
