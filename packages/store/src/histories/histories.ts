import { CRITERIA, type CriterionHistory } from "@understudy/contracts";
import { withMoment } from "@understudy/evaluation";
import { inTransaction, type SqlPool, type SqlQueryable } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";
import type { CriteriaMoment, HistoryStore } from "./history-store.ts";

interface Row {
  readonly rules: string;
  readonly pairs: number | string;
  readonly criteria: readonly CriterionHistory[];
}

export function createHistoryStore(pool: SqlPool): HistoryStore {
  return {
    async newest(experiment) {
      const row = await readRow(pool, experiment, "");
      return row === null ? null : { rules: row.rules, pairs: Number(row.pairs) };
    },
    add: (moment) => addMoment(pool, moment),
    async read(experiment) {
      const criteria = (await readRow(pool, experiment, ""))?.criteria ?? [];
      return criteria.toSorted((one, other) => CRITERIA.indexOf(one.name) - CRITERIA.indexOf(other.name));
    },
  };
}

async function readRow(sql: SqlQueryable, experiment: string, lock: "" | "FOR UPDATE"): Promise<Row | null> {
  const { rows } = await sql.query<Row>(
    `SELECT rules, pairs, criteria FROM understudy.criteria_histories WHERE experiment = $1 ${lock}`,
    [storable(experiment)],
  );
  return rows[0] ?? null;
}

/** Two workers that come at once add one after the other. */
function addMoment(pool: SqlPool, { experiment, rules, pairs, at, criteria }: CriteriaMoment): Promise<void> {
  return inTransaction(pool, async (client) => {
    await client.query(
      `INSERT INTO understudy.criteria_histories (experiment, rules, pairs, criteria) VALUES ($1, $2, -1, '[]')
       ON CONFLICT DO NOTHING`,
      [storable(experiment), rules],
    );
    const row = await readRow(client, experiment, "FOR UPDATE");
    const known = row !== null && row.rules === rules ? row : null;
    if (known !== null && Number(known.pairs) >= pairs) return;
    const before = new Map((known?.criteria ?? []).map((history) => [history.name, history]));
    const histories = criteria.map((criterion) => withMoment(before.get(criterion.name) ?? null, { criterion, at }));
    await client.query(
      "UPDATE understudy.criteria_histories SET rules = $2, pairs = $3, criteria = $4::json WHERE experiment = $1",
      [storable(experiment), rules, pairs, JSON.stringify(histories)],
    );
  });
}
