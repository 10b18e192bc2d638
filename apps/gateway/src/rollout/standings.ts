import { viewOf } from "@understudy/control";
import { type ControlState, shareOf } from "@understudy/contracts";
import type { ExperimentStanding } from "@understudy/telemetry";

interface Named {
  readonly id: string;
}

/** How each experiment of the configuration and each that was added stands, for whoever watches by figures. */
export function standings(configured: readonly Named[], state: ControlState): readonly ExperimentStanding[] {
  const view = viewOf(state);
  const ids = new Set([...configured, ...state.experiments].map(({ id }) => id));
  return [...ids].map((id) => {
    const rollout = view.rolloutOfExperiment(id);
    const share = rollout === null ? null : shareOf(rollout) / 100;
    return { experiment: id, state: view.experiment(id)?.state ?? "running", share };
  });
}
