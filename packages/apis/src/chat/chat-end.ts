import type { EndWatch, Progress } from "../api.ts";

const DONE = Buffer.from("[DONE]");
const FINISH = Buffer.from('"finish_reason"');
const USAGE = Buffer.from('"usage"');
const ERROR = Buffer.from("error");
const LF = 10;
const BLANK = 32;

/** What stands before `[DONE]` on its line. */
const DONE_LINE = /(?:^|[\r\n])(?:data:)?[ \t]*"?$/;
const LONGEST_BEFORE_DONE = 16;
const BLANKS: ReadonlySet<number> = new Set(Buffer.from(" \t\r\n"));
const MOST_BLANKS = 4;
const COLON = 0x3a;
const QUOTE = 0x22;
const OPENING = 0x7b;
const ERROR_SAID = /"error"\s{0,4}:\s{0,4}["{]|^event: ?error|\nevent: ?error|"type"\s{0,4}:\s{0,4}"error"/;
const PIECE = /"choices"|"usage"/;

/** What is kept of a line that has not ended, so that a mark is found however the bytes are cut. */
const MOST_KEPT = 48;
const MOST_ERROR_BYTES = 64 * 1024;

/**
 * Watches a stream of chat chunks pass for the marks of its end: `[DONE]`, the finish of each choice, its usage, an error.
 * Nothing is parsed: on its way a chunk is searched for three words, which takes less than a microsecond.
 */
export class ChatEnd implements EndWatch {
  readonly #choices: number;
  #kept: Buffer = Buffer.alloc(0);
  #finishes = 0;
  #progress: Progress = "going";
  readonly #errorChunks: Buffer[] = [];
  #errorBytes = 0;

  /** `choices`: how many were asked for. */
  constructor(choices: number) {
    this.#choices = choices;
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** The bytes from the chunk on in which an error came; null when none did. */
  get errorBytes(): Uint8Array | null {
    return this.#errorChunks.length === 0 ? null : Buffer.concat(this.#errorChunks);
  }

  /** True when the chunk says something of the answer, and is no mere sign of life. */
  push(chunk: Uint8Array): boolean {
    const arrived = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const bytes = this.#kept.length === 0 ? arrived : Buffer.concat([this.#kept, arrived]);
    const before = this.#kept.length;
    this.#noteError(arrived, bytes);
    this.#noteFinishes(bytes, before);
    if (isDone(bytes, before)) this.#progress = "done";
    this.#keep(bytes);
    return this.#progress === "going" || this.#progress === "done" || PIECE.test(arrived.toString("latin1"));
  }

  #noteFinishes(bytes: Buffer, before: number): void {
    if (this.#progress === "failed" || this.#progress === "done") return;
    this.#finishes += countValues(bytes, FINISH, before);
    if (this.#finishes < this.#choices) return;
    if (countValues(bytes, USAGE, before) > 0) this.#progress = "counted";
    else if (this.#progress === "going") this.#progress = "finished";
  }

  #noteError(arrived: Buffer, bytes: Buffer): void {
    const isFirst = this.#errorChunks.length === 0;
    if (isFirst && !(bytes.includes(ERROR) && ERROR_SAID.test(bytes.toString("latin1")))) return;
    if (this.#errorBytes >= MOST_ERROR_BYTES) return;
    this.#errorChunks.push(isFirst ? bytes : arrived);
    this.#errorBytes += bytes.length;
    this.#progress = "failed";
  }

  #keep(bytes: Buffer): void {
    const lineStart = bytes.lastIndexOf(LF) + 1;
    const from = Math.max(lineStart, bytes.length - MOST_KEPT);
    this.#kept = lineStart === bytes.length ? NOTHING : Buffer.from(bytes.subarray(from));
    // Of a long line only its end is kept, which must not look like the beginning of one: an answer may say `event: error`.
    if (from > lineStart) this.#kept[0] = BLANK;
  }
}

const NOTHING = Buffer.alloc(0);

/** A mark that lies in the first `before` bytes alone was seen with the chunk before. */
function isDone(bytes: Buffer, before: number): boolean {
  for (let at = bytes.indexOf(DONE); at !== -1; at = bytes.indexOf(DONE, at + 1)) {
    if (at + DONE.length <= before) continue;
    const line = bytes.toString("latin1", Math.max(0, at - LONGEST_BEFORE_DONE), at);
    if (DONE_LINE.test(line)) return true;
  }
  return false;
}

/** How often the key has a value that is a text or an object. */
function countValues(bytes: Buffer, key: Buffer, before: number): number {
  let count = 0;
  for (let at = bytes.indexOf(key); at !== -1; at = bytes.indexOf(key, at + 1)) {
    if (valueStart(bytes, at + key.length) >= before) count += 1;
  }
  return count;
}

/** Where the text or object begins that stands behind the colon here; -1 for any other value. */
function valueStart(bytes: Buffer, from: number): number {
  const colon = behindBlanks(bytes, from);
  const start = bytes[colon] === COLON ? behindBlanks(bytes, colon + 1) : -1;
  return bytes[start] === QUOTE || bytes[start] === OPENING ? start : -1;
}

function behindBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while (at - from < MOST_BLANKS && BLANKS.has(bytes[at] ?? 0)) at += 1;
  return at;
}
