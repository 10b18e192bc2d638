import type { OwnChecked } from "@understudy/evaluation";
import type { Clock } from "@understudy/runtime";

import { decodeCursor, decodeRank, encodeCursor, encodeRank } from "./cursor.ts";
import type { SqlPool } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";
import { PAIR_ROW_COLUMNS, type PairRow, type TextsRow, toPair } from "./pair-row.ts";
import type { Pair } from "./pair.ts";
import type { PairPage, PairQuery } from "./pair-store.ts";
import { LISTED_COLUMNS, type ListedRow, listedFrom, toListed } from "./listed.ts";
import { alikeCondition, PROMPT } from "./prompts.ts";
import { MOST_SORTED, SORTS } from "./sorts.ts";

const MAX_PAGE = 200;
const EXPIRY_BATCH = 500;

/** A limit outside 1 to 200 counts as the nearest one inside. */
export async function listPairs(pool: SqlPool, query: PairQuery, clock: Clock): Promise<PairPage> {
  const limit = Math.min(Math.max(Math.trunc(query.limit), 1), MAX_PAGE);
  const { sort = "newest" } = query;
  if (sort !== "newest") return listSorted(pool, { ...query, limit, sort }, clock);
  const params: unknown[] = [];
  const place = (value: unknown): string => `$${params.push(value)}`;
  const conditions = conditionsOf(query, place);
  if (query.cursor !== undefined) {
    const after = decodeCursor(query.cursor);
    conditions.push(`(p.created_at, p.id) < (${place(after.createdAt)}::bigint, ${place(after.id)})`);
  }
  const { rows } = await pool.query<ListedRow>(
    `SELECT ${LISTED_COLUMNS} FROM understudy.pairs p ${listedFrom(place(Math.trunc(clock.now())))}
     ${whereOf(conditions)} ORDER BY p.created_at DESC, p.id DESC LIMIT ${place(limit + 1)}`,
    params,
  );
  const data = rows.slice(0, limit).map(toListed);
  const last = data.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { data, next_cursor: more ? encodeCursor({ createdAt: last.created_at, id: last.id }) : null };
}

type Sorted = PairQuery & { readonly sort: keyof typeof SORTS };

async function listSorted(pool: SqlPool, query: Sorted, clock: Clock): Promise<PairPage> {
  const params: unknown[] = [];
  const place = (value: unknown): string => `$${params.push(value)}`;
  const newest = `SELECT p.id FROM understudy.pairs p ${whereOf(conditionsOf(query, place))}
    ORDER BY p.created_at DESC, p.id DESC LIMIT ${MOST_SORTED}`;
  const after = query.cursor === undefined ? null : decodeRank(query.cursor, query.sort);
  const beyond =
    after === null ? "" : `AND (value, id) < (${place(after.value)}::double precision, ${place(after.id)})`;
  const once = query.per === "prompt";
  const { rows } = await pool.query<SortedRow>(
    `WITH valued AS (
       SELECT f.pair_id AS id, ${PROMPT} AS prompt, (${SORTS[query.sort]})::double precision AS value FROM (${newest}) n
       JOIN understudy.figures f ON f.pair_id = n.id LEFT JOIN understudy.reviews r ON r.pair_id = n.id
     ), worse AS (
       ${once ? FIRST_OF_EACH : "SELECT id, value, 0 AS more FROM valued WHERE value > 0"}
     ), worst AS (
       SELECT id, value, more FROM worse WHERE true ${beyond} ORDER BY value DESC, id DESC LIMIT ${place(query.limit + 1)}
     )
     SELECT ${LISTED_COLUMNS}, worst.value, worst.more FROM worst JOIN understudy.pairs p ON p.id = worst.id
     ${listedFrom(place(Math.trunc(clock.now())))} ORDER BY worst.value DESC, worst.id DESC`,
    params,
  );
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const more = rows.length > query.limit && last !== undefined;
  const data = shown.map((row) => (once ? { ...toListed(row), more: Number(row.more) } : toListed(row)));
  return { data, next_cursor: more ? encodeRank({ ...last, sort: query.sort }) : null };
}

type SortedRow = ListedRow & { readonly value: number; readonly more: number | string };

const FIRST_OF_EACH = `SELECT id, value, more FROM (
  SELECT id, value, row_number() OVER (PARTITION BY prompt ORDER BY value DESC, id DESC) AS place,
    count(*) OVER (PARTITION BY prompt) - 1 AS more
  FROM valued WHERE value > 0) placed WHERE place = 1`;

function whereOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
}

