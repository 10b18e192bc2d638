import { MOST_TURNS } from "@understudy/evaluation";
import type { SqlClient } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";
import type { Progress } from "./progress.ts";
import type { UnitTask } from "./unit-task.ts";

/** Pairs that are read in one transaction. */
const MOST_READ = 20_000;
/** A key with more of the pairs than this, and more turns before it enters than are bet on, may be a whole service's. */
const SERVICE_SHARE = 0.05;

interface Found {
  readonly key: string;
  readonly pairs: number;
  /** What was found of it just now. */
  readonly more: number;
  readonly entered: boolean;
}

/**
 * Finds the conversations that began since the last look. A key that turns out to be a service's, before any bet was placed
 * on it, is taken apart by the next name its requests have.
 */
export async function discover(
  client: SqlClient,
  task: UnitTask,
  before: Progress,
  watermark: number,
): Promise<Progress> {
  const experiment = storable(task.experiment);
  const rollout = storable(task.rollout ?? null);
  const to = await endOfSpan(client, experiment, before.readTo, watermark);
  if (to <= before.readTo) return before;
  await client.query(
    `UPDATE understudy.figures f SET conversation = coalesce(f.finer, 'pair ' || f.pair_id) FROM understudy.services s
     WHERE s.experiment = $1 AND f.experiment = $1 AND f.conversation = s.key AND f.admitted_at > $2 AND f.admitted_at <= $3`,
    [experiment, before.readTo, to],
  );
  await nameRecurring(client, experiment, { from: before.readTo, to, horizonMs: task.horizonMs });
  const found = await findSince(client, { experiment, rollout }, before.readTo, to);
  const readPairs = before.readPairs + found.reduce((sum, { more }) => sum + more, 0);
  const heavy = found.filter(
    ({ pairs, entered }) => !entered && pairs > MOST_TURNS && pairs > SERVICE_SHARE * readPairs,
  );
  const apart = new Set<string>();
  for (const { key } of heavy) if (await takeApart(client, { experiment, rollout }, key, to)) apart.add(key);
  const [heaviest] = found.filter(({ key }) => !apart.has(key)).toSorted((one, other) => other.pairs - one.pairs);
  const isHeavier = heaviest !== undefined && heaviest.pairs > before.heaviestPairs;
  return {
    ...before,
    readTo: to,
    readPairs,
    heaviest: isHeavier ? heaviest.key : before.heaviest,
    heaviestPairs: isHeavier ? heaviest.pairs : before.heaviestPairs,
  };
}

/** As far as may be read at once. Pairs of the same millisecond are read together. */
async function endOfSpan(client: SqlClient, experiment: string, from: number, watermark: number): Promise<number> {
  const { rows } = await client.query<{ last: number | string | null; pairs: number | string }>(
    `SELECT max(admitted_at) AS last, count(*) AS pairs FROM (
       SELECT admitted_at FROM understudy.figures WHERE experiment = $1 AND admitted_at > $2 AND admitted_at <= $3
       ORDER BY admitted_at LIMIT ${MOST_READ}) span`,
    [experiment, from, Math.floor(watermark)],
  );
  const [row] = rows;
  return Number(row?.pairs ?? 0) < MOST_READ ? Math.floor(watermark) : Number(row?.last);
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly horizonMs: number;
}

/**
 * A request that begins as another did more than a horizon ago, and has no more messages than that one had, is another
 * conversation that begins alike. One that goes on has more, and stays with the first.
 */
async function nameRecurring(client: SqlClient, experiment: string, { from, to, horizonMs }: Span): Promise<void> {
  await client.query(
    `UPDATE understudy.figures f SET conversation = f.conversation || '@' || f.admitted_at / greatest($4::bigint, 1)
     FROM (
       SELECT s.conversation AS key, least(min(c.started_at), min(s.admitted_at)) AS started_at,
         coalesce(min(c.opening), min(split_part(s.finer, '.', 1)::int)) AS opening
       FROM understudy.figures s
       LEFT JOIN understudy.conversations c ON c.experiment = $1 AND c.key = s.conversation
       WHERE s.experiment = $1 AND s.admitted_at > $2 AND s.admitted_at <= $3 AND strpos(s.finer, '.') > 0
       GROUP BY s.conversation
     ) first
     WHERE f.experiment = $1 AND f.admitted_at > $2 AND f.admitted_at <= $3 AND f.conversation = first.key
       AND strpos(f.finer, '.') > 0 AND split_part(f.finer, '.', 1)::int = first.opening
       AND f.admitted_at > first.started_at + $4::bigint`,
    [experiment, from, to, horizonMs],
  );
}

