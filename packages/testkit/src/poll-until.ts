import { systemClock } from "@understudy/runtime";

export interface PollOptions<T> {
  /** Said in the message when time is up. */
  readonly what?: string;
  /** When a value is the one waited for. Default: when it is truthy. */
  readonly until?: (value: T) => boolean;
  /** Milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
  /** Milliseconds between two looks. Default 25. */
  readonly every?: number;
}

/**
 * Looks again and again until the value is right, and gives it back. For what only a public API can tell: wait on an
 * event wherever there is one. Rejects with the last value, or the last error, when time is up.
 */
export async function pollUntil<T>(read: () => T | Promise<T>, options: PollOptions<T> = {}): Promise<T> {
  const { what = "what was waited for", until = Boolean, timeoutMs = 60_000, every = 25 } = options;
  const deadline = systemClock.monotonic() + timeoutMs;
  for (;;) {
    const last = await look(read);
    if ("value" in last && until(last.value)) return last.value;
    if (systemClock.monotonic() >= deadline) {
      throw new Error(`${what} did not come about in ${timeoutMs} ms; last seen: ${describeLook(last)}`);
    }
    await systemClock.sleep(every);
  }
}

type Look<T> = { readonly value: T } | { readonly error: unknown };

async function look<T>(read: () => T | Promise<T>): Promise<Look<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    return { error };
  }
}

function describeLook(last: Look<unknown>): string {
  if ("error" in last) return String(last.error);
  return JSON.stringify(last.value) ?? String(last.value);
}
