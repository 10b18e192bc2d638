import type { LabelEpoch, LabelEvidence, LabelProgress } from "@understudy/evaluation";
import type { CallRecord } from "@understudy/contracts";
import type { Clock } from "@understudy/runtime";
import type { SqlPool } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";
import type { Pair } from "../pairs/pair.ts";
import { readPair } from "../pairs/read-pairs.ts";
import { labelOf } from "./fold-labels.ts";
import {
  type BlindAnswer,
  type BlindPair,
  type GivenLabel,
  LABEL_OVERDUE_MS,
  type LabelChoice,
  type LabelSaved,
  type LabelStore,
  type LabelTakenBack,
  type StoredLabel,
} from "./label-store.ts";

const OFFERED_FOR_MS = 10 * 60_000;

/** Of a row `d`: it has no label, and still may have one. `$2` is now. */
const OPEN = `d.id IS NOT NULL AND d.place IS NOT NULL AND d.choice IS NULL
  AND d.drawn_at > $2::bigint - ${LABEL_OVERDUE_MS} AND EXISTS (
    SELECT 1 FROM understudy.pair_texts t JOIN understudy.pairs p ON p.id = t.pair_id
    WHERE t.pair_id = d.pair_id AND p.texts_expire_at > $2::bigint)`;

export function createLabelQueue(pool: SqlPool, clock: Clock): LabelStore {
  const now = (): number => Math.trunc(clock.now());
  return {
    next: (experiment) => nextLabel(pool, experiment, clock),
    save: (label) => saveLabel(pool, label, now()),
    takeBack: (id, reviewer) => takeBack(pool, id, reviewer),
    async progress(experiment) {
      const known = await pool.query("SELECT 1 FROM understudy.experiments WHERE id = $1", [storable(experiment)]);
      return known.rows.length === 0 ? null : readProgress(pool, experiment, now());
    },
    read: (pairId) => readLabel(pool, pairId, now()),
  };
}

async function nextLabel(pool: SqlPool, experiment: string, clock: Clock): Promise<BlindPair | null> {
  const { rows } = await pool.query<{ id: string; pair_id: string; a_is_primary: boolean; drawn_at: number | string }>(
    `WITH next AS (
       SELECT d.pair_id FROM understudy.label_draws d WHERE d.experiment = $1 AND ${OPEN}
       ORDER BY coalesce(d.offered_at, 0) > $2::bigint - ${OFFERED_FOR_MS}, d.place LIMIT 1 FOR UPDATE OF d SKIP LOCKED
     )
     UPDATE understudy.label_draws d SET offered_at = $2::bigint FROM next WHERE d.pair_id = next.pair_id
     RETURNING d.id, d.pair_id, d.a_is_primary, d.drawn_at`,
    [storable(experiment), Math.trunc(clock.now())],
  );
  const [row] = rows;
  const pair = row === undefined ? null : await readPair(pool, row.pair_id, clock);
  if (row === undefined || pair === null) return null;
  const [primary, silent] = [blindAnswer(pair.primary), blindAnswer(pair.silent)];
  const [a, b] = row.a_is_primary ? [primary, silent] : [silent, primary];
  const asked = { api: pair.primary.operation, request: blindRequest(pair) };
  return { id: row.id, experiment, ...asked, a, b, due_at: Number(row.drawn_at) + LABEL_OVERDUE_MS };
}

/** What a request asks, and nothing else of it: who asked, of which model, and where it is kept tell nothing of an answer. */
const SHOWN = [
  "messages",
  "system",
  "instructions",
  "input",
  "prompt",
  "tools",
  "tool_choice",
  "response_format",
  "text",
] as const;

function blindRequest({ request }: Pair): BlindPair["request"] {
  const body = typeof request === "object" && request !== null ? (request as Readonly<Record<string, unknown>>) : {};
  return Object.fromEntries(SHOWN.flatMap((key) => (body[key] === undefined ? [] : [[key, body[key]]])));
}

function blindAnswer(call: CallRecord | null): BlindAnswer {
  const answer = call?.answer ?? null;
  return {
    text: answer?.text ?? null,
    // The ids of calls have each provider's own form.
    tool_calls: (answer?.tool_calls ?? []).map(({ name, arguments: given }) => ({ name, arguments: given })),
  };
}

