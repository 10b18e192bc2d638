import type { Clock } from "./clock.ts";
import type { Service } from "./lifecycle.ts";

export interface PeriodicOptions {
  readonly name: string;
  /** Milliseconds between two beginnings. A run that takes longer is not begun a second time. */
  readonly everyMs: number;
  readonly clock: Clock;
  /** What it throws nobody hears: it says itself what went wrong. The signal aborts when the service stops. */
  readonly run: (stopping: AbortSignal) => Promise<void>;
}

/** Work that is done again and again while its process runs, never twice at a time. Stopping waits for what is under way. */
export function createPeriodic({ name, everyMs, clock, run }: PeriodicOptions): Service {
  let stopping = new AbortController();
  let cancel = (): void => undefined;
  let running: Promise<void> | null = null;
  return {
    name,
    start() {
      stopping = new AbortController();
      cancel = clock.every(everyMs, () => {
        running ??= run(stopping.signal).finally(() => (running = null));
      });
      return Promise.resolve();
    },
    async stop() {
      stopping.abort();
      cancel();
      await running;
    },
  };
}
