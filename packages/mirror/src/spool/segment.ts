import { readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { type FileHandle, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PRIVATE_FILE } from "@understudy/runtime";
import { readSpoolLines, type SpoolLines } from "./spool-lines.ts";

/** As much as goes to the queue at once. */
const READ_BYTES = 8 * 1024 * 1024;

/** One file of a spool: jobs are appended at its end and taken away from its beginning, which a second file tells. */
export class Segment {
  readonly #path: string;
  /** Bytes that were taken away already. */
  #start: number;
  /** Bytes that are whole. */
  #end: number;
  #writing: FileHandle | null = null;

  private constructor(path: string, start: number, end: number) {
    this.#path = path;
    this.#start = start;
    this.#end = end;
  }

  static create(folder: string, number: number): Segment {
    return new Segment(join(folder, segmentName(number)), 0, 0);
  }

  /** One that an earlier process left. */
  static async find(folder: string, number: number): Promise<Segment> {
    const path = join(folder, segmentName(number));
    const { size } = await stat(path);
    return new Segment(path, Math.min(size, await readStart(path)), size);
  }

  get size(): number {
    return this.#end;
  }

  get waiting(): number {
    return this.#end - this.#start;
  }

  /** Resolves once the lines are on disk. When that fails what was written of them is taken back. */
  async append(lines: string): Promise<void> {
    this.#writing ??= await open(this.#path, "a+", PRIVATE_FILE);
    try {
      await this.#writing.appendFile(lines);
      await this.#writing.datasync();
    } catch (error) {
      await this.#writing.truncate(this.#end).catch(() => undefined);
      throw error;
    }
    this.#end += Buffer.byteLength(lines);
  }

  /** Up to `most` of its oldest lines. None where only a torn end is left. */
  async read(most: number): Promise<SpoolLines> {
    const file = await open(this.#path, "r");
    try {
      for (let length = READ_BYTES; ; length *= 4) {
        const wanted = Math.min(length, this.waiting);
        const buffer = Buffer.alloc(wanted);
        await file.read(buffer, 0, wanted, this.#start);
        const lines = readSpoolLines(buffer, most);
        // A single line may be longer than what was read at first.
        if (lines.texts.length > 0 || wanted === this.waiting) return lines;
      }
    } finally {
      await file.close();
    }
  }

  /**
   * Remembers that so many bytes more are done with. A disk that is full takes not even that: then the next process sends
   * their jobs again, which their ids make harmless.
   */
  async skip(bytes: number): Promise<void> {
    this.#start += bytes;
    await writeFile(startPath(this.#path), String(this.#start), { mode: PRIVATE_FILE }).catch(() => undefined);
  }

  async delete(): Promise<void> {
    await this.close();
    // First where it begins: left behind alone, that would be where the next file of this number begins.
    await rm(startPath(this.#path), { force: true });
    await rm(this.#path, { force: true });
  }

  async close(): Promise<void> {
    await this.#writing?.close();
    this.#writing = null;
  }
}

const SUFFIX = ".jobs";

function segmentName(number: number): string {
  return `${String(number).padStart(12, "0")}${SUFFIX}`;
}

/** Its number; null for any other file. */
function segmentNumber(name: string): number | null {
  return /^\d{12}\.jobs$/.test(name) ? Number(name.slice(0, -SUFFIX.length)) : null;
}

const startPath = (path: string): string => `${path}.start`;

/** Where the file is missing or torn the jobs are taken from the beginning again: their ids make that harmless. */
async function readStart(path: string): Promise<number> {
  return startIn(await readFile(startPath(path), "utf8").catch(() => "0"));
}

const startIn = (text: string): number => (/^\d+$/.test(text) ? Number(text) : 0);

/** Numbers of the segments in a folder, ascending; none where there is no such folder. */
export function segmentsIn(folder: string): readonly number[] {
  try {
    return readdirSync(folder)
      .map(segmentNumber)
      .filter((number) => number !== null)
      .toSorted((one, other) => one - other);
  } catch {
    return [];
  }
}

/** Bytes of jobs that wait in a folder. */
export function waitingIn(folder: string): number {
  const ofSegment = (number: number): number => {
    const path = join(folder, segmentName(number));
    return Math.max(0, statSync(path).size - readStartNow(path));
  };
  return segmentsIn(folder).reduce((sum, number) => sum + ofSegment(number), 0);
}

function readStartNow(path: string): number {
  try {
    return startIn(readFileSync(startPath(path), "utf8"));
  } catch {
    return 0;
  }
}

/** Moves all segments to another folder, behind those that are there. */
export function moveSegments(from: string, to: string): void {
  let next = (segmentsIn(to).at(-1) ?? 0) + 1;
  for (const number of segmentsIn(from)) {
    const [path, target] = [join(from, segmentName(number)), join(to, segmentName(next))];
    // First where it begins: without that file it would only be read from its beginning, the other way round skipped.
    try {
      renameSync(startPath(path), startPath(target));
    } catch {
      // It begins at its beginning.
    }
    renameSync(path, target);
    next += 1;
  }
}
