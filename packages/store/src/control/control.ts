import type { ExperimentEvent, Rollout } from "@understudy/contracts";
import type { Clock } from "@understudy/runtime";
import type { SqlPool } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";
import { add, begin, changeExperiment, endOverdue } from "./change-experiments.ts";
import { moveRollout, readRollout, rollBack, startRollout } from "./change-rollouts.ts";
import { EVENT, type Found, ROLLOUT, STATE, stateOf, type StateRow } from "./control-rows.ts";
import type { ControlStore, RolloutFacts } from "./control-store.ts";
import { type OneChange, inOneChange } from "./in-one-change.ts";
import { listen } from "./listen.ts";

export function createControlStore(pool: SqlPool, clock: Clock): ControlStore {
  const now = (): number => Math.trunc(clock.now());
  const changing = <T>(work: (change: OneChange) => Promise<T>): Promise<T> => inOneChange(pool, now(), work);
  return {
    async version() {
      const { rows } = await pool.query<{ version: number | string }>("SELECT version FROM understudy.control");
      return Number(rows[0]?.version ?? 0);
    },
    async read() {
      const { rows } = await pool.query<StateRow>(STATE);
      return stateOf(rows[0] ?? { version: 0, experiments: [], rollouts: [] });
    },
    begin: (named) => changing((change) => begin(change, named)),
    add: (experiment, by) => changing((change) => add(change, experiment, by)),
    change: (id, to, by) => changing((change) => changeExperiment(change, id, to, by)),
    endOverdue: () => changing(endOverdue),
    startRollout: (rollout, by) => changing((change) => startRollout(change, rollout, by)),
    moveRollout: (id, expected, to, by) => changing((change) => moveRollout(change, { id, expected, to, by })),
    rollBack: (id, by) => changing((change) => rollBack(change, id, by)),
    async rollouts(limit) {
      const { rows } = await pool.query<Found<Rollout>>(
        `SELECT ${ROLLOUT} AS found FROM understudy.rollouts ORDER BY started_at DESC, id DESC LIMIT $1::integer`,
        [limit],
      );
      return rows.map(({ found }) => found);
    },
    rollout: (id) => readRollout(pool, id),
    facts: (id) => readFacts(pool, id),
    async keepFacts(id, facts) {
      const text = JSON.stringify(facts);
      await pool.query("UPDATE understudy.rollouts SET facts = facts || $2::jsonb WHERE id = $1", [storable(id), text]);
    },
    async takePlace(id) {
      const { rows } = await pool.query<{ place: number }>(
        `UPDATE understudy.rollouts SET facts = jsonb_set(facts, '{places}', to_jsonb(coalesce((facts->>'places')::integer, 0) + 1))
         WHERE id = $1 RETURNING (facts->>'places')::integer AS place`,
        [storable(id)],
      );
      return rows[0]?.place ?? null;
    },
    events: (experiment, page) => readEvents(pool, experiment, page),
    addEvent: (event) => changing(({ record }) => record(event)),
    listen: (onChange, lost) => listen(pool, onChange, lost),
  };
}

async function readFacts(pool: SqlPool, id: string): Promise<RolloutFacts | null> {
  const { rows } = await pool.query<{ facts: RolloutFacts }>("SELECT facts FROM understudy.rollouts WHERE id = $1", [
    storable(id),
  ]);
  return rows[0]?.facts ?? null;
}

async function readEvents(
  pool: SqlPool,
  experiment: string,
  { limit, before }: { readonly limit: number; readonly before?: string },
): Promise<readonly ExperimentEvent[]> {
  const { rows } = await pool.query<Found<ExperimentEvent>>(
    `SELECT ${EVENT} AS found FROM understudy.experiment_events
     WHERE experiment = $1 AND ($2::text IS NULL OR place < (SELECT place FROM understudy.experiment_events WHERE id = $2))
     ORDER BY place DESC LIMIT $3::integer`,
    [storable(experiment), before === undefined ? null : storable(before), limit],
  );
  return rows.map(({ found }) => found);
}
