import type { Clock } from "@understudy/runtime";

import type { SqlPool, SqlQueryable } from "./database.ts";
import { figureColumns } from "./figures-row.ts";
import { pairColumns, storable, textColumns } from "./pair-row.ts";
import type { Pair, Retention } from "./pair.ts";
import type { ExperimentKey, LedgerEntry } from "./store.ts";

/** Writes the pair, its figures and its texts in one statement: all are there, or none. */
export async function savePair(pool: SqlPool, pair: Pair, retention: Retention): Promise<"stored" | "duplicate"> {
  const values: unknown[] = [];
  const place = (value: unknown): string => `$${values.push(value)}`;
  const columns = pairColumns(pair, retention);
  const places = Object.values(columns).map(place);
  const [request, primaryAnswer, silentAnswer, keep] = keptTexts(pair, retention).map(place);
  const { rows } = await pool.query(
    `WITH stored AS (
       INSERT INTO understudy.pairs (${Object.keys(columns).join(", ")}) VALUES (${places.join(", ")})
       ON CONFLICT DO NOTHING RETURNING id
     ), texts AS (
       INSERT INTO understudy.pair_texts (pair_id, request, primary_answer, silent_answer)
       SELECT id, ${request}::json, ${primaryAnswer}::json, ${silentAnswer}::json FROM stored WHERE ${keep}::boolean
     )${figuresInsert(pair, place)}
     SELECT id FROM stored`,
    values,
  );
  if (rows.length === 1) return "stored";
  await assertSamePair(pool, pair);
  return "duplicate";
}

/** The part of the statement that writes the figures, where the pair has some. */
function figuresInsert(pair: Pair, place: (value: unknown) => string): string {
  const columns = figureColumns(pair);
  if (columns === null) return "";
  const [id, ...rest] = Object.keys(columns);
  const [, ...values] = Object.entries(columns);
  const types = values.map(([name, value]) => `${place(value)}::${FIGURE_TYPES[name] ?? "double precision"}`);
  return `, figures AS (
       INSERT INTO understudy.figures (${[id, ...rest].join(", ")}) SELECT id, ${types.join(", ")} FROM stored
       ON CONFLICT DO NOTHING
     )`;
}

/** In a SELECT a parameter does not take its column's type by itself. */
const FIGURE_TYPES: Readonly<Record<string, string>> = {
  experiment: "text",
  created_at: "bigint",
  marks: "bigint",
  not_comparable: "text",
  silent_error: "text",
  comparable: "boolean",
  agrees: "boolean",
  tools_differ: "boolean",
  refused: "boolean",
  both_ok: "boolean",
  cluster: "text",
};

/** Writes the figures of a pair that was stored before there were any. */
export async function saveFigures(client: SqlQueryable, pair: Pair): Promise<void> {
  const columns = figureColumns(pair);
  if (columns === null) return;
  const names = Object.keys(columns);
  await client.query(
    `INSERT INTO understudy.figures (${names.join(", ")}) VALUES (${names.map((_, index) => `$${index + 1}`).join(", ")})
     ON CONFLICT DO NOTHING`,
    Object.values(columns),
  );
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
    stratum: storable(entry.stratum ?? ""),
    count: entry.count,
  }));
  await pool.query(
    `INSERT INTO understudy.ledger AS l (experiment, kind, reason, stratum, count)
     SELECT experiment, kind, reason, stratum, sum(count)
     FROM json_to_recordset($1::json) AS e (experiment text, kind text, reason text, stratum text, count bigint)
     GROUP BY experiment, kind, reason, stratum
     ORDER BY experiment COLLATE "C", kind COLLATE "C", reason COLLATE "C", stratum COLLATE "C"
     ON CONFLICT (experiment, kind, reason, stratum) DO UPDATE SET count = l.count + excluded.count`,
    [JSON.stringify(rows)],
  );
}
