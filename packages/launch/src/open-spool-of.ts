import { createJobCodec, openSpool, parseQueueKeys, type Spool } from "@understudy/mirror";
import type { Logger } from "@understudy/runtime";
import { type ProcessSettings, SettingsError } from "./settings.ts";

/** The gateway's spool; null where the settings want none. Throws `SettingsError` when its folder cannot be used. */
export async function openSpoolOf(settings: ProcessSettings, logger: Logger): Promise<Spool | null> {
  const { spoolDir: folder, spoolMaxBytes: maxBytes, queueKeys } = settings;
  if (folder === null) return null;
  try {
    const codec = createJobCodec(queueKeys === null ? null : parseQueueKeys(queueKeys));
    return await openSpool({ folder, maxBytes, logger, codec });
  } catch (error) {
    throw new SettingsError(
      `--spool-dir (SPOOL_DIR): ${folder} cannot be used: ${(error as Error).message}. Name a folder that this process ` +
        "can write, on a disk that outlives it; or write off, and jobs wait in memory while their queue is away",
    );
  }
}
