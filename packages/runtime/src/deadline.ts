import type { Clock } from "./clock.ts";

/** What the promise comes to, or null when it takes longer than `ms`. It is awaited no further then, and may fail unheard. */
export async function within<T>(promise: Promise<T>, ms: number, clock: Clock): Promise<T | null> {
  const timeUp = Promise.withResolvers<null>();
  const cancel = clock.after(Math.max(1, ms), () => timeUp.resolve(null));
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, timeUp.promise]);
  } finally {
    cancel();
  }
}

/** Calls `run` once when the signal aborts, now if it has. The returned function takes that back. */
export function onAbort(signal: AbortSignal, run: () => void): () => void {
  if (signal.aborted) {
    run();
    return () => undefined;
  }
  signal.addEventListener("abort", run, { once: true });
  return () => signal.removeEventListener("abort", run);
}

export interface LastMomentOptions {
  /** Milliseconds that are left once the deadline is over, for a last word. */
  readonly graceMs: number;
  readonly clock: Clock;
  /** What is to be given up when the deadline is over. */
  readonly giveUp?: () => void;
}

export interface LastMoment {
  /** Resolves when the grace after the deadline is over. */
  readonly over: Promise<void>;
  /** The work came to its end before that. */
  done(): void;
}

/** How long whoever stops may still take: until the deadline, which may have gone by while others stopped, and a moment more. */
export function lastMoment(deadline: AbortSignal, { graceMs, clock, giveUp }: LastMomentOptions): LastMoment {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  let cancel = (): void => undefined;
  const takeBack = onAbort(deadline, () => {
    giveUp?.();
    cancel = clock.after(graceMs, resolve);
  });
  return {
    over,
    done() {
      takeBack();
      cancel();
    },
  };
}
