import type { Config, Experiment, PossibleSilentModel, SilentModel, SilentTarget } from "./config.ts";
import { resolveReferences } from "./environment.ts";
import type { Fault } from "./fault.ts";
import { type MirrorSettings, QUEUE_KEYS, readTargetSettings, silentName, TARGET_KEYS } from "./mirror-settings.ts";
import { type KnownCallers, readTargetMatch } from "./target-match.ts";
import type { FindGroup } from "./model-groups.ts";
import { experimentId, unknownGroup } from "./names.ts";
import { shown } from "./shown.ts";
import { isMapping, kindOf, partOf, pathTo, pathToName, type Reading } from "./reading.ts";
import { Section } from "./section.ts";

/** What `silent_model` is read against. */
export interface SilentContext {
  readonly reading: Reading;
  readonly mirror: MirrorSettings;
  readonly groups: readonly string[];
  readonly findGroup: FindGroup;
  readonly callers: KnownCallers;
}

/** Reads a deployment's `silent_model`: a name, a map with a name and settings, or a list of these. */
export function readSilentTargets(params: Section, primary: string, context: SilentContext): readonly SilentTarget[] {
  const path = params.pathTo("silent_model");
  const written = params.raw("silent_model");
  if (written === undefined || written === null) return [];
  if (!Array.isArray(written)) return present([readTarget(written, path, primary, context)]);
  const read = written.map((item, index) => readTarget(item, pathTo(path, index), primary, context));
  const targets = read.map((target, index) => asCandidates(target, written[index], read));
  for (const [index, target] of targets.entries()) {
    const earlier = targets.findIndex((other) => other?.silentModel === target?.silentModel);
    if (target === null || earlier === index) continue;
    context.reading.fault(pathTo(path, index), `${shown(target.silentModel)} is listed twice`, "remove one of the two");
  }
  return present(targets);
}

function present(targets: readonly (SilentTarget | null)[]): readonly SilentTarget[] {
  return targets.filter((target) => target !== null);
}

function readTarget(written: unknown, path: string, primary: string, context: SilentContext): SilentTarget | null {
  const lacks: Fault[] = [];
  const value = resolveReferences(written, path, partOf(context.reading, lacks));
  // What is wrong with a candidate keeps nobody from answering.
  const warnings = lacks.map((lack) => ({
    path: lack.path,
    text: `has no value, since ${lack.problem}: nothing is mirrored; ${lack.fix}`,
  }));
  context.reading.warnings.push(...warnings);
  if (lacks.length > 0) return null;
  if ((typeof value !== "string" && !isMapping(value)) || value === "") {
    const problem = `is ${kindOf(value)}, not a model group`;
    context.reading.fault(path, problem, "write the model_name of another model_list entry");
    return null;
  }
  const settings = new Section(isMapping(value) ? value : { model: value }, path, context.reading);
  const name = settings.requiredText("model", "name the model group that copies go to: model: NAME");
  const namePath = isMapping(value) ? settings.pathTo("model") : path;
  const silentModel = name === null ? null : checkName(name, namePath, context);
  const control = settings.flag("control") ?? false;
  const target = readTargetSettings(settings, context.mirror.targetFor(silentModel ?? ""));
  const match = readTargetMatch(settings.section("match"), context.callers);
  rejectUnknownKeys(settings, silentModel ?? "NAME");
  if (silentModel === null) return null;
  checkControl({ path, primary, silentModel, control }, context);
  return { experimentId: experimentId(primary, silentModel), silentModel, match, ...target };
}

function checkName(name: string, path: string, { reading, groups, findGroup }: SilentContext): string | null {
  if (name.includes("*")) {
    reading.fault(path, `${shown(name)} is a pattern, not a model group`, "name one model that the pattern takes");
    return null;
  }
  if (findGroup(name) !== null) return silentName(name, findGroup);
  const [problem, fix] = unknownGroup(name, groups);
  const parts = name.split(",").map((part) => part.trim());
  const isList = parts.length > 1 && parts.every((part) => findGroup(part) !== null);
  reading.fault(path, problem, isList ? `write a list: [${parts.map(shown).join(", ")}]` : fix);
  return null;
}

