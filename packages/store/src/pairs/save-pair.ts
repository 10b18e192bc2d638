import type { SqlPool, SqlQueryable } from "../database/database.ts";
import { figureColumns } from "./figures-row.ts";
import { storable } from "../database/sql-values.ts";
import { pairColumns, textColumns } from "./pair-row.ts";
import type { Pair, Retention } from "./pair.ts";
import { UnstorablePairError } from "./pair-store.ts";

/** A pair as it is written: documents are JSON texts, so that no character in them is read twice. */
export interface PairRows {
  readonly pair: Pair;
  /** Columns of `pairs` and of `pair_texts`; `keep` says whether there are texts. */
  readonly columns: Readonly<Record<string, unknown>>;
  /** Columns of `figures`; null for a pair whose silent model was never called. */
  readonly figures: Readonly<Record<string, unknown>> | null;
}

export function rowsOf(pair: Pair, retention: Retention): PairRows {
  const keep = retention.payloads === "full";
  const [request = null, primary_answer = null, silent_answer = null, excerpt = null, words = null] = keep
    ? textColumns(pair)
    : [];
  const columns = { ...pairColumns(pair, retention), keep, request, primary_answer, silent_answer, excerpt, words };
  return { pair, columns, figures: figureColumns(pair) };
}

/**
 * Writes pairs of different ids with their figures and their texts in one statement, and closes their admissions: all of
 * it, or nothing. Returns the ids of those that were not there yet.
 */
export async function insertPairs(
  client: SqlQueryable,
  written: readonly { readonly rows: PairRows; readonly subjects: readonly object[] }[],
): Promise<ReadonlySet<string>> {
  const figures = written.map(({ rows }) => rows.figures).filter((row) => row !== null);
  const { rows: stored } = await client.query<{ id: string }>(INSERT, [
    JSON.stringify(written.map(({ rows }) => rows.columns)),
    JSON.stringify(figures),
    JSON.stringify(written.flatMap(({ subjects }) => subjects)),
  ]);
  return new Set(stored.map(({ id }) => id));
}

const PAIR_TYPES = {
  id: "text",
  experiment: "text",
  request_id: "text",
  client_request_id: "text",
  silent_model: "text",
  key_alias: "text",
  team: "text",
  outcome: "text",
  reason: "text",
  created_at: "bigint",
  ...sideTypes("primary"),
  ...sideTypes("silent"),
  primary_record: "json",
  silent_record: "json",
  comparison: "json",
  own_checks: "json",
  texts_expire_at: "bigint",
};
const TEXT_TYPES = { request: "json", primary_answer: "json", silent_answer: "json", excerpt: "json", words: "json" };

function sideTypes(side: "primary" | "silent"): Readonly<Record<string, string>> {
  const figures = ["latency_ms", "first_token_ms", "input_tokens", "output_tokens", "cost_usd"];
  const types = figures.map((name) => [`${side}_${name}`, "double precision"]);
  return { [`${side}_status`]: "text", ...Object.fromEntries(types) };
}

const FIGURE_TYPES = {
  pair_id: "text",
  experiment: "text",
  created_at: "bigint",
  draw: "double precision",
  marks: "bigint",
  more_marks: "bigint",
  not_comparable: "text",
  silent_error: "text",
  comparable: "boolean",
  agrees: "boolean",
  tools_differ: "boolean",
  refused: "boolean",
  both_ok: "boolean",
  likeness: "real",
  length_ratio: "real",
  rank_correlation: "real",
  same_nearest: "real",
  primary_ms: "double precision",
  silent_ms: "double precision",
  primary_first_token_ms: "double precision",
  silent_first_token_ms: "double precision",
  primary_cost_usd: "double precision",
  silent_cost_usd: "double precision",
  primary_list_cost_usd: "double precision",
  silent_list_cost_usd: "double precision",
  primary_input_tokens: "double precision",
  silent_input_tokens: "double precision",
  primary_output_tokens: "double precision",
  silent_output_tokens: "double precision",
  queue_wait_ms: "double precision",
  cluster: "text",
  admitted_at: "bigint",
  rollout: "text",
  conversation: "text",
  finer: "text",
  standing: "text",
  answer_kind: "text",
  kinds: "text",
  differs: "smallint",
  checks: "smallint",
  errors: "smallint",
  judge: "text",
  own_set: "text",
  own_high: "smallint",
  own_low: "smallint",
  own_told: "boolean",
};

type Types = Readonly<Record<string, string>>;

const INSERT = `
  WITH given AS (
    SELECT * FROM json_to_recordset($1::json) AS given (keep boolean, ${declared({ ...PAIR_TYPES, ...TEXT_TYPES })})
  ), stored AS (
    INSERT INTO understudy.pairs (${Object.keys(PAIR_TYPES).join(", ")}) SELECT ${read(PAIR_TYPES)} FROM given
    ON CONFLICT DO NOTHING RETURNING id
  ), texts AS (
    INSERT INTO understudy.pair_texts (pair_id, ${Object.keys(TEXT_TYPES).join(", ")})
    SELECT id, ${read(TEXT_TYPES)} FROM given JOIN stored USING (id) WHERE keep
  ), figures AS (
    INSERT INTO understudy.figures (${Object.keys(FIGURE_TYPES).join(", ")})
    SELECT ${Object.keys(FIGURE_TYPES).join(", ")}
    FROM json_to_recordset($2::json) AS f (${declared(FIGURE_TYPES)}) JOIN stored ON stored.id = f.pair_id
    ON CONFLICT DO NOTHING
  ), subjects AS (
    INSERT INTO understudy.pair_subjects (hash, pair_id)
    SELECT hash, pair_id FROM json_to_recordset($3::json) AS s (hash text, pair_id text)
      JOIN stored ON stored.id = s.pair_id
    ON CONFLICT DO NOTHING
  ), outcome AS (
    DELETE FROM understudy.admissions a USING stored WHERE a.pair_id = stored.id
  )
  SELECT id FROM stored`;

/** Documents come as text: read as JSON at once, a NUL in one of their strings would be refused. */
function declared(types: Types): string {
  return Object.entries(types)
    .map(([name, type]) => `${name} ${type === "json" ? "text" : type}`)
    .join(", ");
}

function read(types: Types): string {
  return Object.entries(types)
    .map(([name, type]) => (type === "json" ? `${name}::json` : name))
    .join(", ");
}

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

/** A clash of ids alone is no delivery of the same pair twice: to call it one would lose this pair. */
export async function assertSamePair(pool: SqlPool, pair: Pair): Promise<void> {
  const { rows } = await pool.query(
    "SELECT 1 FROM understudy.pairs WHERE request_id = $1 AND silent_model = $2 AND experiment = $3",
    [storable(pair.request_id), storable(pair.silent_model), storable(pair.experiment)],
  );
  if (rows.length === 0) throw new UnstorablePairError(pair.id, new Error(`${pair.id} belongs to another request`));
}
