import type { AnswerKind, Turn } from "@understudy/evaluation";
import { storable } from "../database/sql-values.ts";
import type { SqlQueryable } from "../database/database.ts";
import type { UnitTask } from "./unit-task.ts";

/** A conversation that is due. Epoch milliseconds. */
export interface Due {
  readonly key: string;
  readonly started_at: number;
}

interface TurnRow {
  readonly conversation: string;
  readonly admitted_at: number | string;
  readonly answer_kind: AnswerKind | null;
  readonly kinds: string | null;
  readonly differs: number | null;
  readonly control_differs: number | null;
  readonly checks: number | null;
  readonly own_high: number | null;
  readonly own_low: number | null;
  readonly own_told: boolean | null;
  readonly errors: number | null;
  readonly standing: string;
  readonly primary_ms: number | null;
  readonly silent_ms: number | null;
  readonly primary_first_token_ms: number | null;
  readonly silent_first_token_ms: number | null;
  readonly primary_cost_usd: number | null;
  readonly silent_cost_usd: number | null;
}

/**
 * The turns of these conversations within the horizon, each with what the control made of the same request. By order of
 * admission: an answer that came late is no later turn.
 */
export async function readTurns(
  sql: SqlQueryable,
  { experiment, control, horizonMs, ownChecks = null, reverse = false, rollout = null }: UnitTask,
  due: readonly Due[],
): Promise<ReadonlyMap<string, readonly Turn[]>> {
  const { rows } = await sql.query<TurnRow>(
    `SELECT f.conversation, f.admitted_at, f.answer_kind, f.kinds, f.differs, c.differs AS control_differs, f.checks,
       f.errors, f.standing, f.primary_ms, f.silent_ms, f.primary_first_token_ms, f.silent_first_token_ms,
       f.primary_cost_usd, f.silent_cost_usd,
       CASE WHEN f.own_set = $5 THEN f.own_high END AS own_high, f.own_low, f.own_told
     FROM json_to_recordset($2::json) AS due (key text, started_at bigint)
     JOIN understudy.figures f ON f.experiment = $1 AND f.conversation = due.key COLLATE "C"
       AND f.admitted_at IS NOT NULL AND f.admitted_at <= due.started_at + $4::bigint
       AND ($6::text IS NULL OR f.rollout = $6)
     JOIN understudy.pairs p ON p.id = f.pair_id
     LEFT JOIN understudy.pairs cp ON cp.request_id = p.request_id AND cp.experiment = $3
     LEFT JOIN understudy.figures c ON c.pair_id = cp.id
     ORDER BY f.admitted_at, f.pair_id`,
    [storable(experiment), JSON.stringify(due), control, horizonMs, ownChecks, storable(rollout)],
  );
  return Map.groupBy(
    rows.map((row) => turnOf(reverse ? withoutOldFailures(row) : row)),
    ({ conversation }) => conversation,
  );
}

/**
 * In a reverse experiment, of a call of the old model that failed: it says nothing of the answer it was to be compared with, and
 * is no merit of the candidate's either, whose own failures it would make up for.
 */
function withoutOldFailures(row: TurnRow): TurnRow {
  if (row.standing !== "silent_failed") return row;
  return {
    ...row,
    differs: null,
    checks: null,
    own_high: null,
    errors: 0,
    standing: "not_comparable",
    primary_ms: null,
  };
}

function turnOf(row: TurnRow): Turn {
  return {
    conversation: row.conversation,
    admitted_at: Number(row.admitted_at),
    answer_kind: row.answer_kind,
    kinds: row.kinds === null || row.kinds === "" ? [] : row.kinds.split(","),
    differs: row.differs,
    control_differs: row.control_differs,
    checks: row.checks,
    own: row.own_high === null ? null : { high: row.own_high, low: row.own_low ?? -1, told: row.own_told === true },
    errors: row.errors,
    latency: ratioOf(row.standing, row.primary_ms, row.silent_ms),
    first_token: ratioOf(row.standing, row.primary_first_token_ms, row.silent_first_token_ms),
    primary_cost: row.primary_cost_usd,
    silent_cost: row.silent_cost_usd,
  };
}

/** A candidate that failed was slower than any margin. Where the primary failed there is no ratio. */
function ratioOf(standing: string, primary: number | null, silent: number | null): number | null {
  if (standing === "silent_failed") return primary === null ? null : Infinity;
  if (standing === "our_fault" || standing === "primary_failed") return null;
  return primary === null || silent === null || primary <= 0 ? null : silent / primary;
}
