import type { SqlPool } from "../database/database.ts";
import type { MarkedExperiment } from "./experiment-store.ts";

type Row = Omit<MarkedExperiment, "entered"> & {
  readonly pairs: number | string | null;
  readonly rules: string | null;
};

/** By the newest pair, how far conversations have entered, and the newest label: what indexes answer. Oldest first. */
export async function readMarksOfEvidence(pool: SqlPool): Promise<readonly MarkedExperiment[]> {
  const { rows } = await pool.query<Row>(
    `SELECT e.id, e.primary_group AS "primary", e.silent_model AS silent, e.replay,
       concat_ws(' ', newest.id, p.conversations, p.judged_to, p.pairs, md5(p.rules), l.entered_to) AS mark,
       p.pairs, md5(p.rules) AS rules
     FROM understudy.experiments e
     LEFT JOIN LATERAL (
       SELECT id FROM understudy.pairs WHERE experiment = e.id ORDER BY created_at DESC, id DESC LIMIT 1) newest ON true
     LEFT JOIN understudy.unit_progress p ON p.experiment = e.id
     LEFT JOIN understudy.label_progress l ON l.experiment = e.id
     ORDER BY e.created_at, e.id`,
  );
  return rows.map(({ pairs, rules, ...key }) => ({
    ...key,
    entered: pairs === null || rules === null ? null : { pairs: Number(pairs), rules },
  }));
}
