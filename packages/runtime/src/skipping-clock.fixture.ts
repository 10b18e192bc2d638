import type { Clock } from "./clock.ts";

export interface SkippingClock extends Clock {
  /** Milliseconds of every sleep so far. */
  readonly sleeps: readonly number[];
  /** Timers that are set and neither fired nor cancelled. */
  timers(): number;
  /** Moves time on and fires what is due by then. */
  advance(ms: number): void;
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Time that stands still but for `advance` and `sleep`; a sleep passes at once. */
export function createSkippingClock(): SkippingClock {
  const sleeps: number[] = [];
  const timers = new Set<Timer>();
  let passed = 0;

  function advance(ms: number): void {
    passed += ms;
    for (const timer of [...timers].filter(({ at }) => at <= passed)) {
      timers.delete(timer);
      timer.run();
    }
  }

  return {
    sleeps,
    timers: () => timers.size,
    advance,
    now: () => Date.UTC(2026, 0, 1) + passed,
    monotonic: () => passed,
    sleep(ms, signal) {
      if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
      sleeps.push(ms);
      advance(ms);
      return Promise.resolve();
    },
    after(ms, run) {
      const timer = { at: passed + ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    every: () => () => undefined,
  };
}
