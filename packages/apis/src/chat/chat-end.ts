import type { EndWatch, Progress } from "../api.ts";

const DONE = "[DONE]";
/** A key whose value is a text or an object. */
const FINISH = /"finish_reason"[ \t\r\n]{0,4}:[ \t\r\n]{0,4}["{]/g;
const USAGE = /"usage"[ \t\r\n]{0,4}:[ \t\r\n]{0,4}["{]/g;
const ERROR = "error";

/** What stands before `[DONE]` on its line. */
const DONE_LINE = /(?:^|[\r\n])(?:data:)?[ \t]*"?$/;
const LONGEST_BEFORE_DONE = 16;
const ERROR_SAID = /"error"\s{0,4}:\s{0,4}["{]|^event: ?error|\nevent: ?error|"type"\s{0,4}:\s{0,4}"error"/;
const PIECE = /"choices"|"usage"/;

/** What is kept of a line that has not ended, so that a mark is found however the bytes are cut. */
const MOST_KEPT = 48;
const MOST_ERROR_BYTES = 64 * 1024;

/**
 * Watches a stream of chat chunks pass for the marks of its end: `[DONE]`, the finish of each choice, its usage, an error.
 * Nothing is parsed: a chunk is searched for some words on its way, as text of one character a byte.
 */
export class ChatEnd implements EndWatch {
  readonly #choices: number;
  #kept = "";
  #finishes = 0;
  #progress: Progress = "going";
  readonly #errorTexts: string[] = [];
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
    return this.#errorTexts.length === 0 ? null : Buffer.from(this.#errorTexts.join(""), "latin1");
  }

  /** True when the chunk says something of the answer, and is no mere sign of life. */
  push(chunk: Uint8Array): boolean {
    const arrived = latin1(chunk);
    const text = this.#kept + arrived;
    const before = this.#kept.length;
    this.#noteError(arrived, text);
    this.#noteFinishes(text, before);
    if (isDone(text, before)) this.#progress = "done";
    this.#keep(text);
    return this.#progress === "going" || this.#progress === "done" || PIECE.test(arrived);
  }

  #noteFinishes(text: string, before: number): void {
    if (this.#progress === "failed" || this.#progress === "done") return;
    this.#finishes += countValues(text, FINISH, before);
    if (this.#finishes < this.#choices) return;
    if (countValues(text, USAGE, before) > 0) this.#progress = "counted";
    else if (this.#progress === "going") this.#progress = "finished";
  }

  #noteError(arrived: string, text: string): void {
    const isFirst = this.#errorTexts.length === 0;
    if (isFirst && !(text.includes(ERROR) && ERROR_SAID.test(text))) return;
    if (this.#errorBytes >= MOST_ERROR_BYTES) return;
    this.#errorTexts.push(isFirst ? text : arrived);
    this.#errorBytes += text.length;
    this.#progress = "failed";
  }

  #keep(text: string): void {
    const lineStart = text.lastIndexOf("\n") + 1;
    const from = Math.max(lineStart, text.length - MOST_KEPT);
    const end = text.slice(from);
    // Of a long line only its end is kept, which must not look like the beginning of one: an answer may say `event: error`.
    this.#kept = from > lineStart ? ` ${end.slice(1)}` : end;
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** A mark that lies in the first `before` bytes alone was seen with the chunk before. */
function isDone(text: string, before: number): boolean {
  for (let at = text.indexOf(DONE); at !== -1; at = text.indexOf(DONE, at + 1)) {
    if (at + DONE.length <= before) continue;
    if (DONE_LINE.test(text.slice(Math.max(0, at - LONGEST_BEFORE_DONE), at))) return true;
  }
  return false;
}

/** How often the key stands there with such a value, which begins behind `before`. */
function countValues(text: string, key: RegExp, before: number): number {
  let count = 0;
  key.lastIndex = 0;
  // A search that finds nothing begins anew.
  while (key.test(text)) if (key.lastIndex > before) count += 1;
  return count;
}
