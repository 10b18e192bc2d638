import type { FailureKind, RouterSettings } from "@understudy/config";

/**
 * Model groups to try after `group` failed for good, in order. A failure that has a fallback list of its own uses only
 * that list once it is configured: a prompt that is too long for one model is not helped by just any other.
 */
export function fallbackGroups(group: string, kind: FailureKind, settings: RouterSettings): readonly string[] {
  const specific = specificList(kind, settings);
  if (specific !== null) return specific[group] ?? [];
  return settings.fallbacks[group] ?? settings.fallbacks["*"]?.filter((name) => name !== group) ?? [];
}

function specificList(kind: FailureKind, settings: RouterSettings): RouterSettings["fallbacks"] | null {
  const list =
    kind === "context_window"
      ? settings.contextWindowFallbacks
      : kind === "content_policy"
        ? settings.contentPolicyFallbacks
        : {};
  return Object.keys(list).length > 0 ? list : null;
}
