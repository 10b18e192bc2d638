import type { Config } from "@understudy/config";
import type { ModelGroup } from "@understudy/contracts";
import { compileTargets } from "@understudy/providers";

/** The model groups that an experiment can be of, in the config's order; none that is a pattern is. */
export function modelGroups(config: Config): readonly ModelGroup[] {
  const targets = Map.groupBy(compileTargets(config), ({ deployment }) => deployment.modelGroup);
  return config.groups.map(({ model: { name } }) => ({
    name,
    models: [...new Set((targets.get(name) ?? []).map(({ model }) => model))],
  }));
}
