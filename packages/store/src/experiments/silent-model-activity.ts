import type { PairOutcome, SilentModelActivity } from "@understudy/contracts";
import type { SqlPool } from "../database/database.ts";

interface Row {
  readonly silent_model: string;
  readonly kind: "ended" | "dropped";
  /** Of what ended, the outcome; of what was dropped, the reason. */
  readonly name: string;
  readonly count: number | string;
}

const NONE: Readonly<Record<PairOutcome, number>> = { paired: 0, failed: 0, expired: 0, dropped: 0 };

/** Only of silent models that have an experiment. Drops are read experiment by experiment, which an index answers. */
export async function readSilentModelActivity(pool: SqlPool, since: number): Promise<readonly SilentModelActivity[]> {
  const { rows } = await pool.query<Row>(
    `SELECT e.silent_model, t.kind, t.name, sum(t.count) AS count
     FROM understudy.experiments e LEFT JOIN LATERAL (
       SELECT 'ended' AS kind, p.outcome AS name, count(*) AS count
       FROM understudy.pairs p WHERE p.experiment = e.id AND p.created_at >= $1::bigint GROUP BY p.outcome
       UNION ALL
       SELECT 'dropped', coalesce(p.reason, ''), count(*)
       FROM understudy.pairs p WHERE p.experiment = e.id AND p.outcome = 'dropped' GROUP BY p.reason
       UNION ALL
       SELECT 'dropped', l.reason, sum(l.count)
       FROM understudy.ledger l WHERE l.experiment = e.id AND l.kind = 'dropped' GROUP BY l.reason
     ) t ON true
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    [Math.trunc(since)],
  );
  return [...Map.groupBy(rows, (row) => row.silent_model)].map(([silent_model, of]) => ({
    silent_model,
    ended: { ...NONE, ...countsOf(of, "ended") },
    dropped: countsOf(of, "dropped"),
  }));
}

function countsOf(rows: readonly Row[], kind: Row["kind"]): Readonly<Record<string, number>> {
  return Object.fromEntries(rows.filter((row) => row.kind === kind).map(({ name, count }) => [name, Number(count)]));
}
