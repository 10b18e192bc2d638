import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { z } from "zod";

const LOCK_FILE = "understudy.lock";

// The start time tells a process from a later one that got the same id, as happens with every restart in a container.
const holderSchema = z.object({ pid: z.number().int().positive(), started: z.string().nullable() });
type Holder = z.infer<typeof holderSchema>;

/** A second process on one folder would destroy it: each would write over the other's pages. */
export class FolderInUseError extends Error {
  readonly folder: string;
  readonly pid: number;

  constructor(folder: string, pid: number) {
    super(
      `the folder ${folder} is in use by process ${pid}: stop that process, ` +
        "give this one another folder, or let both use a PostgreSQL server",
    );
    this.name = "FolderInUseError";
    this.folder = folder;
    this.pid = pid;
  }
}

/**
 * Takes the folder for this process; creates it when missing. Throws `FolderInUseError` while another living process
 * on this machine has it. The returned function gives it back.
 */
export function lockFolder(folder: string): () => void {
  const place = resolve(folder);
  mkdirSync(place, { recursive: true });
  const lock = join(place, LOCK_FILE);
  const own = `${lock}.${process.pid}`;
  // A link appears whole or not at all, so nobody ever reads a half-written lock.
  writeFileSync(own, JSON.stringify({ pid: process.pid, started: startTimeOf(process.pid) } satisfies Holder));
  try {
    while (!linked(own, lock)) removeIfStale(lock, place);
  } finally {
    rmSync(own, { force: true });
  }
  return () => rmSync(lock, { force: true });
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function removeIfStale(lock: string, folder: string): void {
  const holder = readHolder(lock);
  if (holder !== null && lives(holder)) throw new FolderInUseError(folder, holder.pid);
  // Moved first: of several processes that find the same stale lock, the move succeeds for one.
  const aside = `${lock}.stale.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  const moved = readHolder(aside);
  // Another process may have replaced the stale lock between reading and moving: that one is given back.
  if (moved !== null && lives(moved)) linked(aside, lock);
  rmSync(aside, { force: true });
}

function readHolder(file: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

function lives(holder: Holder): boolean {
  const started = startTimeOf(holder.pid);
  if (started !== null || holder.started !== null) return started === holder.started;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** Clock ticks from boot to the process's start, as Linux tells them; null elsewhere, or when there is no such process. */
function startTimeOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold spaces; field 22 of the whole is the 20th after it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
