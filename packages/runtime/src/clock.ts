/** Time as a dependency: nothing outside this file reads the real clock or sets a timer. */
export interface Clock {
  /** Wall time, epoch milliseconds. For timestamps that leave the process. */
  now(): number;
  /** Monotonic milliseconds with a fraction. For durations. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `run` once after `ms`. The returned function cancels it. Never keeps the process alive. */
  after(ms: number, run: () => void): () => void;
  /** Calls `run` every `ms` until cancelled. Never keeps the process alive. */
  every(ms: number, run: () => void): () => void;
}

/** Node's timers fire at once for anything longer: 2^31 - 1 ms, about 25 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, signal),
  after: (ms, run) => {
    const timer = setTimeout(run, Math.min(ms, LONGEST_TIMER_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
  every: (ms, run) => {
    const timer = setInterval(run, Math.min(ms, LONGEST_TIMER_MS));
    timer.unref();
    return () => clearInterval(timer);
  },
};

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(asError(signal.reason));
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(asError(signal?.reason));
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      },
      Math.min(ms, LONGEST_TIMER_MS),
    );
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** Milliseconds to the microsecond: what a clock says beyond that is noise, and long in every line. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
