import {
  type CallWords,
  type Config,
  type Deployment,
  type Fault,
  faultLine,
  ignoredLines,
  modelGroupOf,
  shown,
  type SilentModel,
  type Unserved,
  unservedLine,
} from "@understudy/config";
import { callWords } from "./call-words.ts";
import { type Compiled, compileDeployments } from "../targets/compile-targets.ts";
import { unpricedBudgets } from "../prices/estimate-cost.ts";
import { judgeSides } from "./judge-sides.ts";
import { servesModel } from "../targets/serves-model.ts";
import { withoutBridge } from "./without-bridge.ts";

/** A configuration without what nothing serves, and what that was. */
export interface Served {
  readonly config: Config;
  /** Deployments and sinks that were left out. */
  readonly unserved: readonly Unserved[];
  /** Silent models and reviews that nothing serves, and judges of their own answers: what depends on them is off, and primaries are served all the same. */
  readonly off: readonly Fault[];
  /** What is served, and yet not as its writer may think. */
  readonly warnings: readonly Fault[];
  /** What each deployment is asked for, by its id. */
  readonly calls: ReadonlyMap<string, CallWords>;
}

/** LiteLLM starts with the deployments that it can call, and so do we. Throws `ConfigError` when there is none. */
export function servedConfig(config: Config): Served {
  const { targets, unserved, warnings } = compileDeployments(config);
  const isServed = (name: string): boolean => {
    const group = modelGroupOf(config, name);
    return targets.some((target) => target.deployment.modelGroup === group && servesModel(target, name));
  };
  const silent = (deployment: Deployment) => deployment.silent.filter(({ silentModel }) => isServed(silentModel));
  // What nothing serves is told of by itself.
  const targetsOfServed = targets.map((target) => ({
    ...target,
    deployment: { ...target.deployment, silent: silent(target.deployment) },
  }));
  const sides = judgeSides(config, targets);
  const served = new Set(targets.map(({ deployment }) => deployment));
  const deployments = config.deployments
    .filter((deployment) => served.has(deployment))
    .map((deployment) => ({ ...deployment, silent: silent(deployment) }));
  const aliases = Object.entries(config.router.aliases).filter(([alias]) => isServed(alias));
  return {
    config: {
      ...config,
      deployments,
      silentModels: config.silentModels
        .filter(({ name }) => isServed(name))
        .map((model) => reviewed(model, isServed, sides.judgedByThemselves)),
      experiments: config.experiments.filter((experiment) => isServed(experiment.silent)),
      groups: config.groups
        .filter(({ model }) => isServed(model.name))
        .map(({ model, target }) => ({ model: reviewed(model, isServed, sides.judgedByThemselves), target })),
      router: { ...config.router, aliases: Object.fromEntries(aliases) },
      unserved: [],
    },
    unserved,
    off: [...whatIsOff(config, { unserved, isServed }), ...sides.faults],
    warnings: [...warnings, ...withoutBridge(config, targetsOfServed), ...sides.warnings],
    calls: callWords(targets, config.env),
  };
}

/** What a person is told of it at start and by `check`, a line each. `ignored` makes no difference here. */
export function linesOf({
  config,
  unserved,
  warnings,
}: Served): Readonly<Record<"warnings" | "ignored", readonly string[]>> {
  return {
    warnings: [
      ...unserved.map((one) => `not served: ${unservedLine(one)}`),
      ...config.warnings.map((text) => `warning: ${text}`),
      ...[...warnings, ...unpricedBudgets(config)].map((fault) => `warning: ${faultLine(fault)}`),
    ],
    ignored: ignoredLines(config.ignored),
  };
}

type IsServed = (name: string) => boolean;

function reviewed(model: SilentModel, isServed: IsServed, judgedByThemselves: ReadonlySet<string>): SilentModel {
  const { judge, embeddingModel, labels } = model.review;
  const mayJudge = judge !== null && isServed(judge.model) && !judgedByThemselves.has(model.name);
  return {
    ...model,
    review: {
      judge: mayJudge ? judge : null,
      embeddingModel: embeddingModel !== null && isServed(embeddingModel) ? embeddingModel : null,
      // Whoever wants people's labels is not promoted without them because the judge is off.
      labels,
    },
  };
}

interface Left extends Pick<Compiled, "unserved"> {
  readonly isServed: IsServed;
}

/** One fault for each name that would be called and cannot be, with the first thing that is in its way. */
function whatIsOff(config: Config, { unserved, isServed }: Left): readonly Fault[] {
  const asked = new Map<string, string>();
  for (const { path, silent } of config.deployments) {
    for (const { silentModel } of silent)
      asked.set(silentModel, asked.get(silentModel) ?? `${path}.litellm_params.silent_model`);
  }
  for (const { name, review } of config.silentModels) {
    if (!asked.has(name)) asked.set(name, "mirror_settings.replay_models");
    const { judge, embeddingModel } = review;
    if (judge !== null && !asked.has(judge.model)) asked.set(judge.model, "mirror_settings.judge.model");
    if (embeddingModel !== null && !asked.has(embeddingModel))
      asked.set(embeddingModel, "mirror_settings.embedding_model");
  }
  return [...asked]
    .filter(([name]) => !isServed(name))
    .map(([name, path]) => {
      const reason = unserved.find((one) => one.name === modelGroupOf(config, name));
      const why = reason === undefined ? "" : `: ${reason.problem}`;
      return { path, problem: `nothing serves ${shown(name)}${why}`, fix: reason?.fix ?? "add a deployment that does" };
    });
}
