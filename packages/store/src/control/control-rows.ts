import type { ControlState, ExperimentControl, ExperimentEvent, Rollout } from "@understudy/contracts";

/** Rows as the contracts have them, built by the database, so that a state is read in one statement, at one moment. */
export const EXPERIMENT = `json_build_object('id', id, 'primary', primary_group, 'silent', silent_model, 'state', state,
  'settings', json_build_object('sample_rate', sample_rate, 'ends_at', ends_at, 'max_usd_per_day', max_usd_per_day,
    'concurrency', concurrency),
  'named_by', named_by, 'tell_when_decided', tell_when_decided)`;

/** What of a rollout is settled at its start lies in `plan`. */
export const ROLLOUT = `(plan || jsonb_build_object('id', id, 'experiment', experiment, 'primary', primary_group,
  'silent', silent_model, 'state', state, 'stage', stage, 'started_at', started_at, 'stage_at', stage_at, 'ended_at', ended_at,
  'reason', reason))`;

export const EVENT = `json_build_object('id', id, 'experiment', experiment, 'rollout', rollout, 'at', at, 'who', who,
  'kind', kind, 'changes', changes, 'reason', reason)`;

/** Of a rollout `r`: it routes, or is the last of its experiment. */
const FOLLOWED = `(r.state <> 'rolled_back' OR NOT EXISTS (
  SELECT 1 FROM understudy.rollouts later
  WHERE later.experiment = r.experiment AND (later.started_at, later.id) > (r.started_at, r.id)))`;

export const STATE = `SELECT
  coalesce((SELECT version FROM understudy.control), 0) AS version,
  coalesce((SELECT json_agg(${EXPERIMENT} ORDER BY named_at, id) FROM understudy.experiment_control), '[]') AS experiments,
  coalesce((SELECT json_agg(${ROLLOUT} ORDER BY started_at, id) FROM understudy.rollouts r WHERE ${FOLLOWED}), '[]') AS rollouts`;

export interface StateRow {
  readonly version: number | string;
  readonly experiments: readonly ExperimentControl[];
  readonly rollouts: readonly Rollout[];
}

export function stateOf({ version, experiments, rollouts }: StateRow): ControlState {
  return { version: Number(version), experiments, rollouts };
}

/** A row of a statement that returns one of the objects above as `found`. */
export interface Found<T extends ExperimentControl | Rollout | ExperimentEvent> {
  readonly found: T;
}
