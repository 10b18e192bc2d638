import { type ReadAnswer, readAnswer, readEmbeddingsAnswer, readStream } from "@understudy/providers";
import type { Clock } from "@understudy/runtime";

/** Beyond this many bytes an answer is passed on and measured, but no longer kept. */
const MAX_TAPE_BYTES = 8 * 1024 * 1024;

/** How an answer is written down. */
export type AnswerForm = "stream" | "chat" | "embeddings";

interface Mark {
  /** Bytes that had arrived with this chunk. */
  readonly offset: number;
  readonly at: number;
}

/**
 * Keeps an answer's chunks and the moment each arrived. Nothing is parsed while the client is served: what the answer
 * says, and which chunk carried the first token, is read from the tape afterwards.
 */
export class Tape {
  readonly #clock: Clock;
  readonly #chunks: Uint8Array[] = [];
  readonly #marks: Mark[] = [];
  #bytes = 0;
  #overflow = false;
  #endedAt: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  push(chunk: Uint8Array): void {
    this.#bytes += chunk.byteLength;
    if (this.#overflow) return;
    if (this.#bytes > MAX_TAPE_BYTES) {
      this.#overflow = true;
      this.#chunks.length = 0;
      return;
    }
    this.#chunks.push(chunk);
    this.#marks.push({ offset: this.#bytes, at: this.#clock.monotonic() });
  }

  /** Marks the answer's last byte. Only the first call counts. */
  end(): void {
    this.#endedAt ??= this.#clock.monotonic();
  }

  /** Monotonic milliseconds of the last byte, or of now while the answer is still coming. */
  endedAt(): number {
    return this.#endedAt ?? this.#clock.monotonic();
  }

  /** True when the answer was too long to keep. */
  get overflowed(): boolean {
    return this.#overflow;
  }

  bytes(): Uint8Array {
    const [only] = this.#chunks;
    return this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
  }

  /** What the answer says; `as` is how it came. */
  read(as: AnswerForm): ReadAnswer | null {
    if (this.#overflow) return null;
    if (as === "stream") return readStream(this.bytes());
    const text = Buffer.from(this.bytes()).toString("utf8");
    return as === "embeddings" ? readEmbeddingsAnswer(text) : readAnswer(text);
  }

  /** Monotonic milliseconds at which the byte before `offset` had arrived. */
  arrivalOf(offset: number): number | null {
    return this.#marks.find((mark) => mark.offset >= offset)?.at ?? null;
  }
}
