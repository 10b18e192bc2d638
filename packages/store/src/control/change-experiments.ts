import {
  type ExperimentControl,
  type ExperimentKey,
  type ExperimentSettings,
  type EventKind,
  NO_SETTINGS,
  type Rollout,
} from "@understudy/contracts";
import type { SqlClient } from "../database/database.ts";
import { storable } from "../database/sql-values.ts";
import { EXPERIMENT, type Found, ROLLOUT } from "./control-rows.ts";
import { type By, ControlConflictError, type NewSettings, UnknownControlError } from "./control-store.ts";
import type { OneChange } from "./in-one-change.ts";
import { mayChange } from "./rules.ts";

/** An experiment that is to be named here. */
interface Named extends ExperimentKey {
  readonly settings?: ExperimentSettings;
}

/** Those of them that were never named. */
export async function begin(change: OneChange, named: readonly ExperimentKey[]): Promise<void> {
  for (const key of named) {
    const begun = await insert(change, key, "config");
    if (begun !== null) await recordStart(change, begun, { who: "config.yaml", reason: null });
  }
}

export async function add(change: OneChange, key: Named, by: By): Promise<ExperimentControl> {
  const { client, now } = change;
  await client.query(
    `INSERT INTO understudy.experiments (id, primary_group, silent_model, replay, created_at)
     VALUES ($1, $2, $3, false, $4::bigint) ON CONFLICT DO NOTHING`,
    [storable(key.id), storable(key.primary), storable(key.silent), now],
  );
  const added = (await insert(change, key, "api")) ?? (await takeOver(change, key));
  await recordStart(change, added, by);
  return added;
}

async function insert({ client, now }: OneChange, key: Named, namedBy: ExperimentControl["named_by"]) {
  const { sample_rate, ends_at, max_usd_per_day, concurrency } = key.settings ?? NO_SETTINGS;
  const { rows } = await client.query<Found<ExperimentControl>>(
    `INSERT INTO understudy.experiment_control
       (id, primary_group, silent_model, state, sample_rate, ends_at, max_usd_per_day, concurrency, named_by, named_at)
     VALUES ($1, $2, $3, 'running', $4, $5::bigint, $6, $7, $8, $9::bigint)
     ON CONFLICT DO NOTHING RETURNING ${EXPERIMENT} AS found`,
    [
      storable(key.id),
      storable(key.primary),
      storable(key.silent),
      sample_rate,
      ends_at,
      max_usd_per_day,
      concurrency,
      namedBy,
      now,
    ],
  );
  return rows[0]?.found ?? null;
}

/** One that a config named once, and names no longer. */
async function takeOver({ client }: OneChange, { id, settings }: Named): Promise<ExperimentControl> {
  const before = await known(client, id);
  if (before.named_by === "api") {
    throw new ControlConflictError(
      `${id} was added before, and is ${before.state}. PATCH /api/experiments/:id changes it.`,
    );
  }
  await refuseWhileRouted(client, id);
  const after = { ...before, state: "running", settings: settings ?? NO_SETTINGS, named_by: "api" } as const;
  await write(client, after);
  return after;
}

async function refuseWhileRouted(client: SqlClient, id: string): Promise<void> {
  const rollout = await routingOf(client, id);
  if (rollout === null) return;
  throw new ControlConflictError(
    `The rollout ${rollout.id} of ${id} is ${rollout.state}. POST /api/rollouts/${rollout.id}/rollback takes it back first.`,
  );
}

async function recordStart(
  { record }: OneChange,
  { id, settings }: ExperimentControl,
  { who, reason }: By,
): Promise<void> {
  const changes = changesOf(NO_SETTINGS, settings);
  await record({ experiment: id, rollout: null, who, kind: "started", changes, reason });
}

export async function changeExperiment(
  change: OneChange,
  id: string,
  to: NewSettings,
  by: By,
): Promise<ExperimentControl> {
  const { client, now, record } = change;
  const before = await known(client, id);
  mayChange(before, to, { rollout: await routingOf(client, id), now });
  const was = { state: before.state, tell_when_decided: before.tell_when_decided === true };
  const { state = was.state, tell_when_decided = was.tell_when_decided, ...settings } = to;
  const is = { state, tell_when_decided };
  const after = { ...before, ...is, settings: { ...before.settings, ...settings } };
  const changes = { ...changesOf(was, is), ...changesOf(before.settings, after.settings) };
  if (Object.keys(changes).length === 0) return before;
  await write(client, after);
  await record({ experiment: id, rollout: null, ...by, kind: kindOf(before.state, state), changes });
  return after;
}

function kindOf(before: ExperimentControl["state"], after: ExperimentControl["state"]): EventKind {
  if (before === after) return "changed";
  if (after === "paused") return "paused";
  return after === "ended" ? "ended" : "resumed";
}

/** What is another than it was, by name. */
export function changesOf<T extends object>(before: T, after: T): Record<string, readonly [unknown, unknown]> {
  const names = Object.keys(after) as (keyof T & string)[];
  return Object.fromEntries(
    names.filter((name) => before[name] !== after[name]).map((name) => [name, [before[name], after[name]] as const]),
  );
}

export async function endOverdue({ client, now, record }: OneChange): Promise<number> {
  const { rows } = await client.query<Found<ExperimentControl>>(
    `SELECT ${EXPERIMENT} AS found FROM understudy.experiment_control e
     WHERE ends_at <= $1::bigint AND state IN ('running', 'paused', 'rolled_back')
       AND NOT EXISTS (SELECT 1 FROM understudy.rollouts r WHERE r.experiment = e.id AND r.state <> 'rolled_back')
     ORDER BY id`,
    [now],
  );
  for (const { found: before } of rows) {
    await write(client, { ...before, state: "ended" });
    const changes = { state: [before.state, "ended"] as const };
    const reason = "its end date is over";
    await record({ experiment: before.id, rollout: null, who: "guard", kind: "ended", changes, reason });
  }
  return rows.length;
}

export async function known(client: SqlClient, id: string): Promise<ExperimentControl> {
  const { rows } = await client.query<Found<ExperimentControl>>(
    `SELECT ${EXPERIMENT} AS found FROM understudy.experiment_control WHERE id = $1`,
    [storable(id)],
  );
  const [row] = rows;
  if (row === undefined) {
    throw new UnknownControlError(
      `There is no experiment ${id} that could be changed. GET /api/experiments lists them.`,
    );
  }
  return row.found;
}

/** The rollout that routes requests of the experiment's primary group to its silent model; null where none does. */
async function routingOf(client: SqlClient, experiment: string): Promise<Rollout | null> {
  const { rows } = await client.query<Found<Rollout>>(
    `SELECT ${ROLLOUT} AS found FROM understudy.rollouts WHERE experiment = $1 AND state <> 'rolled_back'`,
    [storable(experiment)],
  );
  return rows[0]?.found ?? null;
}

export async function write(client: SqlClient, after: ExperimentControl): Promise<void> {
  const { id, state, settings, named_by, tell_when_decided = false } = after;
  const { sample_rate, ends_at, max_usd_per_day, concurrency } = settings;
  await client.query(
    `UPDATE understudy.experiment_control SET state = $2, sample_rate = $3, ends_at = $4::bigint, max_usd_per_day = $5,
       concurrency = $6, named_by = $7, tell_when_decided = $8 WHERE id = $1`,
    [storable(id), state, sample_rate, ends_at, max_usd_per_day, concurrency, named_by, tell_when_decided],
  );
}
