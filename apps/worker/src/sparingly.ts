import type { Clock } from "@understudy/runtime";

/** After a reading, so many times what it took must go by: a twentieth of the time is spent on it at most. */
const REST = 19;

/**
 * What is asked for often, and takes longer to read the more there is of it: between two readings the last one is the
 * answer. Whoever asks while one is under way gets that one. Rejects as `read` does, and then reads again when asked.
 */
export function sparingly<T>(read: () => Promise<T>, clock: Pick<Clock, "monotonic">): () => Promise<T> {
  let last: { readonly value: T; readonly until: number } | null = null;
  let reading: Promise<T> | null = null;

  async function readNow(): Promise<T> {
    const begun = clock.monotonic();
    const value = await read();
    const ended = clock.monotonic();
    last = { value, until: ended + (ended - begun) * REST };
    return value;
  }

  return () => {
    if (last !== null && clock.monotonic() < last.until) return Promise.resolve(last.value);
    reading ??= readNow().finally(() => (reading = null));
    return reading;
  };
}
