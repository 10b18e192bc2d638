import { setImmediate } from "node:timers/promises";
import type { Clock } from "./clock.ts";

/** Time that passes when the test says so. */
export interface ManualClock extends Clock {
  /** Lets time pass: what falls due on the way runs in order, with all that follows from it. */
  advance(ms: number): Promise<void>;
  /** Lets time pass, from one timer to the next, until the work has ended. Rejects when no timer is left to wait for. */
  advanceUntil<T>(work: Promise<T>): Promise<T>;
}

interface Timer {
  due: number;
  readonly run: () => void;
  readonly every: number | null;
}

export function createManualClock(startedAt = 1_000_000): ManualClock {
  const timers = new Set<Timer>();
  let now = startedAt;

  const set = (ms: number, run: () => void, every: number | null): (() => void) => {
    const timer: Timer = { due: now + Math.max(0, ms), run, every };
    timers.add(timer);
    return () => timers.delete(timer);
  };

  const earliest = (): Timer | undefined => [...timers].toSorted((one, other) => one.due - other.due)[0];

  async function fire(timer: Timer): Promise<void> {
    now = Math.max(now, timer.due);
    if (timer.every === null) timers.delete(timer);
    else timer.due = now + timer.every;
    timer.run();
    await setImmediate();
  }

  async function fireNext(): Promise<void> {
    const next = earliest();
    if (next === undefined) throw new Error("the work has not ended, and nothing is left to wait for");
    await fire(next);
  }

  return {
    now: () => now,
    monotonic: () => now - startedAt,
    sleep: (ms, signal) => sleepUntil((wake) => set(ms, wake, null), signal),
    after: (ms, run) => set(ms, run, null),
    every: (ms, run) => set(ms, run, ms),
    async advance(ms) {
      const until = now + ms;
      await setImmediate();
      for (let next = earliest(); next !== undefined && next.due <= until; next = earliest()) await fire(next);
      now = until;
      await setImmediate();
    },
    async advanceUntil(work) {
      const progress = { ended: false };
      const watched = work.finally(() => (progress.ended = true));
      watched.catch(() => undefined);
      await setImmediate();
      while (!progress.ended) await fireNext();
      return watched;
    },
  };
}

function sleepUntil(setTimer: (wake: () => void) => () => void, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      cancel();
      reject(signal?.reason as Error);
    };
    const cancel = setTimer(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
  });
}
