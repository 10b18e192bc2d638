import { createJobCodec, openSpool, parseQueueKeys, type Spool } from "@understudy/mirror";
import { errorFields, type Logger } from "@understudy/runtime";
import { type ProcessSettings, SettingsError } from "./settings.ts";

type SpoolSettings = Pick<ProcessSettings, "spoolDir" | "spoolMaxBytes" | "queueKeys">;

/** What a disk says that is in trouble, or full: no fault of the settings. */
const DISK_TROUBLES: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EIO"]);

/**
 * The gateway's spool; null where the settings want none, and where its disk takes nothing: clients are served all the
 * same, and jobs wait in memory. Throws `SettingsError` when its folder cannot be used.
 */
export async function openSpoolOf(settings: SpoolSettings, logger: Logger): Promise<Spool | null> {
  const { spoolDir: folder, spoolMaxBytes: maxBytes, queueKeys } = settings;
  if (folder === null) return null;
  try {
    const codec = createJobCodec(queueKeys === null ? null : parseQueueKeys(queueKeys));
    return await openSpool({ folder, maxBytes, logger, codec });
  } catch (error) {
    if (DISK_TROUBLES.has((error as NodeJS.ErrnoException).code)) {
      const message =
        "the spool's disk takes nothing; what waits there stays, and jobs wait in memory until the next start";
      logger.error(message, { folder, ...errorFields(error) });
      return null;
    }
    throw new SettingsError(
      `--spool-dir (SPOOL_DIR): ${folder} cannot be used: ${(error as Error).message}. Name a folder that this process ` +
        "can write, on a disk that outlives it; or write off, and jobs wait in memory while their queue is away",
    );
  }
}
