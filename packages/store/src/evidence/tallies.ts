import { type Evidence, type Standing, STANDINGS, type Tally } from "@understudy/evaluation";

import type { SqlPool } from "../database/database.ts";
import { type Marks, NO_MARKS, readMarks } from "../pairs/marks.ts";

type Counted = Pick<
  Evidence,
  | "pairs"
  | "comparable"
  | "not_comparable"
  | "standings"
  | "agreed"
  | "agreement_rules"
  | "measures"
  | "flags"
  | "errors"
>;

export interface Tallies extends Counted {
  /** Failed silent calls by kind. */
  readonly silentErrors: ReadonlyMap<string, number>;
}

interface Group {
  readonly marks: Marks;
  readonly notComparable: readonly string[];
  readonly silentError: string;
  readonly standing: Standing;
  readonly count: number;
}

/**
 * Workers of before migration 0010 that still run after it write no standing: it is told from the rest, as that migration does, or
 * what they measured would count as missing.
 */
const STANDING = `coalesce(standing, CASE
  WHEN silent_error IN ('authentication', 'permission', 'not_found', 'quota') THEN 'our_fault'
  WHEN marks / 2 % 2 = 1 THEN 'primary_failed'
  WHEN silent_error <> '' THEN 'silent_failed'
  WHEN comparable THEN 'measured'
  ELSE 'not_comparable' END)`;

/** Every yes and no of the experiment's pairs, from one pass: there are few ways in which pairs are marked. */
export async function readTallies(pool: SqlPool, experiment: string): Promise<Tallies> {
  const { rows } = await pool.query<{
    marks: number | string;
    more_marks: number | string;
    not_comparable: string;
    silent_error: string;
    standing: Standing;
    count: number | string;
  }>(
    `SELECT marks, more_marks, not_comparable, silent_error, ${STANDING} AS standing, count(*) AS count
     FROM understudy.figures WHERE experiment = $1 GROUP BY 1, 2, 3, 4, 5`,
    [experiment],
  );
  const groups = rows.map((row) => ({
    marks: readMarks({ marks: Number(row.marks), more_marks: Number(row.more_marks) }),
    notComparable: row.not_comparable === "" ? [] : row.not_comparable.split(","),
    silentError: row.silent_error,
    standing: row.standing,
    count: Number(row.count),
  }));
  const comparable = groups.filter(({ marks }) => marks.comparable);
  return {
    pairs: total(groups),
    comparable: total(comparable),
    not_comparable: Object.fromEntries(
      summed(groups.flatMap(({ notComparable, count }) => notComparable.map((reason) => [reason, count]))),
    ),
    standings: standingsOf(groups),
    agreed: tally(comparable, ({ agrees }) => agrees),
    agreement_rules: rulesOf(comparable),
    measures: measuresOf(comparable),
    flags: flagsOf(comparable),
    errors: errorsOf(groups),
    silentErrors: summed(
      groups.filter(({ silentError }) => silentError !== "").map(({ silentError, count }) => [silentError, count]),
    ),
  };
}

function total(groups: readonly Group[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}

function standingsOf(groups: readonly Group[]): Evidence["standings"] {
  const of = (standing: Standing): number => total(groups.filter((group) => group.standing === standing));
  return Object.fromEntries(STANDINGS.map((standing) => [standing, of(standing)])) as Evidence["standings"];
}

function summed(counts: readonly (readonly [string, number])[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
  return sums;
}

/** Of the groups of which it can be told. */
function tally(groups: readonly Group[], holds: (marks: Marks) => boolean | null): Tally {
  const known = groups.filter(({ marks }) => holds(marks) !== null);
  return { count: total(known.filter(({ marks }) => holds(marks) === true)), of: total(known) };
}

function rulesOf(groups: readonly Group[]): Evidence["agreement_rules"] {
  const byRule = Map.groupBy(groups, ({ marks }) => marks.rule);
  const entries = [...byRule].flatMap(([rule, members]) =>
    rule === null ? [] : [[rule, tally(members, ({ agrees }) => agrees)] as const],
  );
  return Object.fromEntries(entries);
}

function measuresOf(groups: readonly Group[]): Evidence["measures"] {
  const names = NO_MARKS.measures.map(({ name }) => name);
  const entries = names.map(
    (name, index) => [name, tally(groups, ({ measures }) => measures[index]?.holds ?? null)] as const,
  );
  return Object.fromEntries(entries.filter(([, { of }]) => of > 0));
}

function flagsOf(groups: readonly Group[]): Evidence["flags"] {
  const names = NO_MARKS.flags.map(({ name }) => name);
  return names
    .map((name, index) => {
      const primary = tally(groups, ({ flags }) => flags[index]?.holds?.primary ?? null);
      const silent = tally(groups, ({ flags }) => flags[index]?.holds?.silent ?? null);
      return { name, primary: primary.count, silent: silent.count, of: silent.of };
    })
    .filter(({ of }) => of > 0);
}

function errorsOf(groups: readonly Group[]): Evidence["errors"] {
  const of = (primary: boolean, silent: boolean): number =>
    total(groups.filter(({ marks }) => marks.primaryFailed === primary && marks.silentFailed === silent));
  return {
    both: of(true, true),
    primary_only: of(true, false),
    silent_only: of(false, true),
    neither: of(false, false),
  };
}

/** Kinds of the silent model's failures, the most frequent first, with the newest message of each. */
export async function readFailures(
  pool: SqlPool,
  experiment: string,
  counts: ReadonlyMap<string, number>,
): Promise<Evidence["failures"]> {
  const failures = [...counts].map(async ([kind, count]) => {
    const { rows } = await pool.query<{ example: string | null }>(
      `SELECT silent_record #>> '{error,message}' AS example FROM understudy.pairs
       WHERE experiment = $1 AND outcome = 'failed' AND reason = $2 ORDER BY created_at DESC LIMIT 1`,
      [experiment, kind],
    );
    return { kind, count, example: rows[0]?.example ?? "" };
  });
  return (await Promise.all(failures)).toSorted((one, other) => other.count - one.count);
}
