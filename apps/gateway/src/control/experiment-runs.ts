import { type Config, experimentId } from "@understudy/config";
import {
  type ControlState,
  type ExperimentKey,
  type ExperimentRun,
  type ExperimentSettings,
  type ExperimentState,
  NO_SETTINGS,
} from "@understudy/contracts";
import { type Control, isOverdue, routes, viewOf } from "@understudy/control";
import type { Clock } from "@understudy/runtime";

export interface RunsDeps {
  readonly config: Config;
  readonly control: Control;
  readonly clock: Clock;
}

/** How experiments run now: what the config says, and what was changed since. */
export interface ExperimentRuns {
  of(key: ExperimentKey): ExperimentRun;
  /**
   * Whether it is only there to watch a candidate that answers: the pairs of a rollout with their roles swapped, which are shown with the
   * experiment that they belong to.
   */
  isReverse(key: ExperimentKey): boolean;
}

export function createExperimentRuns({ config, control, clock }: RunsDeps): ExperimentRuns {
  const named = new Set(config.experiments.map(({ id }) => id));
  return {
    of(key) {
      const state = control.current();
      const view = viewOf(state);
      const { settings: set = NO_SETTINGS, tell_when_decided = false } = view.experiment(key.id) ?? {};
      const configured = configuredSettings(config, key);
      const rollout = view.rolloutOfExperiment(key.id);
      return {
        state: stateOf(key, { state, isNamed: named.has(key.id), now: clock.now() }),
        settings: {
          sample_rate: set.sample_rate ?? configured.sample_rate,
          ends_at: set.ends_at ?? configured.ends_at,
          max_usd_per_day: set.max_usd_per_day ?? configured.max_usd_per_day,
          concurrency: set.concurrency ?? configured.concurrency,
        },
        configured,
        changed: (Object.keys(NO_SETTINGS) as (keyof ExperimentSettings)[]).filter((name) => set[name] !== null),
        tell_when_decided,
        rollout,
      };
    },
    isReverse({ id }) {
      const { rollouts } = control.current();
      const known = named.has(id) || viewOf(control.current()).experiment(id) !== null;
      return !known && rollouts.some(({ primary, silent }) => experimentId(silent, primary) === id);
    },
  };
}

interface Moment {
  readonly state: ControlState;
  /** By the config. */
  readonly isNamed: boolean;
  readonly now: number;
}

/** One that neither the config nor anybody since has named has nothing that runs. */
function stateOf({ id }: ExperimentKey, { state, isNamed, now }: Moment): ExperimentState {
  const view = viewOf(state);
  const known = view.experiment(id);
  if (known === null) return isNamed ? "running" : "ended";
  const rollout = view.rolloutOfExperiment(id);
  const routed = rollout !== null && routes(rollout);
  if (known.named_by === "config" && !isNamed && !routed) return "ended";
  return isOverdue({ ...state, experiments: [known] }, now) ? "ended" : known.state;
}

/** Rate, budget and parallel calls as they are without a change; one that was added has those that any experiment of its group would have. */
function configuredSettings(config: Config, { id, silent }: ExperimentKey): ExperimentSettings {
  const { experiments, groups, silentModels } = config;
  const possible = groups.find(({ model }) => model.name === silent);
  const model = silentModels.find(({ name }) => name === silent) ?? possible?.model;
  const experiment = experiments.find((one) => one.id === id);
  return {
    sample_rate: experiment === undefined ? (possible?.target.sampleRate ?? null) : experiment.sampleRate,
    ends_at: null,
    max_usd_per_day: model?.dailyBudgetUsd ?? null,
    concurrency: model?.concurrency ?? null,
  };
}
