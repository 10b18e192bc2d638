import { type Config, modelGroupOf } from "@understudy/config";
import type { ApiName } from "@understudy/contracts";
import type { Target } from "../targets/target.ts";

/** Tells whether a model group has a deployment that can be asked in an API, over the bridge or not. */
export function createSpeaks(config: Config, targets: readonly Target[]): (model: string, api: ApiName) => boolean {
  const byGroup = Map.groupBy(targets, ({ deployment }) => deployment.modelGroup);
  const spoken = new Map([...byGroup].map(([group, some]) => [group, new Set(some.flatMap(apisOf))]));
  return (model, api) => spoken.get(modelGroupOf(config, model) ?? model)?.has(api) === true;
}

function apisOf({ ways, bridges }: Target): readonly ApiName[] {
  return Object.keys({ ...ways, ...bridges }) as readonly ApiName[];
}
