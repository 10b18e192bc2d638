import { createManualClock } from "@understudy/runtime/fixture";
import { expect, test } from "vitest";
import { createClientRetries } from "./client-retries.ts";

const tried = (idempotencyKey: string | null, retryCount = 0) => ({ idempotencyKey, retryCount });

test.each([
  ["nothing said", [tried(null), tried(null)], [false, false]],
  ["a count of retries", [tried(null), tried(null, 1), tried(null, 2)], [false, true, true]],
  ["the same key", [tried("k-1"), tried("k-1"), tried("k-1")], [false, true, true]],
  ["another key", [tried("k-1"), tried("k-2")], [false, false]],
  ["an empty key", [tried(""), tried("")], [false, false]],
  ["a count with a key that another process saw", [tried("k-1", 1)], [true]],
])("%s", (_what, tries, expected) => {
  const retries = createClientRetries(createManualClock(0));
  expect(tries.map((one) => retries.isRetry(one, 100))).toEqual(expected);
});

test("the same key over a body of another length is another request's", () => {
  const retries = createClientRetries(createManualClock(0));
  expect([retries.isRetry(tried("1"), 100), retries.isRetry(tried("1"), 101)]).toEqual([false, false]);
});

test("a key is forgotten after an hour, and with ten thousand newer ones", async () => {
  const clock = createManualClock(0);
  const retries = createClientRetries(clock);
  retries.isRetry(tried("old"), 1);
  await clock.advance(3_600_000);
  expect(retries.isRetry(tried("old"), 1)).toBe(false);
  for (let index = 0; index < 10_000; index += 1) retries.isRetry(tried(`k-${index}`), 1);
  expect([retries.isRetry(tried("k-9999"), 1), retries.isRetry(tried("k-0"), 1)]).toEqual([true, false]);
});
