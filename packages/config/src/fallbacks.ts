import type { RouterSettings } from "./config.ts";
import type { FindGroup } from "./model-groups.ts";
import { unknownGroup } from "./names.ts";
import { shown } from "./shown.ts";
import { isMapping, kindOf, pathTo, pathToName } from "./reading.ts";
import type { Section } from "./section.ts";

type Fallbacks = RouterSettings["fallbacks"];

/** The model groups that exist, to check names against. */
export interface KnownGroups {
  readonly groups: readonly string[];
  readonly findGroup: FindGroup;
}

/** Reads a list of maps with one key each: `[{primary: [first, second]}]`. */
export function readFallbacks(owner: Section, key: string, known: KnownGroups): Fallbacks {
  const fallbacks = new Map<string, readonly string[]>();
  if (isMapping(owner.raw(key))) {
    owner.fault(key, "is a map, not a list", `write each group as an item of a list: ${firstItem(owner.raw(key))}`);
    return {};
  }
  for (const [index, item] of (owner.list(key) ?? []).entries()) {
    const path = pathTo(owner.pathTo(key), index);
    const entries = isMapping(item) ? Object.entries(item) : [];
    const [source, written] = entries[0] ?? [];
    const targets = typeof written === "string" ? [written] : written;
    if (source === undefined || entries.length > 1 || !Array.isArray(targets)) {
      owner.reading.fault(path, "is not a map of one model group to a list", "write - primary: [first, second]");
      continue;
    }
    const sourcePath = pathToName(path, source);
    const unusable = uselessness(source, fallbacks, known);
    if (unusable !== null) owner.reading.warnings.push({ path: sourcePath, text: unusable });
    const usable = targets.filter((target, at): target is string =>
      isUsable(target, pathTo(sourcePath, at), owner, known),
    );
    if (!fallbacks.has(source)) fallbacks.set(source, usable);
  }
  return Object.fromEntries(fallbacks);
}

/** The first line of a map of fallbacks as an item of a list. */
function firstItem(fallbacks: unknown): string {
  const [source, targets] = isMapping(fallbacks) ? (Object.entries(fallbacks)[0] ?? []) : [];
  const names = (Array.isArray(targets) ? targets : [targets]).filter((target) => typeof target === "string");
  return `- ${shown(source ?? "primary")}: [${(names.length > 0 ? names : ["first", "second"]).map(shown).join(", ")}]`;
}

/** Why the fallbacks of `source` can never be used; null when they can. LiteLLM lets both pass. */
function uselessness(source: string, earlier: ReadonlyMap<string, unknown>, known: KnownGroups): string | null {
  if (earlier.has(source)) return "has no effect: its fallbacks are listed before";
  if (source === "*" || known.findGroup(source) !== null) return null;
  return `has no effect: ${unknownGroup(source, known.groups).join("; ")}`;
}

/** Reads `default_fallbacks`: what to try after any model group. */
export function readDefaultFallbacks(owner: Section, key: string, known: KnownGroups): Fallbacks {
  const targets = owner.list(key);
  if (targets === null) return {};
  const path = owner.pathTo(key);
  return { "*": targets.filter((target, at): target is string => isUsable(target, pathTo(path, at), owner, known)) };
}

/** LiteLLM finds out that a fallback does not exist when it needs it; here it is passed over, and said at start. */
function isUsable(target: unknown, path: string, { reading }: Section, { groups, findGroup }: KnownGroups): boolean {
  if (typeof target === "string" && findGroup(target) !== null) return true;
  const [problem, fix] =
    typeof target === "string"
      ? unknownGroup(target, groups)
      : [`it is ${kindOf(target)}, not a model group`, "write the model_name of a model_list entry"];
  reading.warnings.push({ path, text: `is passed over: ${problem}; ${fix}` });
  return false;
}
