import type { RouterSettings } from "@understudy/config";
import type { FailureKind } from "@understudy/contracts";

type Fallbacks = RouterSettings["fallbacks"];

/**
 * Model groups to try after one failed for good, in order. `names` are those it goes by, as it was asked for first: an
 * alias or a model behind a wildcard may have a list of its own. A failure that has a fallback list of its own uses only
 * that list once it is configured: a prompt that is too long for one model is not helped by just any other.
 */
export function fallbackGroups(
  names: readonly string[],
  kind: FailureKind,
  settings: RouterSettings,
): readonly string[] {
  const specific = specificList(kind, settings);
  if (specific !== null) return firstList(specific, names) ?? [];
  const listed = firstList(settings.fallbacks, names);
  return listed ?? (firstList(settings.fallbacks, ["*"]) ?? []).filter((name) => !names.includes(name));
}

function specificList(kind: FailureKind, settings: RouterSettings): Fallbacks | null {
  const list =
    kind === "context_window"
      ? settings.contextWindowFallbacks
      : kind === "content_policy"
        ? settings.contentPolicyFallbacks
        : {};
  return Object.keys(list).length > 0 ? list : null;
}

/** Names come from clients: one such as `constructor` must find nothing. */
function firstList(fallbacks: Fallbacks, names: readonly string[]): readonly string[] | null {
  const name = names.find((candidate) => Object.hasOwn(fallbacks, candidate));
  return name === undefined ? null : (fallbacks[name] ?? null);
}
