import {
  type BoundsHistory,
  type BoundsNow,
  CRITERIA,
  type CriterionHistory,
  type KindHistory,
} from "@understudy/contracts";
import { withMoment } from "@understudy/evaluation";
import { inTransaction, type SqlPool, type SqlQueryable } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";
import type { CriteriaMoment, HistoryStore } from "./history-store.ts";

interface Row {
  readonly rules: string;
  readonly pairs: number | string;
  readonly criteria: readonly CriterionHistory[];
  readonly kinds: readonly KindHistory[];
}

export function createHistoryStore(pool: SqlPool): HistoryStore {
  return {
    async newest(experiment) {
      const row = await readRow(pool, experiment, ["rules", "pairs"]);
      return row === null ? null : { rules: row.rules, pairs: Number(row.pairs) };
    },
    add: (moment) => addMoment(pool, moment),
    async read(experiment) {
      const criteria = (await readRow(pool, experiment, ["criteria"]))?.criteria ?? [];
      return criteria.toSorted((one, other) => CRITERIA.indexOf(one.name) - CRITERIA.indexOf(other.name));
    },
    kinds: async (experiment) => (await readRow(pool, experiment, ["kinds"]))?.kinds ?? [],
  };
}

async function readRow<Column extends keyof Row>(
  sql: SqlQueryable,
  experiment: string,
  columns: readonly Column[],
  lock: "" | "FOR UPDATE" = "",
): Promise<Pick<Row, Column> | null> {
  const { rows } = await sql.query<Pick<Row, Column>>(
    `SELECT ${columns.join(", ")} FROM understudy.criteria_histories WHERE experiment = $1 ${lock}`,
    [storable(experiment)],
  );
  return rows[0] ?? null;
}

/** Two workers that come at once add one after the other. */
function addMoment(pool: SqlPool, { experiment, rules, pairs, at, criteria, kinds }: CriteriaMoment): Promise<void> {
  return inTransaction(pool, async (client) => {
    await client.query(
      `INSERT INTO understudy.criteria_histories (experiment, rules, pairs, criteria) VALUES ($1, $2, -1, '[]')
       ON CONFLICT DO NOTHING`,
      [storable(experiment), rules],
    );
    const row = await readRow(client, experiment, ["rules", "pairs", "criteria", "kinds"], "FOR UPDATE");
    const known = row !== null && row.rules === rules ? row : null;
    if (known !== null && Number(known.pairs) >= pairs) return;
    await client.query(
      `UPDATE understudy.criteria_histories SET rules = $2, pairs = $3, criteria = $4::json, kinds = $5::json
       WHERE experiment = $1`,
      [
        storable(experiment),
        rules,
        pairs,
        JSON.stringify(grown(known?.criteria ?? [], criteria, at)),
        JSON.stringify(grown(known?.kinds ?? [], kinds, at)),
      ],
    );
  });
}

/** Each of those there are now, with what was known of it before. */
function grown<Name extends string>(
  before: readonly BoundsHistory<Name>[],
  all: readonly BoundsNow<Name>[],
  at: number,
): readonly BoundsHistory<Name>[] {
  const known = new Map(before.map((history) => [history.name, history]));
  return all.map((now) => withMoment(known.get(now.name) ?? null, { now, at }));
}
