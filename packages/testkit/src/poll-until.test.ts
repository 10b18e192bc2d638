import { expect, test } from "vitest";

import { pollUntil } from "./poll-until.ts";

test("gives back the first value that is right", async () => {
  let looks = 0;
  expect(await pollUntil(() => ++looks, { until: (value) => value === 3, every: 1 })).toBe(3);
});

test("says what it last saw when time is up", async () => {
  const wait = pollUntil(() => ({ pending: 2 }), {
    what: "an empty queue",
    until: ({ pending }) => pending === 0,
    timeoutMs: 20,
    every: 5,
  });
  await expect(wait).rejects.toThrow('an empty queue did not come about in 20 ms; last seen: {"pending":2}');
});

test("an error is a look like any other", async () => {
  let looks = 0;
  const read = (): string => {
    looks += 1;
    if (looks === 1) throw new Error("refused");
    return "up";
  };
  expect(await pollUntil(read, { every: 1 })).toBe("up");
  const wait = pollUntil(() => Promise.reject(new Error("refused")), { timeoutMs: 5, every: 1 });
  await expect(wait).rejects.toThrow("last seen: Error: refused");
});
