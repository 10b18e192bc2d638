import { storable } from "../database/sql-values.ts";
import type { SqlQueryable } from "../database/database.ts";
import { forgetPlaces } from "../labels/fold-labels.ts";
import { type CostBets, NO_COST_BETS } from "./cost-bets.ts";

/** How far an experiment's conversations have been read. */
export interface Progress {
  /** Epoch milliseconds: pairs admitted until then are known to belong to a conversation. */
  readonly readTo: number;
  /** Conversations that have entered; the next has this place. */
  readonly conversations: number;
  readonly pairs: number;
  /** Pairs read so far, those of conversations that have not entered too. */
  readonly readPairs: number;
  /** Conversations before this place have what the judge says of them. */
  readonly judgedTo: number;
  readonly heaviest: string | null;
  readonly heaviestPairs: number;
  readonly costs: CostBets;
}

interface ProgressRow {
  readonly rules: string;
  readonly read_to: number | string;
  readonly conversations: number | string;
  readonly pairs: number | string;
  readonly judged_to: number | string;
  readonly read_pairs: number | string;
  readonly heaviest: string | null;
  readonly heaviest_pairs: number | string;
  readonly costs: CostBets;
}

const NONE: Progress = {
  readTo: 0,
  conversations: 0,
  pairs: 0,
  readPairs: 0,
  judgedTo: 0,
  heaviest: null,
  heaviestPairs: 0,
  costs: NO_COST_BETS,
};

export async function readProgress(
  sql: SqlQueryable,
  experiment: string,
): Promise<(Progress & { rules: string }) | null> {
  const { rows } = await sql.query<ProgressRow>("SELECT * FROM understudy.unit_progress WHERE experiment = $1", [
    storable(experiment),
  ]);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    rules: row.rules,
    readTo: Number(row.read_to),
    conversations: Number(row.conversations),
    pairs: Number(row.pairs),
    readPairs: Number(row.read_pairs),
    judgedTo: Number(row.judged_to),
    heaviest: row.heaviest,
    heaviestPairs: Number(row.heaviest_pairs),
    costs: row.costs,
  };
}

/** Where it stands under these rules; under others all is taken back, to be read again. */
export async function progressUnder(sql: SqlQueryable, experiment: string, rules: string): Promise<Progress> {
  const progress = await readProgress(sql, experiment);
  if (progress === null) return NONE;
  if (progress.rules === rules) return progress;
  for (const table of ["conversations", "services", "unit_shapes", "unit_blocks", "unit_progress"]) {
    await sql.query(`DELETE FROM understudy.${table} WHERE experiment = $1`, [storable(experiment)]);
  }
  await forgetPlaces(sql, experiment);
  await sql.query(
    "UPDATE understudy.figures SET conversation = coalesce(cluster, conversation) WHERE experiment = $1",
    [storable(experiment)],
  );
  return NONE;
}

export async function writeProgress(
  sql: SqlQueryable,
  experiment: string,
  rules: string,
  now: Progress,
): Promise<void> {
  await sql.query(
    `INSERT INTO understudy.unit_progress
       (experiment, rules, read_to, conversations, pairs, read_pairs, judged_to, heaviest, heaviest_pairs, costs)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::json)
     ON CONFLICT (experiment) DO UPDATE SET rules = excluded.rules, read_to = excluded.read_to,
       conversations = excluded.conversations, pairs = excluded.pairs, read_pairs = excluded.read_pairs,
       judged_to = excluded.judged_to,
       heaviest = excluded.heaviest, heaviest_pairs = excluded.heaviest_pairs, costs = excluded.costs`,
    [
      storable(experiment),
      rules,
      now.readTo,
      now.conversations,
      now.pairs,
      now.readPairs,
      now.judgedTo,
      now.heaviest,
      now.heaviestPairs,
      JSON.stringify(now.costs),
    ],
  );
}
