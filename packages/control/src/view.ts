import type { ControlState, ExperimentControl, Rollout } from "@understudy/contracts";

/** A state as requests look into it: nothing but map lookups. */
export interface ControlView {
  /** Rollout that routes the requests of a model group; null where none does. */
  rolloutOf(group: string): Rollout | null;
  /** The last rollout of an experiment, whatever its state; null where there was none. */
  rolloutOfExperiment(id: string): Rollout | null;
  experiment(id: string): ExperimentControl | null;
  /** Experiments of a primary model group that were added while it runs. */
  addedTo(primary: string): readonly ExperimentControl[];
}

const views = new WeakMap<ControlState, ControlView>();
const NONE: readonly ExperimentControl[] = [];

/** Compiled once for each state. */
export function viewOf(state: ControlState): ControlView {
  const known = views.get(state);
  if (known !== undefined) return known;
  const view = compile(state);
  views.set(state, view);
  return view;
}

function compile({ experiments, rollouts }: ControlState): ControlView {
  const routing = new Map(rollouts.filter(routes).map((rollout) => [rollout.primary, rollout]));
  const last = new Map(
    rollouts.toSorted((one, other) => one.started_at - other.started_at).map((r) => [r.experiment, r]),
  );
  const byId = new Map(experiments.map((experiment) => [experiment.id, experiment]));
  const added = Map.groupBy(
    experiments.filter(({ named_by }) => named_by === "api"),
    ({ primary }) => primary,
  );
  return {
    rolloutOf: (group) => routing.get(group) ?? null,
    rolloutOfExperiment: (id) => last.get(id) ?? null,
    experiment: (id) => byId.get(id) ?? null,
    addedTo: (primary) => added.get(primary) ?? NONE,
  };
}

/** Whether requests are still divided by it, or all given to its candidate. */
export function routes({ state }: Pick<Rollout, "state">): boolean {
  return state !== "rolled_back";
}

/**
 * Why no request is mirrored for an experiment, by what was said of it while it runs; null where one may be. An end date counts from
 * its moment on, whoever has noticed it.
 */
export function whyNotMirrored(
  { state, settings }: Pick<ExperimentControl, "state" | "settings">,
  now: number,
): "paused" | "ended" | null {
  if (state === "paused") return "paused";
  if (state === "ended" || (settings.ends_at !== null && settings.ends_at <= now)) return "ended";
  return null;
}

/** The end date of an experiment is over, no rollout needs its pairs, and nobody has said so yet. */
export function isOverdue({ experiments, rollouts }: ControlState, now: number): boolean {
  const routed = new Set(rollouts.filter(routes).map(({ experiment }) => experiment));
  const over = ({ id, state, settings: { ends_at } }: ExperimentControl): boolean =>
    ends_at !== null && ends_at <= now && state !== "ended" && state !== "promoted" && !routed.has(id);
  return experiments.some(over);
}