async function saveLabel(pool: SqlPool, { id, choice, reviewer, note }: GivenLabel, now: number): Promise<LabelSaved> {
  const { rows } = await pool.query(
    `WITH labelled AS (
       UPDATE understudy.label_draws d SET choice = $3, reviewer = $4, labelled_at = $2::bigint
       WHERE d.id = $1 AND ${OPEN} RETURNING pair_id
     ), noted AS (
       UPDATE understudy.pair_texts t SET label_note = $5 FROM labelled WHERE t.pair_id = labelled.pair_id
     )
     SELECT pair_id FROM labelled`,
    [storable(id), now, choice, storable(reviewer), storable(note)],
  );
  if (rows.length === 1) return "stored";
  const known = await pool.query<{ choice: LabelChoice | null }>(
    "SELECT choice FROM understudy.label_draws WHERE id = $1",
    [storable(id)],
  );
  const [row] = known.rows;
  if (row === undefined) return "unknown";
  return row.choice === null ? "overdue" : "labelled";
}

async function takeBack(pool: SqlPool, id: string, reviewer: string | null): Promise<LabelTakenBack> {
  // Folding locks the experiment's progress first, so that what enters meanwhile is seen as entered here.
  const { rows } = await pool.query<{ gone: boolean; choice: string | null; entered: boolean }>(
    `WITH known AS (
       SELECT d.pair_id, d.choice, d.reviewer, d.place IS NOT NULL AND d.place < p.entered_to AS entered
       FROM understudy.label_draws d JOIN understudy.label_progress p ON p.experiment = d.experiment
       WHERE d.id = $1 FOR UPDATE OF d, p
     ), gone AS (
       UPDATE understudy.label_draws d SET choice = NULL, reviewer = NULL, labelled_at = NULL FROM known
       WHERE d.pair_id = known.pair_id AND NOT known.entered AND known.choice IS NOT NULL
         AND known.reviewer IS NOT DISTINCT FROM $2::text RETURNING d.pair_id
     ), unsaid AS (
       UPDATE understudy.pair_texts t SET label_note = NULL FROM gone WHERE t.pair_id = gone.pair_id
     )
     SELECT choice, entered, EXISTS (SELECT 1 FROM gone) AS gone FROM known`,
    [storable(id), storable(reviewer)],
  );
  const [row] = rows;
  if (row === undefined) return "unknown";
  if (row.gone) return "taken_back";
  if (row.choice === null) return "unlabelled";
  return row.entered ? "entered" : "of_another";
}

async function readLabel(pool: SqlPool, pairId: string, now: number): Promise<StoredLabel | null> {
  const { rows } = await pool.query<
    Pick<StoredLabel, "reviewer" | "note"> & {
      choice: LabelChoice;
      a_is_primary: boolean;
      labelled_at: number | string;
    }
  >(
    `SELECT d.choice, d.a_is_primary, d.reviewer, d.labelled_at, t.label_note AS note
     FROM understudy.label_draws d
     LEFT JOIN understudy.pairs p ON p.id = d.pair_id AND p.texts_expire_at > $2::bigint
     LEFT JOIN understudy.pair_texts t ON t.pair_id = p.id
     WHERE d.pair_id = $1 AND d.choice IS NOT NULL`,
    [storable(pairId), now],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { choice, a_is_primary, reviewer, note, labelled_at } = row;
  return { label: inWords(choice, a_is_primary), reviewer, note, labelled_at: Number(labelled_at) };
}

function inWords(choice: LabelChoice, aIsPrimary: boolean): StoredLabel["label"] {
  if (choice === "skip") return "skip";
  const label = labelOf(choice, aIsPrimary);
  return label === 0 ? "same" : label === 1 ? "primary" : "silent";
}

async function readProgress(pool: SqlPool, experiment: string, now: number): Promise<LabelProgress> {
  const { rows } = await pool.query<Record<"drawn" | "labelled" | "skipped" | "waiting", number | string>>(
    `SELECT count(*) AS drawn, count(*) FILTER (WHERE choice <> 'skip') AS labelled,
       count(*) FILTER (WHERE choice = 'skip') AS skipped, count(*) FILTER (WHERE ${OPEN}) AS waiting
     FROM understudy.label_draws d WHERE d.experiment = $1 AND d.id IS NOT NULL AND d.place IS NOT NULL`,
    [storable(experiment), now],
  );
  const of = (name: "drawn" | "labelled" | "skipped" | "waiting"): number => Number(rows[0]?.[name] ?? 0);
  const [drawn, labelled, skipped, waiting] = [of("drawn"), of("labelled"), of("skipped"), of("waiting")];
  return { drawn, labelled, skipped, overdue: drawn - labelled - skipped - waiting, waiting };
}

/** What the verdict reads of labels. */
export async function readLabels(pool: SqlPool, experiment: string, now: number): Promise<LabelEvidence> {
  const [{ rows }, progress] = await Promise.all([
    pool.query<{ epochs: readonly LabelEpoch[] }>(
      "SELECT epochs FROM understudy.label_progress WHERE experiment = $1",
      [storable(experiment)],
    ),
    readProgress(pool, experiment, Math.trunc(now)),
  ]);
  return { epochs: rows[0]?.epochs ?? [], progress };
}
