import type { LedgerBatch } from "@understudy/contracts";
import type { SqlPool } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";
import { saveExperiments } from "../experiments/save-experiments.ts";
import type { LedgerStore, Overdue } from "./ledger-store.ts";
import type { Clock } from "@understudy/runtime";

export function createLedgerStore(pool: SqlPool, clock: Clock): LedgerStore {
  return {
    async write(batch, keys) {
      await saveExperiments(pool, keys, clock);
      await writeLedger(pool, batch, clock.now());
    },
    overdue: (query) => overdueAdmissions(pool, query),
    markLost: (pairIds) => markLost(pool, pairIds, clock.now()),
    drop: (pairId, reason) => dropAdmission(pool, pairId, reason),
  };
}

/**
 * One statement: counts, admissions and withdrawals are all there, or none, and a batch that is there already changes
 * nothing. An admission whose pair came first is none any more.
 */
async function writeLedger(pool: SqlPool, batch: LedgerBatch, now: number): Promise<void> {
  await pool.query(
    `WITH batch AS (
       INSERT INTO understudy.ledger_batches (id, written_at) VALUES ($1, $2::bigint) ON CONFLICT DO NOTHING RETURNING id
     ), counted AS (
       INSERT INTO understudy.ledger AS l (experiment, kind, reason, stratum, count)
       SELECT experiment, kind, reason, stratum, sum(count)
       FROM json_to_recordset($3::json) AS e (experiment text, kind text, reason text, stratum text, count bigint), batch
       GROUP BY experiment, kind, reason, stratum
       ORDER BY experiment COLLATE "C", kind COLLATE "C", reason COLLATE "C", stratum COLLATE "C"
       ON CONFLICT (experiment, kind, reason, stratum) DO UPDATE SET count = l.count + excluded.count
     ), called AS (
       INSERT INTO understudy.ledger_of_callers AS l (experiment, kind, reason, key_alias, team, count)
       SELECT experiment, kind, reason, coalesce(key_alias, ''), coalesce(team, ''), sum(count)
       FROM json_to_recordset($6::json)
         AS e (experiment text, kind text, reason text, key_alias text, team text, count bigint), batch
       GROUP BY experiment, kind, reason, key_alias, team
       ORDER BY experiment COLLATE "C", kind COLLATE "C", reason COLLATE "C", key_alias COLLATE "C", team COLLATE "C"
       ON CONFLICT (experiment, kind, reason, key_alias, team) DO UPDATE SET count = l.count + excluded.count
     ), admitted AS (
       INSERT INTO understudy.admissions (pair_id, experiment, key_alias, team, admitted_at, expires_at)
       SELECT pair_id, experiment, key_alias, team, admitted_at, expires_at
       FROM json_to_recordset($4::json)
         AS a (pair_id text, experiment text, key_alias text, team text, admitted_at bigint, expires_at bigint), batch
       WHERE NOT EXISTS (SELECT 1 FROM understudy.pairs p WHERE p.id = a.pair_id COLLATE "C")
       ON CONFLICT DO NOTHING
     )
     DELETE FROM understudy.admissions a USING json_array_elements_text($5::json) AS withdrawn (id), batch
     WHERE a.pair_id = withdrawn.id COLLATE "C"`,
    [
      batch.id,
      now,
      JSON.stringify(batch.counts.map(({ stratum = "", ...count }) => storableTexts({ ...count, stratum }))),
      JSON.stringify(batch.admissions.map(({ caller, ...row }) => storableTexts({ ...row, ...caller }))),
      JSON.stringify(batch.withdrawn),
      JSON.stringify((batch.callers ?? []).map(storableTexts)),
    ],
  );
}

/** Epoch milliseconds are whole in a bigint column. */
function storableTexts(row: object): Record<string, unknown> {
  const storedAs = (value: unknown): unknown =>
    typeof value === "string" ? storable(value) : value === null ? null : Math.trunc(Number(value));
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, storedAs(value)]));
}

/**
 * Closes the admission of a mirror of which nothing but its id can be trusted, and counts it as dropped. False where there
 * is none, or it has its outcome.
 */
async function dropAdmission(pool: SqlPool, pairId: string, reason: string): Promise<boolean> {
  const { rows } = await pool.query(
    `WITH gone AS (
       DELETE FROM understudy.admissions a WHERE a.pair_id = $1
         AND NOT EXISTS (SELECT 1 FROM understudy.pairs p WHERE p.id = a.pair_id)
       RETURNING a.experiment, a.key_alias, a.team
     ), called AS (
       INSERT INTO understudy.ledger_of_callers AS l (experiment, kind, reason, key_alias, team, count)
       SELECT experiment, 'dropped', $2, coalesce(key_alias, ''), coalesce(team, ''), 1 FROM gone
       WHERE key_alias IS NOT NULL OR team IS NOT NULL
       ON CONFLICT (experiment, kind, reason, key_alias, team) DO UPDATE SET count = l.count + excluded.count
     )
     INSERT INTO understudy.ledger AS l (experiment, kind, reason, stratum, count)
     SELECT experiment, 'dropped', $2, '', 1 FROM gone
     ON CONFLICT (experiment, kind, reason, stratum) DO UPDATE SET count = l.count + excluded.count
     RETURNING l.experiment`,
    [storable(pairId), reason],
  );
  return rows.length === 1;
}

/** A batch is not tried again after so long. */
const BATCHES_KEPT_MS = 86_400_000;

/**
 * Admissions that expired before `before` and have no outcome, oldest first, after the one given. Forgets, on the way,
 * admissions whose pair was stored in the same moment, and old batches.
 */
async function overdueAdmissions(
  pool: SqlPool,
  { before, after, limit }: { readonly before: number; readonly after: Overdue | null; readonly limit: number },
): Promise<readonly Overdue[]> {
  await pool.query("DELETE FROM understudy.admissions a USING understudy.pairs p WHERE p.id = a.pair_id");
  await pool.query("DELETE FROM understudy.ledger_batches WHERE written_at < $1", [before - BATCHES_KEPT_MS]);
  const { rows } = await pool.query<Omit<Overdue, "expires_at"> & { expires_at: number | string }>(
    `SELECT a.pair_id, a.experiment, e.silent_model, a.expires_at
     FROM understudy.admissions a JOIN understudy.experiments e ON e.id = a.experiment
     WHERE a.lost_at IS NULL AND a.expires_at < $1 AND (a.expires_at, a.pair_id) > ($2::bigint, $3::text COLLATE "C")
     ORDER BY a.expires_at, a.pair_id LIMIT $4`,
    [Math.trunc(before), Math.trunc(after?.expires_at ?? 0), after?.pair_id ?? "", limit],
  );
  return rows.map(({ expires_at, ...row }) => ({ ...row, expires_at: Number(expires_at) }));
}

/** Returns how many had no outcome still. One that comes after all takes the place of the loss. */
async function markLost(pool: SqlPool, pairIds: readonly string[], now: number): Promise<number> {
  const { rows } = await pool.query(
    `UPDATE understudy.admissions a SET lost_at = $2::bigint
     FROM json_array_elements_text($1::json) AS lost (id)
     WHERE a.pair_id = lost.id COLLATE "C" AND a.lost_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM understudy.pairs p WHERE p.id = a.pair_id)
     RETURNING a.pair_id`,
    [JSON.stringify(pairIds), Math.trunc(now)],
  );
  return rows.length;
}
