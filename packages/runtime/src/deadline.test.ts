import { expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";
import { systemClock } from "./clock.ts";
import { lastMoment, onAbort, within } from "./deadline.ts";

const never = new Promise<never>(() => undefined);

test("what takes longer than it may is null, and may fail unheard", async () => {
  expect(await within(Promise.resolve(1), 1_000, systemClock)).toBe(1);
  expect(await within(never, 1, systemClock)).toBeNull();
  await expect(within(Promise.reject(new Error("away")), 1_000, systemClock)).rejects.toThrow("away");
});

test("a signal that has aborted already is heard at once, and one that is taken back never", () => {
  let heard = 0;
  onAbort(AbortSignal.abort(), () => (heard += 1));
  expect(heard).toBe(1);
  const later = new AbortController();
  onAbort(later.signal, () => (heard += 1))();
  later.abort();
  expect(heard).toBe(1);
});

test.each([true, false])("the last moment begins with the deadline, which was over before: %s", async (before) => {
  const deadline = new AbortController();
  const said: string[] = [];
  if (before) deadline.abort();
  const last = lastMoment(deadline.signal, { graceMs: 1, clock: systemClock, giveUp: () => said.push("given up") });
  expect(said).toEqual(before ? ["given up"] : []);
  deadline.abort();
  await last.over;
  expect(said).toEqual(["given up"]);
});

test("waits double up to a bound", () => {
  expect([0, 1, 2, 3, 2_000].map((failures) => backoffMs(failures, { firstMs: 50, longestMs: 300 }))).toEqual([
    50, 100, 200, 300, 300,
  ]);
});