function conditionsOf(query: PairQuery, place: Place): string[] {
  const conditions: string[] = [];
  if (query.experiment !== undefined) conditions.push(`p.experiment = ${place(storable(query.experiment))}`);
  if (query.outcome !== undefined) conditions.push(`p.outcome = ${place(query.outcome)}`);
  if (query.requestId !== undefined) {
    const id = place(storable(query.requestId));
    conditions.push(`(p.request_id = ${id} OR p.client_request_id = ${id})`);
  }
  conditions.push(...figureConditions(query, place));
  if (query.alike !== undefined) conditions.push(alikeCondition(place(storable(query.alike))));
  if (query.text !== undefined) conditions.push(textCondition(query.text, place));
  if (query.since !== undefined) conditions.push(`p.created_at >= ${place(Math.ceil(query.since))}::bigint`);
  if (query.until !== undefined) conditions.push(`p.created_at < ${place(Math.ceil(query.until))}::bigint`);
  return conditions;
}

type Place = (value: unknown) => string;

function figureConditions(query: PairQuery, place: Place): readonly string[] {
  const conditions = [
    query.agrees === undefined ? null : `f.agrees = ${place(query.agrees)}`,
    query.comparable === undefined ? null : `f.comparable = ${place(query.comparable)}`,
    query.slowerThanMs === undefined ? null : `f.silent_ms - f.primary_ms > ${place(query.slowerThanMs)}`,
    query.dearerThanUsd === undefined ? null : `f.silent_cost_usd - f.primary_cost_usd > ${place(query.dearerThanUsd)}`,
    query.toolsDiffer === undefined ? null : "f.tools_differ",
    query.refused === undefined ? null : "f.refused",
    query.kind === undefined ? null : kindCondition(place(storable(query.kind).replace(/^answer=/, ""))),
  ].filter((condition) => condition !== null);
  const ofFigures =
    conditions.length === 0
      ? []
      : [`EXISTS (SELECT 1 FROM understudy.figures f WHERE f.pair_id = p.id AND ${conditions.join(" AND ")})`];
  const status = query.silentStatus === undefined ? [] : [`p.silent_status = ${place(query.silentStatus)}`];
  return [...status, ...ofFigures];
}

function kindCondition(kind: string): string {
  return `(f.answer_kind = ${kind} OR ${kind} = ANY(string_to_array(f.kinds, ',')))`;
}

function textCondition(text: string, place: Place): string {
  const like = place(`%${storable(text).replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
  const columns = ["t.request", "t.primary_answer", "t.silent_answer"];
  const found = columns.map((column) => `${column}::text ILIKE ${like}`).join(" OR ");
  return `EXISTS (SELECT 1 FROM understudy.pair_texts t WHERE t.pair_id = p.id AND (${found}))`;
}

/** The pair with its texts; without them from the moment their retention is over, deleted yet or not. */
export async function readPair(pool: SqlPool, id: string, clock: Clock): Promise<Pair | null> {
  const { rows } = await pool.query<PairRow & TextsRow & { has_texts: boolean; own_checks: OwnChecked | null }>(
    `SELECT ${PAIR_ROW_COLUMNS}, p.own_checks, t.request, t.primary_answer, t.silent_answer, t.words, t.pair_id IS NOT NULL AS has_texts
     FROM understudy.pairs p
     LEFT JOIN understudy.pair_texts t ON t.pair_id = p.id AND p.texts_expire_at > $2::bigint
     WHERE p.id = $1`,
    [storable(id), clock.now()],
  );
  const row = rows[0];
  if (row === undefined) return null;
  const pair = toPair(row, row.has_texts ? row : null);
  return row.own_checks === null ? pair : { ...pair, own_checks: row.own_checks };
}

/** In batches, so that no statement runs long. Several processes may do it at once: each text is counted by one. */
export async function deleteExpiredTexts(pool: SqlPool, now: number): Promise<number> {
  let deleted = 0;
  for (;;) {
    const { rows } = await pool.query(
      `WITH due AS (
         SELECT id FROM understudy.pairs WHERE texts_expire_at <= $1::bigint
         ORDER BY texts_expire_at LIMIT ${EXPIRY_BATCH} FOR UPDATE SKIP LOCKED
       ), gone AS (
         DELETE FROM understudy.pair_texts t USING due WHERE t.pair_id = due.id
       )
       UPDATE understudy.pairs p SET texts_expire_at = NULL FROM due WHERE p.id = due.id RETURNING p.id`,
      [Math.trunc(now)],
    );
    deleted += rows.length;
    if (rows.length < EXPIRY_BATCH) return deleted;
  }
}
