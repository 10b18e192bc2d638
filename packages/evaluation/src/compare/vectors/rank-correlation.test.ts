import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rankCorrelation, ranksOf } from "./rank-correlation.ts";

describe("Spearman's rank correlation", () => {
  test.each([
    // Worked in Wikipedia's article: 1 - 6 x 194 / 990.
    [[106, 100, 86, 101, 99, 103, 97, 113, 112, 110], [7, 27, 2, 50, 28, 29, 20, 12, 6, 17], -29 / 165],
    // With ties; as scipy.stats.spearmanr has it.
    [[1, 2, 3, 4, 5], [5, 6, 7, 8, 7], 0.820_782_681_668_123_3],
    // Ranks 1.5, 1.5, 3.5, 3.5 and 1, 2, 3.5, 3.5: 4.25 / sqrt(4 x 4.5).
    [[1, 1, 2, 2], [1, 2, 3, 3], 4 / Math.sqrt(4 * 4.5)],
    [[1, 2, 3], [1, 3, 2], 0.5],
    [[3, 1, 2], [30, 10, 20], 1],
    [[1, 2, 3], [3, 2, 1], -1],
  ])("of %j and %j is %d", (one, other, value) => {
    expect(rankCorrelation(one, other)).toBeCloseTo(value, 12);
    expect(rankCorrelation(other, one)).toBeCloseTo(value, 12);
  });

  test.each([
    [
      [1, 1, 1],
      [1, 2, 3],
    ],
    [[1], [1]],
    [[], []],
    [
      [1, 2],
      [1, 2, 3],
    ],
  ])("of %j and %j is none", (one, other) => {
    expect(rankCorrelation(one, other)).toBeNull();
  });

  test("is that of the product-moment of the ranks, within -1 and 1, and knows only order", () => {
    const numbers = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), {
      minLength: 2,
    });
    fc.assert(
      fc.property(numbers, (pairs) => {
        const [one, other] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
        const correlation = rankCorrelation(one, other);
        if (correlation === null) return;
        expect(Math.abs(correlation)).toBeLessThanOrEqual(1);
        const bent = one.map((value) => Math.exp(value) - 3);
        expect(rankCorrelation(bent, other)).toBeCloseTo(correlation, 12);
        expect(
          rankCorrelation(
            one,
            other.map((value) => -value),
          ),
        ).toBeCloseTo(-correlation, 12);
      }),
    );
  });
});

test("equal numbers share the mean of their ranks", () => {
  expect(ranksOf([20, 10, 20, 40, 20])).toEqual([3, 1, 3, 5, 3]);
  expect(ranksOf([])).toEqual([]);
});
