import type { Account, Caller, CallerAccounts, CallersBy } from "@understudy/contracts";
import type { SqlPool } from "../database/database.ts";
import { countsOf, TALLIES, type Tally } from "./read-experiments.ts";

/** Accounts that are shown each by itself. */
const MOST_CALLERS = 100;

/** Null when there is no such experiment. */
export async function readCallerAccounts(
  pool: SqlPool,
  { id, by }: { readonly id: string; readonly by: CallersBy },
): Promise<CallerAccounts | null> {
  const known = await pool.query("SELECT 1 FROM understudy.experiments WHERE id = $1", [id]);
  if (known.rows.length === 0) return null;
  const rows = await readTallies(pool, id, by);
  const isNamed = ({ key_alias, team }: Caller): boolean => key_alias !== null || team !== null;
  const counts = countsOf(rows.filter((row) => !isNamed(row)));
  const callers = [...Map.groupBy(rows.filter(isNamed), nameOf).values()]
    .flatMap(([first, ...more]) => (first === undefined ? [] : [accountOf(first, more)]))
    .toSorted((one, other) => other.counts.admitted - one.counts.admitted || (nameOf(one) < nameOf(other) ? -1 : 1))
    .slice(0, MOST_CALLERS);
  return { counts, callers, others: callers.reduce((left, { counts: part }) => less(left, part), counts) };
}

interface CalledTally extends Tally, Caller {}

const nameOf = ({ key_alias, team }: Caller): string => JSON.stringify([key_alias, team]);

function accountOf(first: CalledTally, more: readonly CalledTally[]): CallerAccounts["callers"][number] {
  const { key_alias, team } = first;
  return { key_alias, team, counts: countsOf([first, ...more]) };
}

/** Of all calls, in rows that name nobody, and again of each caller that has a name. */
async function readTallies(pool: SqlPool, experiment: string, by: CallersBy): Promise<readonly CalledTally[]> {
  const named = by === "key" ? "key_alias IS NOT NULL" : "team IS NOT NULL";
  const names = by === "key" ? "key_alias, team" : "NULL AS key_alias, team";
  const { rows } = await pool.query<Omit<CalledTally, "count"> & { count: number | string }>(
    `SELECT experiment, source, kind, reason, NULL AS key_alias, NULL AS team, count FROM (${TALLIES}) all_of_it
     UNION ALL
     SELECT experiment, source, kind, reason, ${names}, sum(count) FROM (
       SELECT experiment, 'pairs' AS source, outcome AS kind, coalesce(reason, '') AS reason, key_alias, team, count(*) AS count
       FROM understudy.pairs WHERE experiment = $1 AND (key_alias IS NOT NULL OR team IS NOT NULL)
       GROUP BY experiment, outcome, reason, key_alias, team
       UNION ALL
       SELECT experiment, 'ledger', kind, reason, nullif(key_alias, ''), nullif(team, ''), count
       FROM understudy.ledger_of_callers WHERE experiment = $1
       UNION ALL
       SELECT experiment, 'admissions', CASE WHEN lost_at IS NULL THEN 'pending' ELSE 'lost' END, '', key_alias, team, 1
       FROM understudy.admissions a
       WHERE experiment = $1 AND NOT EXISTS (SELECT 1 FROM understudy.pairs p WHERE p.id = a.pair_id)
     ) of_callers WHERE ${named} GROUP BY 1, 2, 3, 4, 5, 6`,
    [experiment],
  );
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

function less(all: Account, part: Account): Account {
  return {
    admitted: all.admitted - part.admitted,
    paired: all.paired - part.paired,
    failed: all.failed - part.failed,
    expired: all.expired - part.expired,
    dropped: lessEach(all.dropped, part.dropped),
    lost: all.lost - part.lost,
    pending: all.pending - part.pending,
    skipped: lessEach(all.skipped, part.skipped),
  };
}

function lessEach(all: Account["dropped"], part: Account["dropped"]): Account["dropped"] {
  const left = Object.entries(all).map(([reason, count]) => [reason, count - (part[reason] ?? 0)] as const);
  return Object.fromEntries(left.filter(([, count]) => count > 0));
}
