import { chmodSync, lstatSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** What this process writes is for the user it runs as alone: there are prompts in it, and jobs, and a database. */
export const PRIVATE_FOLDER = 0o700;
export const PRIVATE_FILE = 0o600;
const NOT_FOR_OTHERS = 0o077;

/** From now on all that the process, and every thread of it, creates is its user's alone, whatever the shell says. */
export function keepFilesPrivate(): void {
  process.umask(NOT_FOR_OTHERS);
}

/** A file or folder that others may read or write, and that this user may not change. */
export interface Exposed {
  readonly path: string;
  readonly mode: number;
}

/**
 * Creates the folder, and takes from it, and from all that lies in it, what others may do. Returns what cannot be changed
 * because it is somebody else's. Links are left alone, and so is where they lead.
 */
export function privateFolder(folder: string): readonly Exposed[] {
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
  return tightened(folder);
}

function tightened(path: string): readonly Exposed[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  // Gone since it was listed; or no file of ours.
  if (stat === undefined || !(stat.isDirectory() || stat.isFile())) return [];
  const exposed = tighten(path, stat.mode);
  return stat.isDirectory() ? [...exposed, ...namesIn(path).flatMap((name) => tightened(join(path, name)))] : exposed;
}

/** None where it has gone, or may not be read: what may not be read is somebody else's, and told of already. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What to tell a person of it: the first place, how many more there are, and the way out. */
export function sayExposed([first, ...more]: readonly Exposed[]): string | null {
  if (first === undefined) return null;
  const others = more.length === 0 ? "" : ` and ${more.length} more`;
  return (
    `${first.path} (mode ${first.mode.toString(8)})${others} can be used by others and is not this user's to change: ` +
    "have its owner run chmod -R go-rwx on it, or chown it to the user this runs as, or name another folder"
  );
}

function tighten(path: string, mode: number): readonly Exposed[] {
  if ((mode & NOT_FOR_OTHERS) === 0) return [];
  try {
    chmodSync(path, mode & 0o777 & ~NOT_FOR_OTHERS);
    return [];
  } catch {
    return [{ path, mode: mode & 0o777 }];
  }
}
