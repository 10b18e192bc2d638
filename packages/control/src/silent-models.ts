import { type Config, experimentBetween, type SilentModel } from "@understudy/config";
import type { ControlState, ExperimentSettings } from "@understudy/contracts";
import { whyNotMirrored } from "./view.ts";

/**
 * Every model group that copies go to now, or went to lately: those of the configuration, those of experiments that were added, and
 * the old primaries of rollouts. Each with the limits that hold now.
 */
export function silentModelsIn(config: Config, state: ControlState): readonly SilentModel[] {
  const models = new Map(config.silentModels.map((model) => [model.name, model]));
  const asked = [
    ...state.experiments.filter(({ named_by }) => named_by === "api"),
    ...state.rollouts.map(({ primary, silent }) => ({ primary: silent, silent: primary })),
  ];
  for (const { primary, silent } of asked) {
    const found = models.has(silent) ? null : experimentBetween(config, primary, silent);
    if (found !== null) models.set(silent, found.model);
  }
  return [...models.values()].map((model) => limited(model, state));
}

/**
 * Whether copies go to a silent model now, or may at any time: those that the file names always, those of an experiment that was added
 * until its end, and the old primary of a rollout while the candidate answers.
 */
export function isFed(name: string, { config, state, now }: Fed): boolean {
  if (config.silentModels.some((model) => model.name === name)) return true;
  const added = state.experiments.filter((one) => one.named_by === "api" && one.silent === name);
  if (added.some((one) => whyNotMirrored(one, now) !== "ended")) return true;
  return state.rollouts.some((one) => one.primary === name && one.state !== "done" && one.state !== "rolled_back");
}

interface Fed {
  readonly config: Config;
  readonly state: ControlState;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Of several experiments with one silent model the least counts; one that says nothing has what the configuration says. */
function limited(model: SilentModel, state: ControlState): SilentModel {
  const settings = settingsOf(model.name, state);
  if (settings.length === 0) return model;
  const budgets = settings.map(({ max_usd_per_day }) => max_usd_per_day ?? model.dailyBudgetUsd ?? Infinity);
  const dailyBudgetUsd = Math.min(...budgets);
  return {
    ...model,
    concurrency: Math.min(...settings.map(({ concurrency }) => concurrency ?? model.concurrency)),
    dailyBudgetUsd: Number.isFinite(dailyBudgetUsd) ? dailyBudgetUsd : null,
  };
}

/** Those of its experiments; what was said of one that is being handed over holds for its old primary too. */
function settingsOf(silent: string, { experiments, rollouts }: ControlState): readonly ExperimentSettings[] {
  const reversed = new Set(rollouts.filter(({ primary }) => primary === silent).map(({ experiment }) => experiment));
  return experiments.filter((one) => one.silent === silent || reversed.has(one.id)).map(({ settings }) => settings);
}
