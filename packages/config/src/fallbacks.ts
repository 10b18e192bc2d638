import type { RouterSettings } from "./config.ts";
import type { FindGroup } from "./model-groups.ts";
import { shown, unknownGroup } from "./names.ts";
import { isMapping, kindOf, pathTo } from "./reading.ts";
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
    const [source, targets] = entries[0] ?? [];
    if (source === undefined || entries.length > 1 || !Array.isArray(targets)) {
      owner.reading.fault(path, "is not a map of one model group to a list", "write - primary: [first, second]");
      continue;
    }
    const sourcePath = pathTo(path, source);
    const unusable = uselessness(source, fallbacks, known);
    if (unusable !== null) owner.reading.ignored.push(`${sourcePath} (${unusable})`);
    const checked = targets.filter((target, at): target is string =>
      checkTarget(target, pathTo(sourcePath, at), owner, known),
    );
    if (!fallbacks.has(source)) fallbacks.set(source, checked);
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
  if (earlier.has(source)) return "listed before";
  return source === "*" || known.findGroup(source) !== null ? null : "no such model group";
}

/** Reads `default_fallbacks`: what to try after any model group. */
export function readDefaultFallbacks(owner: Section, key: string, known: KnownGroups): Fallbacks {
  const targets = owner.list(key);
  if (targets === null) return {};
  const path = owner.pathTo(key);
  return { "*": targets.filter((target, at): target is string => checkTarget(target, pathTo(path, at), owner, known)) };
}

function checkTarget(target: unknown, path: string, { reading }: Section, { groups, findGroup }: KnownGroups): boolean {
  if (typeof target !== "string") {
    reading.fault(path, `is ${kindOf(target)}, not a model group`, "write the model_name of a model_list entry");
    return false;
  }
  if (findGroup(target) !== null) return true;
  reading.fault(path, ...unknownGroup(target, groups));
  return false;
}
