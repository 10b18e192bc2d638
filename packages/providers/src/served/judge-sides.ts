import { type Config, type Fault, modelGroupOf, shown } from "@understudy/config";
import { servesModel } from "../targets/serves-model.ts";
import { anyWay, type Target, upstreamModel } from "../targets/target.ts";

/** What stands against a judge: it is off where it would judge itself, and not where it is of one family with a side. */
export interface JudgeSides {
  /** Silent models whose judge is one of the two sides. */
  readonly judgedByThemselves: ReadonlySet<string>;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
}

interface Judged {
  readonly path: string;
  readonly silent: string;
  readonly judge: string;
  readonly side: string;
}

/** Looks at every judge and the two that it is to judge: by model group once aliases are resolved, and by deployments. */
export function judgeSides(config: Config, targets: readonly Target[]): JudgeSides {
  const pairs = judgedSides(config);
  const own = pairs.filter(({ judge, side }) => isSame(config, targets, judge, side));
  const judgedByThemselves = new Set(own.map(({ silent }) => silent));
  const kin = pairs.filter(({ silent, judge, side }) => !judgedByThemselves.has(silent) && isKin(of(judge), of(side)));
  function of(name: string): readonly Served[] {
    return servedAs(config, targets, name);
  }
  return {
    judgedByThemselves,
    faults: once(own, ({ judge, side }) => ({
      problem: `${shown(judge)} is to judge its own answers: it is the same model as ${shown(side)}`,
      fix: "name a judge that is neither the primary nor the silent model, or write judge: null",
    })),
    warnings: once(kin, ({ judge, side }) => ({
      problem: `${shown(judge)} is of one family with ${shown(side)}, and judges tend to prefer their own`,
      fix: "a judge of a family of its own is fairer",
    })),
  };
}

function judgedSides(config: Config): readonly Judged[] {
  const judged = config.silentModels.flatMap(({ name, review }) => {
    return review.judge === null ? [] : [{ silent: name, judge: review.judge.model }];
  });
  const isOne = new Set(judged.map(({ judge }) => judge)).size === 1;
  return judged.flatMap(({ silent, judge }) => {
    const path = isOne ? "mirror_settings.judge.model" : `mirror_settings.silent_models.${silent}.judge.model`;
    const primaries = config.experiments.filter((one) => one.silent === silent).map(({ primary }) => primary);
    return [...new Set([...primaries, silent])].map((side) => ({ path, silent, judge, side }));
  });
}

function once(judged: readonly Judged[], say: (one: Judged) => Omit<Fault, "path">): readonly Fault[] {
  const faults = judged.map((one): Fault => ({ path: one.path, ...say(one) }));
  return [...new Map(faults.map((fault) => [`${fault.path} ${fault.problem}`, fault])).values()];
}

function isSame(config: Config, targets: readonly Target[], judge: string, side: string): boolean {
  const [one, other] = [modelGroupOf(config, judge), modelGroupOf(config, side)];
  // Behind a pattern are many models.
  if (one !== null && one === other && !one.includes("*")) return true;
  const sides = servedAs(config, targets, side);
  return servedAs(config, targets, judge).some(
    ({ target, model }) =>
      !model.includes("*") && sides.some((that) => that.target.provider === target.provider && that.model === model),
  );
}

interface Served {
  readonly target: Target;
  /** As the provider knows it. */
  readonly model: string;
}

function servedAs(config: Config, targets: readonly Target[], name: string): readonly Served[] {
  const group = modelGroupOf(config, name) ?? name;
  const { aliases } = config.router;
  const asked = Object.hasOwn(aliases, name) ? (aliases[name]?.group ?? name) : name;
  return targets
    .filter((target) => target.deployment.modelGroup === group && servesModel(target, asked))
    .map((target) => ({ target, model: upstreamModel(target, asked) }));
}

const FAMILY =
  /^(?:(gpt|chatgpt|o\d)|(claude)|(gemini|gemma)|((?:meta-)?llama|codellama)|(mistral|mixtral|ministral|magistral|codestral|devstral|pixtral)|(qwen|qwq)|(deepseek)|(grok)|(command)|(phi)|(nova)|(kimi)|(glm)|(sonar))(?=$|[\W_\d])/;

/** By the names of the models; where one of them says nothing, by whose they are. */
function isKin(judges: readonly Served[], sides: readonly Served[]): boolean {
  return judges.some((judge) =>
    sides.some((side) => {
      const [one, other] = [familyOf(judge.model), familyOf(side.model)];
      if (one !== null && other !== null) return one === other;
      return judge.target.provider === side.target.provider && isMakers(judge.target) && isMakers(side.target);
    }),
  );
}

function familyOf(model: string): number | null {
  const match = FAMILY.exec(model.slice(model.lastIndexOf("/") + 1).toLowerCase());
  return match === null ? null : match.slice(1).findIndex((group) => group !== undefined);
}

/** Those who serve their own models; at an address of its own, a server may have any. */
const MAKERS: ReadonlySet<string> = new Set([
  "openai",
  "anthropic",
  "gemini",
  "mistral",
  "deepseek",
  "xai",
  "perplexity",
]);

function isMakers(target: Target): boolean {
  const { provider, traits } = target;
  return MAKERS.has(provider) && traits.baseUrl !== null && anyWay(target).url.startsWith(traits.baseUrl);
}