/** Whose pairs are looked at: all of an experiment, or those of one rollout. */
interface Of {
  readonly experiment: string;
  readonly rollout: string | null;
}

async function findSince(
  client: SqlClient,
  { experiment, rollout }: Of,
  from: number,
  to: number,
): Promise<readonly Found[]> {
  const { rows } = await client.query<{ key: string; pairs: number | string; more: number | string; entered: boolean }>(
    `WITH more AS (
       SELECT conversation AS key, min(admitted_at) AS started_at, count(*) AS pairs,
         min(CASE WHEN strpos(finer, '.') > 0 THEN split_part(finer, '.', 1)::int END) AS opening
       FROM understudy.figures
       WHERE experiment = $1 AND admitted_at > $2 AND admitted_at <= $3 AND ($4::text IS NULL OR rollout = $4)
       GROUP BY conversation
     ), kept AS (
       INSERT INTO understudy.conversations AS c (experiment, key, started_at, pairs, opening)
       SELECT $1, key, started_at, pairs, opening FROM more ORDER BY key
       ON CONFLICT (experiment, key) DO UPDATE SET pairs = c.pairs + excluded.pairs
       RETURNING key, pairs, place
     )
     SELECT kept.key, kept.pairs, more.pairs AS more, kept.place IS NOT NULL AS entered FROM kept JOIN more USING (key)`,
    [experiment, from, to, rollout],
  );
  return rows.map(({ key, pairs, more, entered }) => ({ key, pairs: Number(pairs), more: Number(more), entered }));
}

/**
 * Where half of a key's requests have as many messages as each other it is no conversation, whose requests grow; where they
 * have another session or user, that parts them. Both are known before any answer is. Returns whether it was a service's.
 */
async function takeApart(client: SqlClient, { experiment, rollout }: Of, key: string, to: number): Promise<boolean> {
  const { rows } = await client.query<{ service: boolean | null }>(
    `WITH own AS (SELECT finer FROM understudy.figures WHERE experiment = $1 AND conversation = $2 AND admitted_at <= $3),
     usual AS (SELECT mode() WITHIN GROUP (ORDER BY split_part(finer, '.', 1)) AS messages FROM own WHERE strpos(finer, '.') > 0)
     SELECT count(*) FILTER (WHERE strpos(finer, '.') = 0 OR split_part(finer, '.', 1) = usual.messages) * 2 >= count(*) AS service
     FROM own, usual`,
    [experiment, key, to],
  );
  if (rows[0]?.service !== true) return false;
  await client.query("INSERT INTO understudy.services (experiment, key) VALUES ($1, $2) ON CONFLICT DO NOTHING", [
    experiment,
    key,
  ]);
  await client.query("DELETE FROM understudy.conversations WHERE experiment = $1 AND key = $2", [experiment, key]);
  await client.query(
    `WITH moved AS (
       UPDATE understudy.figures SET conversation = coalesce(finer, 'pair ' || pair_id)
       WHERE experiment = $1 AND conversation = $2 AND admitted_at <= $3 AND ($4::text IS NULL OR rollout = $4)
       RETURNING conversation, admitted_at, finer
     )
     INSERT INTO understudy.conversations AS c (experiment, key, started_at, pairs, opening)
     SELECT $1, conversation, min(admitted_at), count(*),
       min(CASE WHEN strpos(finer, '.') > 0 THEN split_part(finer, '.', 1)::int END)
     FROM moved GROUP BY conversation ORDER BY conversation
     ON CONFLICT (experiment, key) DO UPDATE SET pairs = c.pairs + excluded.pairs`,
    [experiment, key, to, rollout],
  );
  return true;
}
