import type { OwnChecked } from "@understudy/evaluation";
import type { Clock } from "@understudy/runtime";

import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { SqlPool } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";
import { PAIR_ROW_COLUMNS, type PairRow, type TextsRow, toPair } from "./pair-row.ts";
import type { Pair } from "./pair.ts";
import type { PairPage, PairQuery } from "./pair-store.ts";

const MAX_PAGE = 200;
const EXPIRY_BATCH = 500;

/** Newest first. A limit outside 1 to 200 counts as the nearest one inside. */
export async function listPairs(pool: SqlPool, query: PairQuery): Promise<PairPage> {
  const limit = Math.min(Math.max(Math.trunc(query.limit), 1), MAX_PAGE);
  const { where, params } = conditionsOf(query);
  params.push(limit + 1);
  const { rows } = await pool.query<PairRow>(
    `SELECT ${PAIR_ROW_COLUMNS} FROM understudy.pairs p ${where}
     ORDER BY p.created_at DESC, p.id DESC LIMIT $${params.length}`,
    params,
  );
  const data = rows.slice(0, limit).map((row) => toPair(row, null));
  const last = data.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { data, next_cursor: more ? encodeCursor({ createdAt: last.created_at, id: last.id }) : null };
}

function conditionsOf(query: PairQuery): { where: string; params: unknown[] } {
  const params: unknown[] = [];
  const place = (value: unknown): string => `$${params.push(value)}`;
  const conditions: string[] = [];
  if (query.experiment !== undefined) conditions.push(`p.experiment = ${place(storable(query.experiment))}`);
  if (query.outcome !== undefined) conditions.push(`p.outcome = ${place(query.outcome)}`);
  if (query.requestId !== undefined) {
    const id = place(storable(query.requestId));
    conditions.push(`(p.request_id = ${id} OR p.client_request_id = ${id})`);
  }
  conditions.push(...figureConditions(query, place));
  if (query.text !== undefined) conditions.push(textCondition(query.text, place));
  if (query.since !== undefined) conditions.push(`p.created_at >= ${place(Math.ceil(query.since))}::bigint`);
  if (query.until !== undefined) conditions.push(`p.created_at < ${place(Math.ceil(query.until))}::bigint`);
  if (query.cursor !== undefined) {
    const after = decodeCursor(query.cursor);
    conditions.push(`(p.created_at, p.id) < (${place(after.createdAt)}::bigint, ${place(after.id)})`);
  }
  return { where: conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`, params };
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
  ].filter((condition) => condition !== null);
  const ofFigures =
    conditions.length === 0
      ? []
      : [`EXISTS (SELECT 1 FROM understudy.figures f WHERE f.pair_id = p.id AND ${conditions.join(" AND ")})`];
  const status = query.silentStatus === undefined ? [] : [`p.silent_status = ${place(query.silentStatus)}`];
  return [...status, ...ofFigures];
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
