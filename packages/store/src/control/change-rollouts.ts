import { type EventKind, type Rollout, shareOf } from "@understudy/contracts";
import { newId, shortHash } from "@understudy/runtime";
import type { SqlClient, SqlQueryable } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";
import { changesOf, known, write } from "./change-experiments.ts";
import { type Found, ROLLOUT } from "./control-rows.ts";
import { type By, ControlConflictError, type NewRollout, type RolloutMoment } from "./control-store.ts";
import type { OneChange } from "./in-one-change.ts";
import { experimentStateOf, mayMove } from "./rules.ts";

export async function startRollout(change: OneChange, rollout: NewRollout, { who, reason }: By): Promise<Rollout> {
  const { client, now, record } = change;
  const { experiment: id, primary, silent, facts, ...plan } = rollout;
  const experiment = await known(client, id);
  await refuseWhereRouted(client, rollout);
  const { rows } = await client.query<Found<Rollout>>(
    `INSERT INTO understudy.rollouts
       (id, experiment, primary_group, silent_model, state, stage, plan, facts, started_at, stage_at, ended_at, reason)
     VALUES ($1, $2, $3, $4, 'running', 0, $5::jsonb, $6::jsonb, $7::bigint, $7::bigint, NULL, $8)
     RETURNING ${ROLLOUT} AS found`,
    [
      // Short, since people type it; so few are made that 48 bits of chance are enough.
      `rol_${shortHash(newId("rol", now), 12)}`,
      storable(id),
      storable(primary),
      storable(silent),
      JSON.stringify(plan),
      JSON.stringify(facts),
      now,
      storable(reason),
    ],
  );
  const started = only(rows);
  // While it runs the pairs of both halves guard it: neither a state nor a date of before may end them.
  const running = { ...experiment, state: "running", settings: { ...experiment.settings, ends_at: null } } as const;
  await write(client, running);
  const changes = {
    share: [0, shareOf(started)] as const,
    ...changesOf({ state: experiment.state }, { state: running.state }),
    ...changesOf({ ends_at: experiment.settings.ends_at }, { ends_at: null }),
  };
  await record({ experiment: id, rollout: started.id, who, kind: "rollout_started", changes, reason });
  return started;
}

/** A group is handed over by one rollout at a time, and neither to a group that is being handed over itself. */
async function refuseWhereRouted(client: SqlClient, { primary, silent }: NewRollout): Promise<void> {
  const { rows } = await client.query<Found<Rollout>>(
    `SELECT ${ROLLOUT} AS found FROM understudy.rollouts
     WHERE state <> 'rolled_back' AND (primary_group IN ($1, $2) OR silent_model = $1) ORDER BY started_at LIMIT 1`,
    [storable(primary), storable(silent)],
  );
  const [row] = rows;
  if (row === undefined) return;
  const { id, primary: from, silent: to, state } = row.found;
  const share = `${shareOf(row.found)} % of ${from} to ${to}`;
  throw new ControlConflictError(
    `The rollout ${id} is ${state}, and gives ${share}. Wait for its end, or take it back: POST /api/rollouts/${id}/rollback.`,
  );
}

export async function moveRollout(change: OneChange, { id, expected, to, by }: Move): Promise<Rollout | null> {
  const before = await readRollout(change.client, id);
  if (before === null || before.state !== expected.state || before.stage !== expected.stage) return null;
  if (before.state === "rolled_back") return null;
  const after = { state: before.state, stage: before.stage, ...to };
  mayMove(before, after);
  if (after.state === before.state && after.stage === before.stage) return before;
  return move(change, before, after, by);
}

export interface Move {
  readonly id: string;
  readonly expected: RolloutMoment;
  readonly to: Partial<RolloutMoment>;
  readonly by: By;
}

export async function rollBack(
  change: OneChange,
  id: string,
  { at, ...by }: By & { readonly at?: number },
): Promise<Rollout | null> {
  const before = await readRollout(change.client, id);
  if (before === null || before.state === "rolled_back") return before;
  return move({ ...change, now: at ?? change.now }, before, { state: "rolled_back", stage: before.stage }, by);
}

async function move({ client, now, record }: OneChange, before: Rollout, to: RolloutMoment, by: By): Promise<Rollout> {
  const newStage = to.stage !== before.stage || (to.state === "watching" && before.state !== "watching");
  const { rows } = await client.query<Found<Rollout>>(
    `UPDATE understudy.rollouts SET state = $2, stage = $3, stage_at = $4::bigint, ended_at = $5::bigint, reason = $6
     WHERE id = $1 RETURNING ${ROLLOUT} AS found`,
    [before.id, to.state, to.stage, newStage ? now : before.stage_at, endOf(before, to, now), storable(by.reason)],
  );
  const after = only(rows);
  const experiment = await known(client, before.experiment);
  const state = experimentStateOf(after.state);
  await write(client, { ...experiment, state });
  const changes = {
    ...changesOf({ rollout: before.state }, { rollout: after.state }),
    ...changesOf({ share: shareOf(before) }, { share: shareOf(after) }),
    ...changesOf({ state: experiment.state }, { state }),
  };
  await record({ at: now, experiment: experiment.id, rollout: after.id, ...by, kind: kindOf(before, after), changes });
  return after;
}

function endOf({ state, ended_at }: Rollout, to: RolloutMoment, now: number): number | null {
  if (to.state === state) return ended_at;
  return to.state === "done" || to.state === "rolled_back" ? now : null;
}

function kindOf(before: Rollout, after: Rollout): EventKind {
  if (after.state === "rolled_back") return "rolled_back";
  if (experimentStateOf(after.state) === "promoted")
    return experimentStateOf(before.state) === "promoted" ? "changed" : "promoted";
  if (after.stage !== before.stage) return "advanced";
  return after.state === "held" ? "held" : "released";
}

export async function readRollout(sql: SqlQueryable, id: string): Promise<Rollout | null> {
  const { rows } = await sql.query<Found<Rollout>>(
    `SELECT ${ROLLOUT} AS found FROM understudy.rollouts WHERE id = $1`,
    [storable(id)],
  );
  return rows[0]?.found ?? null;
}

function only(rows: readonly Found<Rollout>[]): Rollout {
  const [row] = rows;
  if (row === undefined) throw new Error("the database has returned no rollout");
  return row.found;
}
