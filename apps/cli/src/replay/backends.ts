import { type Clock, createHost, type Environment, type Host } from "@understudy/runtime";
import { NO_CONTROL } from "@understudy/contracts";
import { handedControl } from "@understudy/control";
import { type Config, loadConfigFile, type SilentModel } from "@understudy/config";
import {
  type Backends,
  openLogger,
  openOwnBackends,
  openSharedBackends,
  type ProcessSettings,
  readSettings,
  SettingsError,
} from "@understudy/launch";
import { servedConfig } from "@understudy/providers";
import { createWorker } from "@understudy/worker";
import { existsSync } from "node:fs";
import { PROCESS_FLAGS } from "./options.ts";

/** Throws `SettingsError` and `ConfigError` as every process does. */
export function readProcess(args: readonly string[], env: Environment): { settings: ProcessSettings; config: Config } {
  // Standard error belongs to the progress: only trouble is told beside it.
  const { settings } = readSettings(args, { ...env, LOG_LEVEL: env["LOG_LEVEL"] ?? "warn" }, PROCESS_FLAGS);
  if (settings.configFile === null) {
    throw new SettingsError("no configuration: name the gateway's config.yaml with --config or UNDERSTUDY_CONFIG");
  }
  return { settings, config: servedConfig(loadConfigFile(settings.configFile, env)).config };
}

export interface ReplayBackends extends Pick<Backends, "queues" | "store"> {
  readonly host: Host;
  /** Whether the worker is this process. */
  readonly ownWorker: boolean;
}

/** Where gateway and worker meet; or the embedded database, with a worker of our own, since nobody else may open it. */
export async function openReplayBackends(
  { settings, config }: { readonly settings: ProcessSettings; readonly config: Config },
  silent: SilentModel,
  clock: Clock,
): Promise<ReplayBackends> {
  const logger = openLogger("replay", settings, config, process.stderr);
  for (const warning of settings.warnings) logger.warn(warning);
  const ownWorker = settings.databaseUrl === null;
  if (ownWorker && !existsSync(settings.dataDir)) {
    throw new SettingsError(
      `DATABASE_URL (--database-url) is not set, and there is no embedded database in ${settings.dataDir}: ` +
        "set it, and REDIS_URL, as the gateway has them; or name the folder with --data-dir",
    );
  }
  const deps = { clock, logger };
  const open = ownWorker ? openOwnBackends : openSharedBackends;
  const { queues, store, service } = await open(settings, { spans: { name: "replay", config }, ...deps });
  const only = { ...config, silentModels: [silent] };
  const worker = ownWorker
    ? createWorker({ config: only, queues, store, control: handedControl(NO_CONTROL), health: null, ...deps }).services
    : [];
  const host = createHost([service, ...worker], { ...deps, graceMs: GRACE_MS });
  return { queues, store, host, ownWorker };
}

const GRACE_MS = 10_000;
