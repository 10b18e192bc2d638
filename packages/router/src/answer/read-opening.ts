import { type Api, opensLines } from "@understudy/apis";
import { type Chunks, joined, textOf } from "./chunks.ts";
import { ErrorInAnswer, NoAnswerError } from "../transport/failure.ts";
import { ConnectionError } from "../transport/transport.ts";

/** The first event of a stream is awaited up to here, to see whether it is an error. */
const MAX_EVENT_BYTES = 64 * 1024;

const EVENT_END = /\r\n?\r\n?|\n\r?\n/;
const LONGEST_EVENT_END = 4;
/** A comment, or an empty line: they keep a connection alive, and are passed on at once. */
const SIGN_OF_LIFE = /^[:\s]/;
/** JSON, or a page: no event begins so. */
const BEGINS_WHOLE = /^[{[<]/;
const LF = 10;
const CR = 13;
const MOST_LOOKS = 8;

/** How a stream begins. */
export interface Opening {
  /** It turns out to be a whole body, and no stream. */
  readonly isWhole: boolean;
  readonly chunks: Chunks;
}

/**
 * Reads a stream until it is certain that it does not begin with an error, which is nearly always its first chunk.
 * Throws `ErrorInAnswer` when it does, `NoAnswerError` when it ends before it says anything, `ConnectionError` when there
 * is nothing in it.
 */
export async function readOpening(source: AsyncIterator<Uint8Array>, api: Api): Promise<Opening> {
  const beginning = new Beginning(source);
  await beginning.readUntil(() => beginning.head !== "");
  const { head, chunks } = beginning;
  if (chunks.length === 0) throw new ConnectionError(new Error("the stream ended before it began"));
  if (SIGN_OF_LIFE.test(head)) return { isWhole: false, chunks };
  if (BEGINS_WHOLE.test(head)) {
    await beginning.readUntil((chunk) => chunk.includes(LF));
    return { isWhole: !opensLines(joined(chunks)), chunks };
  }
  const ended = eventEndWatch();
  let looks = 0;
  let said: ReturnType<Api["opening"]> = null;
  const look = () => (said = api.opening(joined(chunks)));
  // Blocks of ids and names alone come before the first event.
  await beginning.readUntil((chunk) => ended(chunk) && (++looks > MOST_LOOKS || look() !== null));
  throwUnlessAnswer(said ?? look(), beginning.ended);
  return { isWhole: false, chunks };
}

/** What has come of a stream so far. */
class Beginning {
  readonly chunks: Uint8Array[] = [];
  readonly #source: AsyncIterator<Uint8Array>;
  #bytes = 0;
  #ended = false;

  constructor(source: AsyncIterator<Uint8Array>) {
    this.#source = source;
  }

  /** Whether there is no more of it. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The first letter, the mark that some servers put before UTF-8 text left out; empty while it has not come. */
  get head(): string {
    const text = textOf(this.chunks, LONGEST_MARK);
    // Half a mark is no letter yet.
    return text.startsWith("\uFFFD") && this.#bytes < LONGEST_MARK ? "" : text.replace("\uFEFF", "").charAt(0);
  }

  /** Reads on until a chunk is enough, what has come already included, or the end, or as far as anyone looks. */
  async readUntil(isEnough: (chunk: Uint8Array) => boolean): Promise<void> {
    let enough = this.chunks.some(isEnough);
    while (!enough && this.#bytes < MAX_EVENT_BYTES) {
      const next = await this.#source.next();
      this.#ended = next.done === true;
      if (next.done === true) return;
      if (next.value.byteLength === 0) continue;
      this.chunks.push(next.value);
      this.#bytes += next.value.byteLength;
      enough = isEnough(next.value);
    }
  }
}

/** Bytes of the mark, and one more. */
const LONGEST_MARK = 4;

/** Tells, chunk after chunk, whether an event has ended in what has come. Looks at each byte once. */
function eventEndWatch(): (chunk: Uint8Array) => boolean {
  let tail = "";
  return (chunk) => {
    if (!chunk.includes(LF) && !chunk.includes(CR)) {
      tail = "";
      return false;
    }
    const seen = tail + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
    tail = seen.slice(-LONGEST_EVENT_END);
    return EVENT_END.test(seen);
  };
}

function throwUnlessAnswer(opening: ReturnType<Api["opening"]>, ended: boolean): void {
  if (opening === null && ended) throw new NoAnswerError("a body that is no stream of events");
  if (opening === null || opening === "answer") return;
  throw "error" in opening ? new ErrorInAnswer(opening.error) : new NoAnswerError(opening.nothing);
}
