import { expect, test } from "vitest";
import { sparingly } from "./sparingly.ts";

/** A reading that takes so many milliseconds, and says which one it is. */
function readings(tookMs: number) {
  let [now, count] = [0, 0];
  const read = (): Promise<number> => {
    now += tookMs;
    count += 1;
    return Promise.resolve(count);
  };
  return { ask: sparingly(read, { monotonic: () => now }), pass: (ms: number) => void (now += ms) };
}

test("a reading is the answer until nineteen times what it took have gone by", async () => {
  const { ask, pass } = readings(100);
  expect(await ask()).toBe(1);
  pass(1_899);
  expect(await ask()).toBe(1);
  pass(1);
  expect(await ask()).toBe(2);
});

test("whoever asks meanwhile gets the reading that is under way", async () => {
  const { ask } = readings(0);
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
  expect(await ask()).toBe(2);
});

test("a reading that fails is no answer to the next", async () => {
  const answers = [Promise.reject(new Error("away")), Promise.resolve("here")];
  const ask = sparingly(() => answers.shift() ?? Promise.reject(new Error("asked too often")), { monotonic: () => 0 });
  await expect(ask()).rejects.toThrow("away");
  expect(await ask()).toBe("here");
});
