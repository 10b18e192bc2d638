import { expect, test } from "vitest";
import { simulateRollouts } from "./simulation.fixture.ts";

// A short version of `npm run bench -- rollout`: the bound of each is what the guards are to keep, not what came out.

test.each([0, 0.05, 0.1])(
  "a loss of ten points in what clients get is rolled back within 400 answers in the median where %d differ by chance",
  (floor) => {
    const { byCriterion, median } = simulateRollouts({ floor, loss: 0.1 }, 60, 21);
    expect(byCriterion).toBe(1);
    expect(median).toBeLessThanOrEqual(400);
  },
);

test("an equal candidate is not, though it is looked at often", () => {
  const equal = { floor: 0.1, longest: 1_000, looksApart: 1.02 };
  const { byCriterion, byDetector } = simulateRollouts(equal, 40, 5);
  expect(byCriterion + byDetector).toBeLessThanOrEqual(0.05);
});

test("a loss that comes late is rolled back by the detector, which what came before does not outweigh", () => {
  const late = { floor: 0.02, loss: 0.1, lossFrom: 6_000, longest: 8_000, stages: [100], looksApart: 1.05 };
  const { byCriterion, byDetector } = simulateRollouts(late, 8, 9);
  expect(byCriterion + byDetector).toBe(1);
  expect(byDetector).toBeGreaterThan(0.5);
});
