import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

import { PGlite } from "@electric-sql/pglite";
import { lockFolder } from "@understudy/runtime";

import type { Database } from "./database.ts";
import { EmbeddedPool } from "./embedded-pool.ts";

/**
 * Opens PostgreSQL inside this process, on a folder (created when missing) or in memory (gone at close).
 * Rejects with `FolderInUseError` while another process has the folder.
 */
export async function openEmbedded(folder: string): Promise<Database> {
  if (folder === "memory") return databaseOver(await openSession("memory://"), () => undefined);
  const unlock = lockFolder(folder);
  try {
    const place = join(resolve(folder), "database");
    mkdirSync(place, { recursive: true });
    return databaseOver(await openSession(`file://${place}`), unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function openSession(dataDir: string): Promise<PGlite> {
  const session = await PGlite.create({ dataDir });
  // There is one session for all: names of ours are written with their schema, unqualified ones are BullMQ's.
  await session.exec("SET search_path TO bullmq");
  return session;
}

function databaseOver(session: PGlite, unlock: () => void): Database {
  const pool = new EmbeddedPool(session);
  let closing: Promise<void> | undefined;
  return {
    kind: "embedded",
    pool,
    queuePool: pool,
    close: () => (closing ??= pool.end().finally(unlock)),
  };
}
