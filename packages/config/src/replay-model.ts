import type { Config, SilentModel } from "./config.ts";
import { ConfigError } from "./fault.ts";
import { silentName } from "./mirror-settings.ts";
import { modelGroupOf } from "./model-groups.ts";
import { unknownGroup } from "./names.ts";
import { shown } from "./shown.ts";

/**
 * The silent model that stored requests may be replayed to under this name. Throws `ConfigError`, with `path` as the place
 * of the name, for one that is no model group, or whose queue no worker reads.
 */
export function findReplayModel(config: Config, name: string, path: string): SilentModel {
  const find = (asked: string): string | null => modelGroupOf(config, asked);
  if (find(name) === null) {
    const groups = [...new Set(config.deployments.map(({ modelGroup }) => modelGroup))];
    const [problem, fix] = unknownGroup(name, [...groups, ...Object.keys(config.router.aliases)]);
    throw new ConfigError([{ path, problem, fix }]);
  }
  const silent = silentName(name, find);
  const model = config.silentModels.find((candidate) => candidate.name === silent);
  if (model !== undefined) return model;
  const problem = `${shown(silent)} has no queue, because nothing is mirrored to it`;
  const fix = `write mirror_settings.replay_models: [${shown(silent)}] in the config.yaml, and restart the worker`;
  throw new ConfigError([{ path, problem, fix }]);
}
