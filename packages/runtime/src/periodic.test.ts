import { expect, test } from "vitest";
import { systemClock } from "./clock.ts";
import { createPeriodic } from "./periodic.ts";

/** A clock whose interval passes by hand. */
function byHand() {
  let tick = (): void => undefined;
  const clock = {
    ...systemClock,
    every: (_ms: number, run: () => void) => {
      tick = run;
      return () => (tick = () => undefined);
    },
  };
  return { clock, tick: () => tick() };
}

test("a run that is still under way is not begun a second time, and stopping waits for it", async () => {
  const { clock, tick } = byHand();
  const gate = Promise.withResolvers<void>();
  const seen: boolean[] = [];
  const run = (stopping: AbortSignal): Promise<void> => gate.promise.then(() => void seen.push(stopping.aborted));
  const service = createPeriodic({ name: "work", everyMs: 1, clock, run });
  await service.start();
  tick();
  tick();
  const stopped = service.stop(new AbortController().signal);
  gate.resolve();
  await stopped;
  expect(seen).toEqual([true]);
  tick();
  expect(seen).toEqual([true]);
});
