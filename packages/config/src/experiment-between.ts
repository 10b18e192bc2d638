import type { Config, Experiment, SilentModel, SilentTarget } from "./config.ts";
import { experimentId } from "./names.ts";

/** Two model groups as an experiment. */
export interface ExperimentBetween {
  readonly experiment: Experiment;
  /** Where deployments differ in it, the one that mirrors most. */
  readonly target: SilentTarget;
  readonly model: SilentModel;
}

/**
 * The experiment of two model groups as the file has it, or as it would be if a deployment named it: one that is added at run
 * time, or the reverse of another. Null where no copy can go to `silent`: it is no group of the file.
 */
export function experimentBetween(config: Config, primary: string, silent: string): ExperimentBetween | null {
  const id = experimentId(primary, silent);
  const possible = config.groups.find(({ model }) => model.name === silent);
  const model = config.silentModels.find(({ name }) => name === silent) ?? possible?.model;
  if (model === undefined) return null;
  const named = config.deployments.flatMap((deployment) => deployment.silent.filter((one) => one.experimentId === id));
  const [most] = named.toSorted((one, other) => other.sampleRate - one.sampleRate);
  const target = most ?? (possible && { experimentId: id, silentModel: silent, match: null, ...possible.target });
  if (target === undefined) return null;
  const { margins, verdict } = model.replay;
  const experiment = config.experiments.find((one) => one.id === id) ?? {
    id,
    primary,
    silent,
    control: primary === silent,
    sampleRate: target.sampleRate,
    margins,
    verdict,
  };
  return { experiment, target, model };
}

/** A rollout takes the pairs of its candidate's answers as they come: so long at most they wait for a conversation's end. */
const LONGEST_HORIZON_MS = 60_000;

/**
 * The experiment of two model groups with their roles swapped, by the settings of the first: what the candidate of a rollout
 * answers is mirrored to the old primary. Null where no copy can go to that. As the file has it, where it names it.
 */
export function reverseBetween(config: Config, primary: string, silent: string): ExperimentBetween | null {
  const forward = experimentBetween(config, primary, silent);
  const reverse = experimentBetween(config, silent, primary);
  if (forward === null || reverse === null) return null;
  if (config.experiments.some(({ id }) => id === reverse.experiment.id)) return reverse;
  const { margins, verdict, sampleRate } = forward.experiment;
  const horizonMs = Math.min(verdict.horizonMs, LONGEST_HORIZON_MS);
  const { experimentId: id, silentModel } = reverse.target;
  return {
    experiment: { ...reverse.experiment, margins, verdict: { ...verdict, horizonMs }, sampleRate },
    target: { ...forward.target, experimentId: id, silentModel },
    model: { ...reverse.model, review: forward.model.review },
  };
}
