import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { threadId } from "node:worker_threads";
import { systemClock } from "./clock.ts";
import { PRIVATE_FILE, PRIVATE_FOLDER } from "./private-files.ts";

const LOCK_FILE = "understudy.lock";

// The start time tells a process from a later one that got the same id, as happens with every restart in a container.
interface Holder {
  readonly pid: number;
  readonly started: string | null;
  /** Absent in locks of an earlier version. */
  readonly host?: string | undefined;
  /** 0 is the process's main thread. */
  readonly thread?: number | undefined;
}

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

export interface LockOptions {
  /**
   * The folder may be shared with other machines or containers, whose processes cannot be looked up: their locks are
   * touched while they live, and count as left behind a minute after they last were.
   */
  readonly acrossHosts?: boolean;
}

const TOUCH_EVERY_MS = 10_000;
const LEFT_BEHIND_MS = 60_000;

/**
 * Takes the folder for this process; creates it when missing. Throws `FolderInUseError` while another living process
 * has it. The returned function gives it back.
 */
export function lockFolder(folder: string, { acrossHosts = false }: LockOptions = {}): () => void {
  const place = resolve(folder);
  mkdirSync(place, { recursive: true, mode: PRIVATE_FOLDER });
  const lock = join(place, LOCK_FILE);
  const own = `${lock}.${process.pid}`;
  // A link appears whole or not at all, so nobody ever reads a half-written lock.
  writeFileSync(
    own,
    JSON.stringify({
      pid: process.pid,
      started: startTimeOf(process.pid),
      host: hostname(),
      thread: threadId,
    } satisfies Holder),
    { mode: PRIVATE_FILE },
  );
  try {
    while (!linked(own, lock)) removeIfStale(lock, place, acrossHosts);
  } finally {
    rmSync(own, { force: true });
  }
  const untouched = acrossHosts ? systemClock.every(TOUCH_EVERY_MS, () => touch(lock)) : () => undefined;
  return () => {
    untouched();
    rmSync(lock, { force: true });
  };
}

function touch(lock: string): void {
  try {
    utimesSync(lock, new Date(), new Date());
  } catch {
    // Somebody took the folder away; what is written there says so itself.
  }
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

function removeIfStale(lock: string, folder: string, acrossHosts: boolean): void {
  const holder = readHolder(lock);
  if (holder !== null && holds(holder, lock, acrossHosts)) throw new FolderInUseError(folder, holder.pid);
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
  if (moved !== null && holds(moved, aside, acrossHosts)) linked(aside, lock);
  rmSync(aside, { force: true });
}

function readHolder(file: string): Holder | null {
  try {
    const { pid, started, host, thread } = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, unknown>>;
    if (!Number.isInteger(pid) || Number(pid) < 1 || (started !== null && typeof started !== "string")) return null;
    return {
      pid: Number(pid),
      started,
      host: typeof host === "string" ? host : undefined,
      thread: typeof thread === "number" ? thread : undefined,
    };
  } catch {
    return null;
  }
}

function holds(holder: Holder, lock: string, acrossHosts: boolean): boolean {
  if (!acrossHosts || holder.host === undefined || holder.host === hostname()) return lives(holder);
  return systemClock.now() - statSync(lock).mtimeMs < LEFT_BEHIND_MS;
}

function lives(holder: Holder): boolean {
  if (isReplaced(holder)) return false;
  const started = startTimeOf(holder.pid);
  if (started !== null || holder.started !== null) return started === holder.started;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** A thread of this process is given the folder of another only when that one has ended without giving it back. */
function isReplaced({ pid, started, thread }: Holder): boolean {
  const ofThisProcess = pid === process.pid && started === startTimeOf(pid);
  return ofThisProcess && thread !== undefined && thread !== 0 && thread !== threadId;
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
