import { join } from "node:path";
import { createJobCodec, openSpool, type Spool, SpoolOfAnotherQueueError } from "@understudy/mirror";
import { errorFields, type Logger } from "@understudy/runtime";
import { folderTrouble } from "./folder-trouble.ts";
import { queueIdentity, queueOf } from "./places.ts";
import { type ProcessSettings, queueKeysOf, SettingsError } from "./settings.ts";

type SpoolSettings = Pick<
  ProcessSettings,
  "spoolDir" | "spoolMaxBytes" | "queueKeys" | "queueUnsealed" | "redisUrl" | "databaseUrl" | "dataDir"
>;

/** What a disk says that is in trouble, or full: no fault of the settings. */
const DISK_TROUBLES: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EIO"]);

/**
 * The gateway's spool; null where the settings want none, and where its disk takes nothing: clients are served all the
 * same, and jobs wait in memory. Throws `SettingsError` when its folder cannot be used, or holds what waits for another queue.
 */
export async function openSpoolOf(settings: SpoolSettings, logger: Logger): Promise<Spool | null> {
  const { spoolDir: folder, spoolMaxBytes: maxBytes } = settings;
  if (folder === null) return null;
  try {
    const codec = createJobCodec(queueKeysOf(settings));
    return await openSpool({ folder, maxBytes, logger, codec, queue: queueIdentity(settings) });
  } catch (error) {
    if (DISK_TROUBLES.has((error as NodeJS.ErrnoException).code)) {
      const message =
        "the spool's disk takes nothing; what waits there stays, and jobs wait in memory until the next start";
      logger.error(message, { folder, ...errorFields(error) });
      return null;
    }
    if (error instanceof SpoolOfAnotherQueueError) throw anotherQueue(error, settings);
    throw new SettingsError(
      `--spool-dir (SPOOL_DIR): ${folder} cannot be used: ${folderTrouble(error) ?? (error as Error).message}. Name a folder that this process ` +
        "can write, on a disk that outlives it; or write off, and jobs wait in memory while their queue is away",
    );
  }
}

function anotherQueue({ place }: SpoolOfAnotherQueueError, settings: SpoolSettings): SettingsError {
  return new SettingsError(
    `--spool-dir (SPOOL_DIR): ${place} holds copies that wait for another queue than ${queueOf(settings)}. Start with the ` +
      "REDIS_URL or DATABASE_URL that they were written under, and they are sent there; or name another folder. To send them to " +
      `this queue all the same, delete ${join(place, "queue")}; to give them up, delete ${place}`,
  );
}
