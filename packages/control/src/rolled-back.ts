import type { ControlState, ExperimentControl, Rollout } from "@understudy/contracts";

/** A rollback that was made here. */
export interface Rollback {
  readonly rollout: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly who: string;
  readonly reason: string | null;
}

/** The state with these rollouts taken back, whatever it says of them: rolled back wins, always. The same object where it says so. */
export function rolledBack(state: ControlState, rollbacks: readonly Rollback[]): ControlState {
  const by = new Map(rollbacks.map((rollback) => [rollback.rollout, rollback]));
  const taken = state.rollouts.filter(({ id, state }) => by.has(id) && state !== "rolled_back");
  if (taken.length === 0) return state;
  const experiments = new Set(taken.map(({ experiment }) => experiment));
  return {
    ...state,
    rollouts: state.rollouts.map((rollout) => takenBack(rollout, by.get(rollout.id))),
    experiments: state.experiments.map((experiment): ExperimentControl =>
      experiments.has(experiment.id) ? { ...experiment, state: "rolled_back" } : experiment,
    ),
  };
}

function takenBack(rollout: Rollout, rollback: Rollback | undefined): Rollout {
  if (rollback === undefined || rollout.state === "rolled_back") return rollout;
  return { ...rollout, state: "rolled_back", ended_at: rollback.at, reason: rollback.reason };
}
