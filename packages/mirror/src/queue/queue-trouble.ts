import type { Worker } from "bullmq";
import type { Clock } from "@understudy/runtime";

/** A broken connection can fail thousands of times a second; one line in this time tells as much. */
const LINE_EVERY_MS = 5_000;

/** Says the first trouble, and then at most one in five seconds. */
export function seldom(clock: Clock, say: (error: unknown) => void): (error: unknown) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (error) => {
    const now = clock.monotonic();
    if (now - last < LINE_EVERY_MS) return;
    last = now;
    say(error);
  };
}

const BURST = 20;
const BURST_WITHIN_MS = 1_000;
const REST_MS = 1_000;

/**
 * Lets a worker rest for a second after 20 errors within one. BullMQ asks a queue that refuses everything (Redis out of
 * memory) again without a pause, thousands of times a second.
 */
export function restAfterBursts(worker: Pick<Worker, "on">, rest: Rest, clock: Clock): void {
  let errors = 0;
  let since = Number.NEGATIVE_INFINITY;

  worker.on("error", () => {
    const now = clock.monotonic();
    if (now - since > BURST_WITHIN_MS) [errors, since] = [0, now];
    errors += 1;
    if (errors >= BURST) void rest(REST_MS);
  });
}

/** Takes no job for so many milliseconds. Of two rests at once the one that ends later holds. */
export type Rest = (ms: number) => Promise<void>;

export function createRest(worker: Pick<Worker, "pause" | "resume">, clock: Clock, stopped: AbortSignal): Rest {
  let until = Number.NEGATIVE_INFINITY;
  let resting = false;

  function wakeWhenDue(): void {
    const left = until - clock.monotonic();
    if (left > 0) return void clock.after(left, wakeWhenDue);
    resting = false;
    if (!stopped.aborted) void worker.resume();
  }

  return async (ms) => {
    until = Math.max(until, clock.monotonic() + ms);
    if (resting || stopped.aborted) return;
    resting = true;
    await worker.pause(true);
    wakeWhenDue();
  };
}
