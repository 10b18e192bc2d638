import { describe, expect, test } from "vitest";
import { RateGuard } from "./rate-guard.ts";

/** Park and Miller's generator: the same histories in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Of the first gateway, and of the fourth. */
const LEVEL = 0.0125 / 2;
const FOURTH = 0.0125 / 20;

/** Number of the answer at which a candidate that fails so often is found; null within `answers`. */
function found(
  run: number,
  rate: number,
  { most, answers, level = LEVEL }: { most: number; answers: number; level?: number },
): number | null {
  const guard = new RateGuard({ most, level });
  const random = seeded(run * 7_919 + 1);
  for (let index = 0; index < 100; index += 1) random();
  for (let answer = 1; answer <= answers; answer += 1) if (guard.add(random() < rate)) return answer;
  return null;
}

const runs = Array.from({ length: 1_000 }, (_, run) => run + 1);
const medianOf = (values: readonly (number | null)[]): number =>
  values.map((value) => value ?? Number.POSITIVE_INFINITY).toSorted((one, other) => one - other)[500] ?? Number.NaN;

describe.each([0, 0.01, 0.03])("against a primary that fails at %d, and may be two points worse", (base) => {
  const most = base + 0.02;

  test("an equal candidate is taken back in at most 5 of 1,000 histories of 20,000 answers", () => {
    expect(runs.filter((run) => found(run, base, { most, answers: 20_000 }) !== null).length).toBeLessThanOrEqual(5);
  });

  test("one that fails at the limit itself in no more than the level says", () => {
    const wrong = runs.filter((run) => found(run, most, { most, answers: 5_000 }) !== null).length;
    expect(wrong / runs.length).toBeLessThanOrEqual(LEVEL + 0.01);
  });

  test("ten points more failures are found within 200 answers in the median, by a fourth gateway within 300 of its own", () => {
    const foundAt = (level: number) =>
      medianOf(runs.map((run) => found(run, base + 0.1, { most, answers: 5_000, level })));
    expect(foundAt(LEVEL)).toBeLessThan(200);
    expect(foundAt(FOURTH)).toBeLessThan(300);
  });
});

test("late first bytes: a tenth may be, and a fifth is found", () => {
  expect(medianOf(runs.map((run) => found(run, 0.2, { most: 0.1, answers: 5_000 })))).toBeLessThan(250);
  expect(runs.filter((run) => found(run, 0.05, { most: 0.1, answers: 20_000 }) !== null)).toEqual([]);
});
