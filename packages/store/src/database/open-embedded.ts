import { join, resolve } from "node:path";

import { PGlite } from "@electric-sql/pglite";
import { type Exposed, lockFolder, privateFolder } from "@understudy/runtime";

import type { Database } from "./database.ts";
import { EmbeddedPool } from "./embedded-pool.ts";
import { preparedArchive, unpackPrepared } from "./prepared.ts";

export interface EmbeddedOptions {
  /** Told of what others may read in the folder, where this user cannot change it. */
  readonly onExposed?: (exposed: readonly Exposed[]) => void;
}

/**
 * Opens PostgreSQL inside this process, on a folder (created when missing, and made this user's alone) or in memory (gone
 * at close). Rejects with `FolderInUseError` while another process has the folder.
 */
export async function openEmbedded(folder: string, { onExposed }: EmbeddedOptions = {}): Promise<Database> {
  if (folder === "memory") return databaseOver(await openSession("memory://", preparedArchive()), () => undefined);
  const unlock = lockFolder(folder);
  try {
    const place = join(resolve(folder), "database");
    const before = privateFolder(resolve(folder));
    unpackPrepared(place);
    privateFolder(place);
    const session = await openSession(`file://${place}`);
    // A new database that PGlite made has the modes that it gives. What the server writes later takes after its folder.
    const exposed = [...before, ...privateFolder(place)];
    if (exposed.length > 0) onExposed?.(exposed);
    return databaseOver(session, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Every open fills these with zeros, and PostgreSQL's usual 128 MB took longer than all the rest. */
const BUFFERS = ["-c", "shared_buffers=32MB"];

async function openSession(dataDir: string, loadDataDir?: Blob): Promise<PGlite> {
  const startParams = [...PGlite.defaultStartParams, ...BUFFERS];
  const session = await PGlite.create({ dataDir, startParams, ...(loadDataDir === undefined ? {} : { loadDataDir }) });
  // There is one session for all: names of ours are written with their schema, unqualified ones are BullMQ's.
  await session.exec("SET search_path TO bullmq");
  return session;
}

function databaseOver(session: PGlite, unlock: () => void): Database {
  const pool = new EmbeddedPool(session);
  let closing: Promise<void> | undefined;
  return {
    pool,
    queuePool: pool,
    close: () => (closing ??= pool.end().finally(unlock)),
  };
}
