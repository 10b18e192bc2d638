import { describe, expect, test } from "vitest";
import { median, medianDifference, medianRatio, percentile, slope, steadyRate } from "./stats.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe("a percentile", () => {
  test("is one of the values, by nearest rank, in whatever order they come", () => {
    expect(percentile([30, 10, 20], 0.5)).toBe(20);
    expect(percentile(upTo(100).toReversed(), 0.99)).toBe(99);
    expect(percentile(upTo(50), 0.99)).toBe(50);
    expect(percentile(upTo(1000), 0.999)).toBe(999);
  });

  test("reaches from the smallest to the largest", () => {
    expect(percentile([3, 1, 2], 0)).toBe(1);
    expect(percentile([3, 1, 2], 1)).toBe(3);
    expect(percentile([7], 0.5)).toBe(7);
  });

  test("of nothing is no number", () => {
    expect(percentile([], 0.5)).toBeNaN();
  });
});

describe("a median", () => {
  test("is the middle, or between the two middle ones", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([1, 100, 2, 3])).toBe(2.5);
    expect(median([4])).toBe(4);
    expect(median([])).toBeNaN();
  });

  test("leaves the values in their order", () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe("two sides that took turns", () => {
  test("are compared round by round", () => {
    // The second round ran on a machine half as fast. The medians' ratio, 100 to 200, would be another.
    expect(medianRatio([90, 50, 120], [100, 100, 200])).toBe(0.6);
    expect(medianDifference([1.5, 3, 2.25], [1, 2, 1])).toBe(1);
  });

  test("do not pretend to a figure where a round is missing", () => {
    expect(medianRatio([1], [])).toBeNaN();
    expect(medianDifference([1], [])).toBeNaN();
  });
});

describe("a steady rate", () => {
  test("leaves beginning and end aside", () => {
    const samples = [
      { atMs: 0, count: 0 },
      { atMs: 5_000, count: 100 },
      { atMs: 6_000, count: 500 },
      { atMs: 7_000, count: 900 },
      { atMs: 20_000, count: 1_000 },
    ];
    expect(steadyRate(samples)).toBe(400);
  });

  test("is no number when there is nothing between", () => {
    expect(steadyRate([])).toBeNaN();
    expect(steadyRate([{ atMs: 0, count: 0 }])).toBeNaN();
    expect(steadyRate([{ atMs: 0, count: 10 }])).toBeNaN();
  });
});

describe("a slope", () => {
  const points = (...values: readonly number[]) => values.map((y, index) => ({ x: index * 2, y }));

  test("is what is gained for each step", () => {
    expect(slope(points(1, 4, 7))).toBeCloseTo(1.5);
    expect(slope(points(7, 4, 1))).toBeCloseTo(-1.5);
    expect(slope(points(3, 3, 3))).toBe(0);
  });

  test("goes through the middle of what lies on no line", () => {
    expect(slope(points(0, 3, 0, 3))).toBeCloseTo(0.3);
  });

  test("of one point is none", () => {
    expect(slope(points(5))).toBeNaN();
  });
});
