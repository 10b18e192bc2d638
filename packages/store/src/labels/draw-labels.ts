import { isAsked, type JudgeSays } from "@understudy/evaluation";
import { stableFraction } from "@understudy/runtime";
import type { SqlQueryable } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";

/** A judged turn of a conversation that has its place. */
export interface JudgedTurn {
  readonly place: number;
  /** Epoch milliseconds of the conversation's first turn. */
  readonly startedAt: number;
  readonly pairId: string;
  /** Null: the judge was not asked, for a reason that hangs on no answer. */
  readonly says: JudgeSays | null;
}

/**
 * Draws which of these people are to be asked about: of a conversation one turn, by a hash of its own, and of those a share,
 * by another. Conversations from before anybody wanted labels are left alone. A pair that was drawn once, or was not, stays so.
 */
export async function drawLabels(
  sql: SqlQueryable,
  experiment: string,
  turns: readonly JudgedTurn[],
  { share, now }: { readonly share: number; readonly now: number },
): Promise<void> {
  const chosen = [...Map.groupBy(turns, ({ place }) => place).values()].map(oneOf).filter((turn) => turn !== null);
  if (chosen.length === 0) return;
  const since = await wantedSince(sql, experiment, Math.min(...chosen.map(({ startedAt }) => startedAt)));
  const draws = chosen
    .filter(({ startedAt }) => startedAt >= since)
    .map(({ place, pairId, says }) => {
      const drawn = stableFraction(`label ${pairId}`) < share;
      return { pair_id: pairId, place, says, share, drawn, asked: drawn && isAsked(says) };
    });
  await sql.query(
    `INSERT INTO understudy.label_draws (pair_id, experiment, place, says, share, drawn, drawn_at, id, a_is_primary)
     SELECT pair_id, $1, place, says, share, drawn, $3::bigint,
       CASE WHEN asked THEN 'lab_' || replace(gen_random_uuid()::text, '-', '') END, CASE WHEN asked THEN random() < 0.5 END
     FROM json_to_recordset($2::json)
       AS g (pair_id text, place bigint, says text, share float8, drawn boolean, asked boolean)
     ON CONFLICT (pair_id) DO UPDATE SET place = excluded.place`,
    [storable(experiment), JSON.stringify(draws), Math.trunc(now)],
  );
}

function oneOf(turns: readonly JudgedTurn[]): (JudgedTurn & { readonly says: JudgeSays }) | null {
  const judged = turns.flatMap((turn) => (turn.says === null ? [] : [{ ...turn, says: turn.says }]));
  const [chosen] = judged.toSorted((one, other) => drawOf(one) - drawOf(other));
  return chosen ?? null;
}

function drawOf({ pairId }: JudgedTurn): number {
  return stableFraction(`turn ${pairId}`);
}

/** Epoch milliseconds at which the first conversation began that people were asked about. */
async function wantedSince(sql: SqlQueryable, experiment: string, now: number): Promise<number> {
  const { rows } = await sql.query<{ since: number | string }>(
    `INSERT INTO understudy.label_progress AS p (experiment, since, margin, entered_to, epochs)
     VALUES ($1, $2::bigint, NULL, 0, '[]') ON CONFLICT (experiment) DO UPDATE SET since = p.since RETURNING since`,
    [storable(experiment), Math.trunc(now)],
  );
  return Number(rows[0]?.since ?? now);
}
