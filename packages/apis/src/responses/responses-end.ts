import type { EndWatch, Progress } from "../api.ts";

/** One of these words is in every last event. */
const COMPLETE = Buffer.from("complete");
const FAILED = Buffer.from("failed");
const ERROR = Buffer.from("error");
const LF = 10;
const CR = 13;
/** What is looked at of a line: its mark, if it has one, stands at its beginning. */
const LONGEST_HEAD = 64;
/** The event of a failure repeats the request's settings and tools. */
const MOST_ERROR_BYTES = 1024 * 1024;

/** Words within an answer cannot look like this: in JSON a line end and a quote are escaped. */
const NAMED = /^event:[ \t]?(response\.(?:completed|incomplete|failed)|error)[ \t]*$/;
const TYPED = /^data:[ \t]?\{\s{0,4}"type"\s{0,2}:\s{0,2}"(response\.(?:completed|incomplete|failed)|error)"/;
const ERROR_SAID = /^data:[ \t]?\{\s{0,4}"error"\s{0,2}:\s{0,2}["{]/;
const FAILURES: ReadonlySet<string> = new Set(["response.failed", "error"]);

/**
 * Watches a streamed response pass for its last event: `response.completed`, `incomplete`, `failed`, or an error. It is over
 * at the empty line behind it. Nothing is parsed: a chunk is searched for three words, and the beginnings of its lines are
 * looked at where one is in it.
 */
export class ResponsesEnd implements EndWatch {
  /** Of the line under way what has come, as far as it is looked at. */
  #head: Buffer = NOTHING;
  /** Whether the event under way is the last one. */
  #isLast = false;
  /** The chunk before ended in half a line end, it may be. */
  #afterCr = false;
  #progress: Progress = "going";
  readonly #errorChunks: Buffer[] = [];
  #errorBytes = 0;

  get progress(): Progress {
    return this.#progress;
  }

  /** The bytes from the event on that told of an error; null when none did. */
  get errorBytes(): Uint8Array | null {
    return this.#errorChunks.length === 0 ? null : Buffer.concat(this.#errorChunks);
  }

  /** True until the last event has ended: what comes before is the answer, or work on it. */
  push(chunk: Uint8Array): boolean {
    const arrived = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.#errorChunks.length > 0) this.#keepError(arrived);
    if (this.#progress === "done") return false;
    if (this.#isOrdinary(arrived)) return true;
    let start = this.#afterCr && arrived[0] === LF ? 1 : 0;
    while (start < arrived.length) {
      const end = lineEnd(arrived, start);
      this.#look(arrived, start, end);
      if (end === arrived.length) break;
      this.#endLine();
      start = arrived[end] === CR && arrived[end + 1] === LF ? end + 2 : end + 1;
    }
    if (arrived.length > 0) this.#afterCr = arrived.at(-1) === CR;
    return true;
  }

  /** Whole lines in the middle of an answer, with no word of an end in them: nearly every chunk. */
  #isOrdinary(arrived: Buffer): boolean {
    if (this.#isLast || this.#head.length > 0 || arrived.at(-1) !== LF) return false;
    if (arrived.includes(COMPLETE) || arrived.includes(FAILED) || arrived.includes(ERROR)) return false;
    this.#afterCr = false;
    return true;
  }

  /** Looks at what the chunk has of one line. */
  #look(arrived: Buffer, start: number, end: number): void {
    const before = this.#head;
    const isWhole = end < arrived.length;
    const more = arrived.subarray(start, Math.min(end, start + LONGEST_HEAD - before.length));
    const head = before.length === 0 && isWhole ? more : Buffer.concat([before, more]);
    this.#head = head;
    const mark = markOf(head, isWhole);
    if (mark === null) return;
    this.#isLast = true;
    if (!FAILURES.has(mark) || this.#errorChunks.length > 0) return;
    this.#progress = "failed";
    this.#keepError(Buffer.concat([before, arrived.subarray(start)]));
  }

  #endLine(): void {
    if (this.#head.length === 0 && this.#isLast) this.#progress = "done";
    this.#head = NOTHING;
  }

  #keepError(bytes: Buffer): void {
    if (this.#errorBytes >= MOST_ERROR_BYTES) return;
    this.#errorChunks.push(bytes);
    this.#errorBytes += bytes.length;
  }
}

const NOTHING = Buffer.alloc(0);

/** What marks a line as one of the last event's; null for any other. A name is whole only when its line is. */
function markOf(line: Buffer, isWhole: boolean): string | null {
  const head = line.toString("latin1");
  if (head.startsWith("event:")) return (isWhole ? NAMED.exec(head)?.[1] : null) ?? null;
  return TYPED.exec(head)?.[1] ?? (ERROR_SAID.test(head) ? "error" : null);
}

/** Where the line ends that begins here; the length of the bytes when it goes on. */
function lineEnd(bytes: Buffer, from: number): number {
  const lf = bytes.indexOf(LF, from);
  const end = lf === -1 ? bytes.length : lf;
  const cr = bytes.subarray(from, end).indexOf(CR);
  return cr === -1 ? end : from + cr;
}