/** A control that does not say what it sees sees whatever any candidate beside it sees: both are held against one answer. */
function asCandidates(
  target: SilentTarget | null,
  written: unknown,
  beside: readonly (SilentTarget | null)[],
): SilentTarget | null {
  if (target === null || !isMapping(written) || written["control"] !== true) return target;
  const [first, ...others] = present(beside).filter((other) => other !== target);
  if (first === undefined) return target;
  const rates = [first, ...others].map(({ sampleRate }) => sampleRate);
  return {
    ...target,
    sampleRate: written["sample_rate"] === undefined ? Math.max(...rates) : target.sampleRate,
    sampleBy: written["sample_by"] === undefined ? first.sampleBy : target.sampleBy,
    // Of several candidates each may be about others: then it sees all.
    match: written["match"] === undefined && others.length === 0 ? first.match : target.match,
  };
}

interface Mirroring {
  readonly path: string;
  readonly primary: string;
  readonly silentModel: string;
  readonly control: boolean;
}

function checkControl({ path, primary, silentModel, control }: Mirroring, { reading }: SilentContext): void {
  if (silentModel === primary && !control) {
    const name = shown(primary);
    const fix = `name another group, or write {model: ${name}, control: true} to measure how much answers differ by chance`;
    reading.fault(path, `${name} would be mirrored to itself`, fix);
  }
  if (silentModel !== primary && control) {
    const problem = `a control mirrors a group to itself, and ${shown(silentModel)} is not ${shown(primary)}`;
    reading.fault(pathTo(path, "control"), problem, "remove control");
  }
}

/** Keys of the queue are shared by all deployments that fill it, so one of them cannot set them. */
function rejectUnknownKeys(settings: Section, silentModel: string): void {
  for (const key of settings.unread().filter((key) => QUEUE_KEYS.some((known) => known === key))) {
    const home = pathToName("mirror_settings.silent_models", silentModel);
    settings.raw(key);
    settings.fault(key, "belongs to the silent model's queue, not to one deployment", `write it as ${home}.${key}`);
  }
  settings.rejectRest(["model", "control", "match", ...TARGET_KEYS]);
}

/** The groups that `mirror_settings.replay_models` names, for stored requests to be sent to. */
export function readReplayModels(context: SilentContext): readonly string[] {
  const names = context.mirror.replayModels.map(({ name, path }) => checkName(name, path, context));
  return names.filter((name) => name !== null);
}

/** Every silent model that a deployment or `replayModels` names, and every experiment that follows, in the order of the file. */
export function collectExperiments(
  deployments: Config["deployments"],
  mirror: MirrorSettings,
  replayModels: readonly string[],
): { readonly silentModels: readonly SilentModel[]; readonly experiments: readonly Experiment[] } {
  const silentModels = new Map<string, SilentModel>();
  const experiments = new Map<string, Experiment>();
  for (const { modelGroup: primary, silent } of deployments) {
    for (const { experimentId: id, silentModel: name, sampleRate } of silent) {
      silentModels.set(name, silentModelOf(name, mirror));
      const known = experiments.get(id);
      const rate = known === undefined || known.sampleRate === sampleRate ? sampleRate : null;
      const [margins, verdict] = [mirror.marginsFor(name), mirror.verdictFor(name)];
      experiments.set(id, { id, primary, silent: name, control: primary === name, sampleRate: rate, margins, verdict });
    }
  }
  for (const name of replayModels) {
    silentModels.set(name, silentModelOf(name, mirror));
  }
  return { silentModels: [...silentModels.values()], experiments: [...experiments.values()] };
}

/** Every group of the file that is no pattern, as it would be held if a copy went to it. */
export function possibleSilentModels(
  groups: readonly string[],
  mirror: MirrorSettings,
): readonly PossibleSilentModel[] {
  return [...new Set(groups)]
    .filter((name) => !name.includes("*"))
    .map((name) => ({ model: silentModelOf(name, mirror), target: mirror.targetFor(name) }));
}

function silentModelOf(name: string, mirror: MirrorSettings): SilentModel {
  return { name, ...mirror.queueFor(name), replay: mirror.replayFor(name), review: mirror.reviewFor(name) };
}
