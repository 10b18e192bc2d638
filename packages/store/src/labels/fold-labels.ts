import {
  enterLabels,
  type JudgedPair,
  type JudgeSays,
  knownLabel,
  type Label,
  type LabelEpoch,
  type LabelOutcome,
} from "@understudy/evaluation";
import type { SqlClient, SqlPool, SqlQueryable } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";
import type { LabelRules } from "../units/unit-task.ts";
import { type LabelChoice, LABEL_OVERDUE_MS } from "./label-store.ts";

const MOST_AT_ONCE = 2_000;
/** A label that is written in the last moment, by another machine's clock, is there before it is missed. */
const GRACE_MS = 60_000;

/**
 * Of a row `d`: whether it says now what it will ever say. `$2` is the moment before which what was drawn is overdue, `$5` the
 * one before which a label can be taken back no more.
 */
const SETTLED = `(d.id IS NULL OR (d.choice IS NOT NULL AND d.labelled_at <= $5::bigint) OR d.drawn_at <= $2::bigint OR NOT EXISTS (
  SELECT 1 FROM understudy.pair_texts t JOIN understudy.pairs p ON p.id = t.pair_id
  WHERE t.pair_id = d.pair_id AND p.texts_expire_at > $3::bigint))`;

interface DrawRow {
  readonly place: number | string;
  readonly says: JudgeSays;
  readonly share: number;
  readonly drawn: boolean;
  readonly a_is_primary: boolean | null;
  readonly choice: LabelChoice | null;
  readonly settled: boolean;
}

/** One look, so that a queue that waits for people costs no transaction. */
export async function hasLabelsToEnter(
  pool: SqlPool,
  experiment: string,
  { margin, heldMs = 0 }: LabelRules,
  now: number,
): Promise<boolean> {
  const { rows } = await pool.query<{ work: boolean }>(
    `SELECT (margin IS NOT NULL AND margin <> $4) OR EXISTS (
       SELECT 1 FROM (
         SELECT * FROM understudy.label_draws
         WHERE experiment = p.experiment AND place >= p.entered_to ORDER BY place LIMIT 1
       ) d WHERE ${SETTLED}
     ) AS work FROM understudy.label_progress p WHERE p.experiment = $1`,
    [storable(experiment), ...momentsOf(now), margin, Math.trunc(now) - heldMs],
  );
  return rows[0]?.work === true;
}

/**
 * Enters judged pairs in their order, up to the first that was drawn and has no label yet: what needs none would overtake the
 * others, and promote a candidate at the margin in most of the cases. Whether more may be entered.
 */
export async function foldLabels(
  client: SqlClient,
  experiment: string,
  { margin, heldMs = 0 }: LabelRules,
  now: number,
): Promise<{ readonly more: boolean }> {
  const before = await progressUnder(client, experiment, margin);
  if (before === null) return { more: false };
  const { rows } = await client.query<DrawRow>(
    `SELECT d.place, d.says, d.share, d.drawn, d.a_is_primary, d.choice, ${SETTLED} AS settled
     FROM understudy.label_draws d WHERE d.experiment = $1 AND d.place >= $4::bigint
     ORDER BY d.place LIMIT ${MOST_AT_ONCE}`,
    [storable(experiment), ...momentsOf(now), before.enteredTo, Math.trunc(now) - heldMs],
  );
  const open = rows.findIndex(({ settled }) => !settled);
  const due = open === -1 ? rows : rows.slice(0, open);
  const last = due.at(-1);
  if (last === undefined) return { more: false };
  const epochs = enterLabels(before.epochs, due.map(judgedPairOf), margin);
  await client.query(
    "UPDATE understudy.label_progress SET margin = $2, entered_to = $3::bigint, epochs = $4::json WHERE experiment = $1",
    [storable(experiment), margin, Number(last.place) + 1, JSON.stringify(epochs)],
  );
  return { more: open === -1 && rows.length === MOST_AT_ONCE };
}

function momentsOf(now: number): readonly [overdue: number, now: number] {
  return [Math.trunc(now) - LABEL_OVERDUE_MS - GRACE_MS, Math.trunc(now) - GRACE_MS];
}

interface LabelsEntered {
  readonly enteredTo: number;
  readonly epochs: readonly LabelEpoch[];
}

/** Predictions hang on the margin: under another one they are made again, from the first pair on. */
async function progressUnder(client: SqlClient, experiment: string, margin: number): Promise<LabelsEntered | null> {
  const { rows } = await client.query<{
    margin: number | null;
    entered_to: number | string;
    epochs: readonly LabelEpoch[];
  }>("SELECT margin, entered_to, epochs FROM understudy.label_progress WHERE experiment = $1 FOR UPDATE", [
    storable(experiment),
  ]);
  const [row] = rows;
  if (row === undefined) return null;
  return row.margin === null || row.margin === margin
    ? { enteredTo: Number(row.entered_to), epochs: row.epochs }
    : { enteredTo: 0, epochs: [] };
}

function judgedPairOf({ says, share, drawn, a_is_primary, choice }: DrawRow): JudgedPair {
  return { says, share, outcome: drawn ? (knownLabel(says) ?? outcomeOf(choice, a_is_primary === true)) : "not_drawn" };
}

function outcomeOf(choice: LabelChoice | null, aIsPrimary: boolean): LabelOutcome {
  if (choice === null || choice === "skip") return "missing";
  return labelOf(choice, aIsPrimary);
}

/** What it says of the candidate, whichever place this had. */
export function labelOf(choice: Exclude<LabelChoice, "skip">, aIsPrimary: boolean): Label {
  if (choice === "same") return 0;
  return (choice === "a") === aIsPrimary ? 1 : -1;
}

/** Conversations are read again: draws and labels stay, and wait for their places. */
export async function forgetPlaces(sql: SqlQueryable, experiment: string): Promise<void> {
  await sql.query("UPDATE understudy.label_draws SET place = NULL WHERE experiment = $1", [storable(experiment)]);
  await sql.query("UPDATE understudy.label_progress SET entered_to = 0, epochs = '[]' WHERE experiment = $1", [
    storable(experiment),
  ]);
}
