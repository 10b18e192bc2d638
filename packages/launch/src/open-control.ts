import { join } from "node:path";
import type { Config } from "@understudy/config";
import { type Control, followControl } from "@understudy/control";
import type { Clock, Logger } from "@understudy/runtime";
import type { Store } from "@understudy/store";
import { databaseIdentity } from "./places.ts";
import type { ProcessSettings } from "./settings.ts";

export interface ControlDeps {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Beside the jobs that wait in the spool: what its numbered folders are not. */
const FOLDER = "control";

/**
 * What can be changed while this process runs. The last state lies in the folder of the spool, where the settings have one and the
 * database is not a folder itself.
 */
export function openControl(
  { spoolDir, databaseUrl }: Pick<ProcessSettings, "spoolDir" | "databaseUrl">,
  { config, store, clock, logger }: ControlDeps,
): Control {
  const disk =
    spoolDir === null || databaseUrl === null
      ? null
      : { folder: join(spoolDir, FOLDER), database: databaseIdentity(databaseUrl) };
  const named = config.experiments.map(({ id, primary, silent }) => ({ id, primary, silent }));
  return followControl({ store: store.control, named, disk, clock, logger });
}
