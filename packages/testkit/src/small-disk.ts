import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { type Managed, spawnProcess } from "./managed-process.ts";

/** A file system in memory, in a name space that ends with its process: nobody else sees it, and nothing is left. */
const MOUNTED = 'mount -t tmpfs -o "size=$1" none "$2" && shift 2 && exec "$@"';

/** Of util-linux: runs a program with name spaces of its own. */
const UNSHARE = "unshare";
const UNSHARE_ARGS = ["--map-root-user", "--mount", "sh", "-c", MOUNTED, "sh"] as const;

function folderFor(): string {
  return mkdtempSync(path.join(tmpdir(), "understudy-disk-"));
}

/** Why no process can be given a disk of its own here; null when one can. */
export function whyNoSmallDisks(): string | null {
  const tried = spawnSync(UNSHARE, [...UNSHARE_ARGS, "64k", folderFor(), "true"], { encoding: "utf8" });
  if (tried.status === 0) return null;
  return `no file system can be mounted here: ${tried.error?.message ?? tried.stderr.trim()}`;
}

/** Runs a module, with a disk of so many bytes under the folder that is its first argument. */
export function spawnOnSmallDisk(module: string, bytes: number): Managed {
  const folder = folderFor();
  return spawnProcess(UNSHARE, [...UNSHARE_ARGS, String(bytes), folder, process.execPath, module, folder]);
}
