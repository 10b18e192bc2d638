import type { Clock } from "@understudy/runtime";

import type { SqlPool } from "./database.ts";
import { pairColumns, storable, textColumns } from "./pair-row.ts";
import type { Pair, Retention } from "./pair.ts";
import type { ExperimentKey, LedgerEntry } from "./store.ts";

/** Writes the pair and its texts in one statement: both are there, or neither. */
export async function savePair(pool: SqlPool, pair: Pair, retention: Retention): Promise<"stored" | "duplicate"> {
  const columns = pairColumns(pair, retention);
  const names = Object.keys(columns);
  const places = names.map((_, index) => `$${index + 1}`);
  const [request, primaryAnswer, silentAnswer, keep] = [1, 2, 3, 4].map((next) => `$${names.length + next}`);
  const { rows } = await pool.query(
    `WITH stored AS (
       INSERT INTO understudy.pairs (${names.join(", ")}) VALUES (${places.join(", ")})
       ON CONFLICT DO NOTHING RETURNING id
     ), texts AS (
       INSERT INTO understudy.pair_texts (pair_id, request, primary_answer, silent_answer)
       SELECT id, ${request}::json, ${primaryAnswer}::json, ${silentAnswer}::json FROM stored WHERE ${keep}::boolean
     )
     SELECT id FROM stored`,
    [...Object.values(columns), ...keptTexts(pair, retention)],
  );
  if (rows.length === 1) return "stored";
  await assertSamePair(pool, pair);
  return "duplicate";
}

function keptTexts(pair: Pair, retention: Retention): readonly unknown[] {
  return retention.payloads === "full" ? [...textColumns(pair), true] : [null, null, null, false];
}

// A clash of ids alone is no delivery of the same pair twice: to call it one would lose this pair.
async function assertSamePair(pool: SqlPool, pair: Pair): Promise<void> {
  const { rows } = await pool.query("SELECT 1 FROM understudy.pairs WHERE request_id = $1 AND silent_model = $2", [
    storable(pair.request_id),
    storable(pair.silent_model),
  ]);
  if (rows.length === 0) throw new Error(`the pair id ${pair.id} belongs to another request`);
}

/** Makes the experiments known. A known one stays as it is. */
export async function saveExperiments(pool: SqlPool, keys: readonly ExperimentKey[], clock: Clock): Promise<void> {
  if (keys.length === 0) return;
  const rows = keys.map((key) => ({
    id: storable(key.id),
    primary: storable(key.primary),
    silent: storable(key.silent),
  }));
  // In one order everywhere, or two processes could each wait for a row of the other.
  await pool.query(
    `INSERT INTO understudy.experiments (id, primary_group, silent_model, created_at)
     SELECT id, "primary", silent, $2::bigint FROM json_to_recordset($1::json) AS k (id text, "primary" text, silent text)
     ORDER BY id
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(rows), clock.now()],
  );
}

/** Adds the counts to what is there already. */
export async function addToLedger(pool: SqlPool, entries: readonly LedgerEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map((entry) => ({
    experiment: storable(entry.experiment),
    kind: entry.kind,
    reason: storable(entry.reason),
    count: entry.count,
  }));
  await pool.query(
    `INSERT INTO understudy.ledger AS l (experiment, kind, reason, count)
     SELECT experiment, kind, reason, sum(count)
     FROM json_to_recordset($1::json) AS e (experiment text, kind text, reason text, count bigint)
     GROUP BY experiment, kind, reason
     ORDER BY experiment COLLATE "C", kind COLLATE "C", reason COLLATE "C"
     ON CONFLICT (experiment, kind, reason) DO UPDATE SET count = l.count + excluded.count`,
    [JSON.stringify(rows)],
  );
}
