const EVENT_STREAM = "application/vnd.amazon.eventstream";
const LENGTH_BYTES = 4;
const SHORTEST_FRAME = 16;
/** Tokens come in frames of some hundred bytes. The package puts a frame together anew with each chunk of it. */
const LONGEST_FRAME = 4 * 1024 * 1024;

/** Holds the frames of AWS's event streams to a length, before anybody waits for the rest of one. */
export function withBoundedFrames(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const { body, status, headers } = response;
    if (body === null || headers.get("content-type")?.startsWith(EVENT_STREAM) !== true) return response;
    const lengths = new FrameLengths();
    const bounded = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        lengths.push(chunk);
        controller.enqueue(chunk);
      },
    });
    return new Response(body.pipeThrough(bounded), { status, headers });
  };
}

/** Follows the frames in a stream by their lengths alone. */
class FrameLengths {
  /** Bytes that are still to come of the frame; of its length, where that has not come wholly. */
  #left = 0;
  readonly #length: number[] = [];

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left === 0) {
        this.#length.push(chunk[at] ?? 0);
        at += 1;
        if (this.#length.length === LENGTH_BYTES) this.#left = this.#begin();
      } else {
        const taken = Math.min(this.#left, chunk.length - at);
        this.#left -= taken;
        at += taken;
      }
    }
  }

  #begin(): number {
    const length = this.#length.splice(0).reduce((sum, byte) => sum * 256 + byte, 0);
    if (length < SHORTEST_FRAME || length > LONGEST_FRAME)
      throw new Error(`a frame of ${length} bytes in an event stream`);
    return length - LENGTH_BYTES;
  }
}
