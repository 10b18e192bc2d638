import type { CallRecord } from "@understudy/contracts";
import type { SqlPool } from "../database/database.ts";
import type { DeletedPairs, Deletion } from "./deletion.ts";

const BATCH = 200;

const MEANT: Readonly<Record<Deletion["kind"], string>> = {
  user: "SELECT pair_id AS id FROM understudy.pair_subjects WHERE hash = $1",
  session: "SELECT pair_id AS id FROM understudy.pair_subjects WHERE hash = $1",
  request: "SELECT id FROM understudy.pairs WHERE request_id = $1 OR client_request_id = $1",
  pair: "SELECT id FROM understudy.pairs WHERE id = $1",
};

/**
 * One statement a batch: all of a pair's texts are gone, or none. The hash that says which pairs are turns of one
 * conversation stays with the figures: the verdict has counted by it already.
 */
const DELETE = `
  WITH meant AS (
    SELECT p.id FROM understudy.pairs p
    WHERE p.id = ANY($1::text[]) AND (p.primary_record -> 'timing' ->> 'started_at')::double precision <= $2::double precision
    FOR UPDATE
  ), texts AS (
    DELETE FROM understudy.pair_texts t USING meant WHERE t.pair_id = meant.id RETURNING t.pair_id
  ), reviewed AS (
    DELETE FROM understudy.reviews r USING meant WHERE r.pair_id = meant.id RETURNING r.pair_id
  ), subjects AS (
    DELETE FROM understudy.pair_subjects s USING meant WHERE s.pair_id = meant.id
  )
  UPDATE understudy.pairs p SET client_request_id = NULL, texts_expire_at = NULL FROM meant WHERE p.id = meant.id
  RETURNING p.id, p.primary_record, p.silent_record,
    EXISTS (SELECT 1 FROM texts WHERE texts.pair_id = p.id) AS had_texts,
    EXISTS (SELECT 1 FROM reviewed WHERE reviewed.pair_id = p.id) AS had_review`;

type DeletedRow = {
  readonly id: string;
  readonly primary_record: CallRecord;
  readonly silent_record: CallRecord | null;
} & {
  readonly had_texts: boolean;
  readonly had_review: boolean;
};

export async function deletePairs(pool: SqlPool, deletion: Deletion): Promise<DeletedPairs> {
  const { rows: found } = await pool.query<{ id: string }>(MEANT[deletion.kind], [deletion.value]);
  const deleted: DeletedRow[] = [];
  for (let from = 0; from < found.length; from += BATCH) {
    const ids = found.slice(from, from + BATCH).map(({ id }) => id);
    const { rows } = await pool.query<DeletedRow>(DELETE, [ids, deletion.requested_at]);
    for (const row of rows) await forgetClientsId(pool, row);
    deleted.push(...rows);
  }
  return {
    pairs: deleted.length,
    texts: deleted.filter(({ had_texts }) => had_texts).length,
    reviews: deleted.filter(({ had_review }) => had_review).length,
    pair_ids: deleted.map(({ id }) => id),
  };
}

/** A client may put anything into the id of its request. */
async function forgetClientsId(pool: SqlPool, { id, primary_record, silent_record }: DeletedRow): Promise<void> {
  if (primary_record.client_request_id === null) return;
  await pool.query("UPDATE understudy.pairs SET primary_record = $2::json, silent_record = $3::json WHERE id = $1", [
    id,
    JSON.stringify({ ...primary_record, client_request_id: null }),
    silent_record === null ? null : JSON.stringify({ ...silent_record, client_request_id: null }),
  ]);
}
