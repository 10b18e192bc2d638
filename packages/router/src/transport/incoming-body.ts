/** How the sender of a body is held up, let on, or told that nobody reads it any more. */
export interface Source {
  pause(): void;
  resume(): void;
  /** Ends the call. */
  leave(): void;
}

/** What may wait for its reader before the sender is held up: as much as Node's own streams take. */
const MOST_BYTES_WAITING = 64 * 1024;

interface Reader {
  readonly resolve: (result: IteratorResult<Uint8Array, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

const ENDED: IteratorResult<Uint8Array, undefined> = { done: true, value: undefined };

/**
 * An answer's body between the socket that brings it and the one reader that takes it, chunk by chunk. A stream of Node's
 * does the same at several times the price, and every answer passes here.
 */
export class IncomingBody implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #source: Source;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #reader: Reader | null = null;
  #ended = false;
  #failure: { readonly error: unknown } | null = null;

  constructor(source: Source) {
    this.#source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  push(chunk: Uint8Array): void {
    if (this.#ended) return;
    if (this.#reader !== null) return this.#hand({ done: false, value: chunk });
    this.#chunks.push(chunk);
    this.#bytes += chunk.byteLength;
    if (this.#bytes > MOST_BYTES_WAITING) this.#source.pause();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#reader !== null) this.#hand(ENDED);
  }

  /** What has arrived before is still read, unless the reader itself ended the call. */
  fail(error: unknown, dropWaiting: boolean): void {
    if (this.#ended && this.#chunks.length === 0) return;
    this.#ended = true;
    if (dropWaiting) this.#drop();
    const reader = this.#reader;
    this.#reader = null;
    if (reader === null) this.#failure = { error };
    else reader.reject(error);
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#chunks.length > 0) return Promise.resolve({ done: false, value: this.#taken() });
    const failure = this.#failure;
    if (failure !== null) {
      this.#failure = null;
      // The call's own error, whatever was thrown.
      return Promise.reject(failure.error);
    }
    if (this.#ended) return Promise.resolve(ENDED);
    return new Promise((resolve, reject) => (this.#reader = { resolve, reject }));
  }

  /** The reader leaves. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#drop();
    this.#failure = null;
    if (!this.#ended) {
      this.#ended = true;
      this.#source.leave();
    }
    return Promise.resolve(ENDED);
  }

  #hand(result: IteratorResult<Uint8Array, undefined>): void {
    const reader = this.#reader;
    this.#reader = null;
    reader?.resolve(result);
  }

  /** All that waits, as one: a sender may put every byte into a chunk of its own, and each would be passed on at a price. */
  #taken(): Uint8Array {
    const [only] = this.#chunks;
    const all = this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
    const before = this.#bytes;
    this.#drop();
    if (before > MOST_BYTES_WAITING) this.#source.resume();
    return all;
  }

  #drop(): void {
    this.#chunks.length = 0;
    this.#bytes = 0;
  }
}
