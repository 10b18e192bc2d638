import type { Clock } from "@understudy/runtime";

/** Beyond this many bytes an answer is passed on and measured, but no longer kept. */
const MAX_TAPE_BYTES = 8 * 1024 * 1024;

interface Mark {
  /** Bytes that had arrived with this chunk. */
  readonly offset: number;
  readonly at: number;
}

/** An answer as it arrived, as plain data. Times are monotonic milliseconds. */
export interface Recording {
  /** Null when the answer was too long to keep. */
  readonly bytes: Uint8Array | null;
  readonly marks: readonly Mark[];
  readonly endedAt: number;
}

/**
 * Keeps an answer's chunks and the moment each arrived. Nothing is parsed while the client is served: what the answer
 * says, and which chunk carried the first token, is read from the recording afterwards.
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

  push(chunk: Uint8Array, at: number = this.#clock.monotonic()): void {
    this.#bytes += chunk.byteLength;
    if (this.#overflow) return;
    if (this.#bytes > MAX_TAPE_BYTES) {
      this.#overflow = true;
      this.#chunks.length = 0;
      return;
    }
    this.#chunks.push(chunk);
    this.#marks.push({ offset: this.#bytes, at });
  }

  /** Marks the answer's last byte. Only the first call counts. */
  end(at: number = this.#clock.monotonic()): void {
    this.#endedAt ??= at;
  }

  /** What is there; an answer that is still coming ends now. */
  recording(): Recording {
    const endedAt = this.#endedAt ?? this.#clock.monotonic();
    return { bytes: this.#overflow ? null : this.#joined(), marks: this.#marks, endedAt };
  }

  /** In memory of its own: a chunk is often a small part of a large slab, which would be kept, or copied, whole. */
  #joined(): Uint8Array {
    const joined = new Uint8Array(this.#bytes);
    let offset = 0;
    for (const chunk of this.#chunks) {
      joined.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return joined;
  }
}

/** Monotonic milliseconds at which the byte before `offset` had arrived; null for no offset. */
export function arrivalOf({ marks }: Recording, offset: number | null): number | null {
  if (offset === null) return null;
  return marks.find((mark) => mark.offset >= offset)?.at ?? null;
}
