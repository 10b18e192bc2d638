import type { ModelGroup } from "@understudy/contracts";
import { useApiOnce } from "../frame/api.ts";

const NONE: readonly ModelGroup[] = [];

/** The model groups of the config, which stay as they are while a gateway runs. */
export function useGroups(): readonly ModelGroup[] {
  return useApiOnce<{ readonly data: readonly ModelGroup[] }>("/api/groups").data?.data ?? NONE;
}

/** What answers for a group: `gpt-4o`, `gpt-4o and 2 more`; null where that is not known, or is the group's own name. */
export function modelsText(groups: readonly ModelGroup[], name: string): string | null {
  const [first, ...more] = groups.find((group) => group.name === name)?.models ?? [];
  if (first === undefined || (first === name && more.length === 0)) return null;
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}
