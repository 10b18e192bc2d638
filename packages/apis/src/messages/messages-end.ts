import type { EndWatch, Progress } from "../api.ts";

const STOP_REASON = Buffer.from('"stop_reason"');
const END = Buffer.from('"message_stop"');
const ERROR = Buffer.from("error");
const LF = 10;
const CR = 13;

/** A text in an answer has no line end and no bare quote in it, so that it cannot be taken for one of these marks. */
const SAYS_WHY = /^\s{0,4}:\s{0,4}"/;
const LONGEST_VALUE_START = 10;
const BEFORE_END = /[\r\n]data: {0,4}\{\s{0,4}"type"\s{0,4}:\s{0,4}$/;
const ERROR_SAID =
  /[\r\n](?:event: ?error(?=[\r\n])|data: {0,4}\{\s{0,4}"(?:type"\s{0,4}:\s{0,4}"error"|error"\s{0,4}:\s{0,4}["{]))/;

/** What is kept of a line that has not ended, with the line end before it: longer than any of the marks. */
const MOST_KEPT = 64;
const MOST_ERROR_BYTES = 64 * 1024;

/** Pings and comments alone: a connection is alive, and no more. */
const SIGN_OF_LIFE = /^(?:\s|:[^\r\n]*(?:[\r\n]|$)|event: ?ping[\r\n]|data: ?\{\s*"type"\s*:\s*"ping"\s*\}\s)*$/;
const LONGEST_SIGN_OF_LIFE = 256;

/**
 * Watches a stream of Messages events pass for the marks of its end: the reason to stop, which comes with the usage, the
 * end mark, an error. Nothing is parsed: on its way a chunk is searched for three words.
 */
export class MessagesEnd implements EndWatch {
  #kept: Buffer = Buffer.from("\n");
  #progress: Progress = "going";
  /** The end mark has come; the line that it stands in has not ended. */
  #isEnding = false;
  readonly #errorChunks: Buffer[] = [];
  #errorBytes = 0;

  get progress(): Progress {
    return this.#progress;
  }

  get errorBytes(): Uint8Array | null {
    return this.#errorChunks.length === 0 ? null : Buffer.concat(this.#errorChunks);
  }

  push(chunk: Uint8Array): boolean {
    const arrived = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const bytes = Buffer.concat([this.#kept, arrived]);
    this.#noteError(arrived, bytes);
    if (this.#progress === "going" && saysWhy(bytes)) this.#progress = "counted";
    this.#noteEnd(bytes, this.#kept.length);
    this.#kept = Buffer.from(bytes.subarray(Math.max(lastLineEnd(bytes), bytes.length - MOST_KEPT)));
    return arrived.length > LONGEST_SIGN_OF_LIFE || !SIGN_OF_LIFE.test(arrived.toString("latin1"));
  }

  #noteEnd(bytes: Buffer, before: number): void {
    if (this.#progress === "done") return;
    const mark = this.#isEnding ? before : endMark(bytes);
    if (mark === -1) return;
    this.#isEnding = true;
    // Whoever stops reading here must have the whole of the event.
    if (lastLineEnd(bytes) >= mark) this.#progress = "done";
  }

  #noteError(arrived: Buffer, bytes: Buffer): void {
    const isFirst = this.#errorChunks.length === 0;
    if (isFirst && !(bytes.includes(ERROR) && ERROR_SAID.test(bytes.toString("latin1")))) return;
    if (this.#errorBytes >= MOST_ERROR_BYTES) return;
    this.#errorChunks.push(isFirst ? bytes : arrived);
    this.#errorBytes += bytes.length;
    this.#progress = "failed";
  }
}

function saysWhy(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(STOP_REASON); at !== -1; at = bytes.indexOf(STOP_REASON, at + 1)) {
    const start = at + STOP_REASON.length;
    if (SAYS_WHY.test(bytes.toString("latin1", start, start + LONGEST_VALUE_START))) return true;
  }
  return false;
}

function endMark(bytes: Buffer): number {
  for (let at = bytes.indexOf(END); at !== -1; at = bytes.indexOf(END, at + 1)) {
    if (BEFORE_END.test(bytes.toString("latin1", Math.max(0, at - MOST_KEPT), at))) return at;
  }
  return -1;
}

/** Where the last line end stands, or its first byte; -1 without one. */
function lastLineEnd(bytes: Buffer): number {
  return Math.max(bytes.lastIndexOf(LF), bytes.lastIndexOf(CR));
}
