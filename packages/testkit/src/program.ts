import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Path of a program on PATH, or in one of the other folders; null when there is none. */
export function findProgram(name: string, otherFolders: readonly string[] = []): string | null {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...otherFolders];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/** Debian keeps the server's programs off PATH, in one folder for each version. Newest first. */
export function postgresFolders(): readonly string[] {
  const root = "/usr/lib/postgresql";
  try {
    const versions = readdirSync(root).toSorted((a, b) => Number(b) - Number(a));
    return versions.map((version) => join(root, version, "bin"));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
