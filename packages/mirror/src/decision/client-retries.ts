import type { Clock } from "@understudy/runtime";

/** What a request's headers say of earlier tries of it. */
export interface ClientTry {
  /** `idempotency-key`; null when there is none. */
  readonly idempotencyKey: string | null;
  /** `x-stainless-retry-count` of the official SDKs: 0 for the first try, and where it is not said. */
  readonly retryCount: number;
}

export const FIRST_TRY: ClientTry = { idempotencyKey: null, retryCount: 0 };

export interface ClientRetries {
  /** Whether a client tries again what it asked before; remembers what it asks now. Ask once for each request. */
  isRetry(tried: ClientTry, requestBytes: number): boolean;
}

const MOST_KEYS = 10_000;
/** Longer than any client retries; a key that comes back tomorrow is another request's. */
const REMEMBERED_MS = 3_600_000;
const LONGEST_KEY = 256;

/** The keys are those that this process saw: a retry that another gateway answers is known by its count alone. */
export function createClientRetries(clock: Clock): ClientRetries {
  /** In the order they were first seen. */
  const seen = new Map<string, number>();

  function forgetOld(now: number): void {
    for (const [key, at] of seen) {
      if (seen.size < MOST_KEYS && now - at < REMEMBERED_MS) return;
      seen.delete(key);
    }
  }

  return {
    isRetry({ idempotencyKey, retryCount }, requestBytes) {
      let known = false;
      if (idempotencyKey !== null && idempotencyKey !== "") {
        const now = clock.monotonic();
        forgetOld(now);
        // Clients that number their requests meet each other's keys; hardly ever over a body of the same length.
        const key = `${requestBytes} ${idempotencyKey.slice(0, LONGEST_KEY)}`;
        known = seen.has(key);
        if (!known) seen.set(key, now);
      }
      return known || retryCount > 0;
    },
  };
}
