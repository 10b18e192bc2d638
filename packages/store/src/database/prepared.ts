import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { PRIVATE_FILE, PRIVATE_FOLDER } from "@understudy/runtime";
import manifest from "../../package.json" with { type: "json" };

// An empty database as PGlite makes it, which takes it some seconds of the processor: made once, by `npm run build`, and from
// then on unpacked. Where nobody has built, or for another version of PGlite, each is made anew.

const FOLDER = new URL("../../dist/", import.meta.url);

/** A compressed tar archive of its folder. */
export const PREPARED = new URL(`database-${manifest.dependencies["@electric-sql/pglite"]}.tar.gz`, FOLDER);

/** For a database in memory. */
export function preparedArchive(): Blob | undefined {
  return existsSync(PREPARED) ? new Blob([readFileSync(PREPARED)]) : undefined;
}

/**
 * Unpacks it into a folder that is not there yet, or empty: whole, or not at all, whatever ends the process. PGlite itself
 * would take twice as long for it.
 */
export function unpackPrepared(place: string): void {
  const begun = existsSync(place) && readdirSync(place).length > 0;
  if (begun || !existsSync(PREPARED)) return;
  const half = `${place}.new`;
  rmSync(half, { recursive: true, force: true });
  unpack(gunzipSync(readFileSync(PREPARED)), half);
  renameSync(half, place);
}

const BLOCK = 512;
const DIRECTORY = "5";

/** An archive in the plain form in which PGlite writes its own: short names, files and folders. */
function unpack(archive: Buffer, folder: string): void {
  const text = (from: number, to: number): string => archive.toString("latin1", from, to).replace(/\0.*$/s, "");
  let at = 0;
  while (at < archive.length && archive[at] !== 0) {
    const file = join(folder, text(at, at + 100));
    const size = Number.parseInt(text(at + 124, at + 136), 8);
    const isFolder = text(at + 156, at + 157) === DIRECTORY;
    at += BLOCK;
    mkdirSync(isFolder ? file : dirname(file), { recursive: true, mode: PRIVATE_FOLDER });
    if (!isFolder) writeFileSync(file, archive.subarray(at, at + size), { mode: PRIVATE_FILE });
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
}
