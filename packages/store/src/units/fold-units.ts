import { MOST_TURNS, type Unit, unitOf } from "@understudy/evaluation";
import { inTransaction, type SqlClient, type SqlPool } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";
import { addToBlocks, addToShapes, markEntered } from "./add-units.ts";
import { betOnCosts } from "./cost-bets.ts";
import { discover } from "./discover.ts";
import { foldLabels, hasLabelsToEnter } from "../labels/fold-labels.ts";
import { foldJudged } from "./fold-judged.ts";
import { type Progress, progressUnder, writeProgress } from "./progress.ts";
import { type Due, readTurns } from "./read-turns.ts";
import { rulesText, type UnitTask } from "./unit-task.ts";

/** Conversations that enter in one transaction. */
const MOST_AT_ONCE = 1_000;
/** First key of the advisory lock; the second is the experiment's. */
const LOCK = 1_970_171_508;
/** Gateways write what they admitted every second; until then it may be on its way. */
const SETTLE_MS = 5_000;

/**
 * Lets the conversations of an experiment enter that are due: their first turn is a horizon ago, and every request admitted
 * since has its outcome. In the order of their first turns, never of their ends: slow and failing calls end last, and what
 * enters early would be a selection of good ones. One process at a time folds an experiment; the others find nothing to do.
 * Returns how many entered; as many as `MOST_AT_ONCE`: there may be more.
 */
export async function foldUnits(
  pool: SqlPool,
  task: UnitTask,
  now: number,
): Promise<{ readonly entered: number; readonly more: boolean }> {
  const folded = await foldConversations(pool, task, now);
  const { more } = await foldPeople(pool, task, now);
  return { ...folded, more: folded.more || more };
}

async function foldPeople(
  pool: SqlPool,
  { experiment, labels }: UnitTask,
  now: number,
): Promise<{ readonly more: boolean }> {
  if (labels === null || !(await hasLabelsToEnter(pool, experiment, labels, now))) return NOTHING;
  return inTransaction(pool, async (client) =>
    (await isOurs(client, experiment)) ? foldLabels(client, experiment, labels, now) : NOTHING,
  );
}

async function foldConversations(
  pool: SqlPool,
  task: UnitTask,
  now: number,
): Promise<{ readonly entered: number; readonly more: boolean }> {
  const rules = rulesText(task);
  if (!(await hasWork(pool, task.experiment, rules))) return NOTHING;
  return inTransaction(pool, async (client) => {
    if (!(await isOurs(client, task.experiment))) return NOTHING;
    const before = await progressUnder(client, task.experiment, rules);
    const watermark = await watermarkOf(client, task, now);
    const discovered = await discover(client, task, before, watermark);
    const due = await dueConversations(client, task, discovered.readTo);
    const turns = await readTurns(client, task, due);
    const units = due.flatMap(({ key }) => {
      const own = turns.get(key);
      return own === undefined ? [] : [unitOf(key, own, task.rules)];
    });
    await forgetEmpty(client, task.experiment, due, turns);
    const entered = await enter(client, task, discovered, units);
    const { progress, more } = await foldJudged(client, task, entered, now);
    await writeProgress(client, task.experiment, rules, progress);
    const readAll = discovered.readTo >= Math.floor(watermark);
    return { entered: units.length, more: more || due.length === MOST_AT_ONCE || !readAll };
  });
}

const NOTHING = { entered: 0, more: false };

/** One look, so that an experiment that rests costs no transaction. */
async function hasWork(pool: SqlPool, experiment: string, rules: string): Promise<boolean> {
  const { rows } = await pool.query<{ work: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM understudy.figures WHERE experiment = $1 AND admitted_at > coalesce(p.read_to, 0))
       OR EXISTS (SELECT 1 FROM understudy.conversations WHERE experiment = $1 AND place IS NULL)
       OR coalesce(p.judged_to < p.conversations OR p.rules <> $2, false) AS work
     FROM (SELECT 1) one LEFT JOIN understudy.unit_progress p ON p.experiment = $1`,
    [storable(experiment), rules],
  );
  return rows[0]?.work === true;
}

/** A conversation whose pairs are all gone: failed ones that are tried again, say. */
async function forgetEmpty(
  client: SqlClient,
  experiment: string,
  due: readonly Due[],
  turns: ReadonlyMap<string, unknown>,
): Promise<void> {
  const empty = due.filter(({ key }) => !turns.has(key)).map(({ key }) => key);
  if (empty.length === 0) return;
  await client.query(
    `DELETE FROM understudy.conversations c USING json_array_elements_text($2::json) gone (key)
     WHERE c.experiment = $1 AND c.key = gone.key COLLATE "C"`,
    [storable(experiment), JSON.stringify(empty)],
  );
}

async function isOurs(client: SqlClient, experiment: string): Promise<boolean> {
  const { rows } = await client.query<{ ours: boolean }>("SELECT pg_try_advisory_xact_lock($1, hashtext($2)) AS ours", [
    LOCK,
    storable(experiment),
  ]);
  return rows[0]?.ours === true;
}

/** The latest moment, epoch milliseconds, before which everything that was admitted has its outcome, the control's too. */
async function watermarkOf(client: SqlClient, { experiment, control }: UnitTask, now: number): Promise<number> {
  const { rows } = await client.query<{ first: number | string | null }>(
    "SELECT min(admitted_at) AS first FROM understudy.admissions WHERE experiment IN ($1, $2) AND lost_at IS NULL",
    [storable(experiment), storable(control ?? experiment)],
  );
  const first = rows[0]?.first ?? null;
  const settled = now - SETTLE_MS;
  return first === null ? settled : Math.min(settled, Number(first) - 1);
}

async function dueConversations(
  client: SqlClient,
  { experiment, horizonMs }: UnitTask,
  readTo: number,
): Promise<readonly Due[]> {
  const { rows } = await client.query<{ key: string; started_at: number | string }>(
    `SELECT key, started_at FROM understudy.conversations
     WHERE experiment = $1 AND place IS NULL AND started_at <= $2::bigint
     ORDER BY started_at, key LIMIT ${MOST_AT_ONCE}`,
    [storable(experiment), readTo - horizonMs],
  );
  return rows.map(({ key, started_at }) => ({ key, started_at: Number(started_at) }));
}

async function enter(client: SqlClient, task: UnitTask, before: Progress, units: readonly Unit[]): Promise<Progress> {
  const { experiment } = task;
  const first = before.conversations;
  if (units.length === 0) return before;
  await addToShapes(
    client,
    experiment,
    units.flatMap(({ values }) => values),
  );
  await addToBlocks(
    client,
    experiment,
    units.map(({ started_at, values }, index) => ({
      place: first + index,
      startedAt: started_at,
      enters: true,
      values,
    })),
  );
  await markEntered(client, experiment, first, units);
  return {
    ...before,
    conversations: first + units.length,
    pairs: before.pairs + units.reduce((sum, { pairs }) => sum + Math.min(pairs, MOST_TURNS), 0),
    costs: betOnCosts(before.costs, units, task.cost),
  };
}
