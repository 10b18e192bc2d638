import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lowerBound, rateBounds, upperBound } from "./bounds.ts";
import { meanBounds } from "./mean-sequence.ts";
import { pairsNeeded } from "./pairs-needed.ts";
import { P95_ALPHA, quantileRanks } from "./quantile-ranks.ts";

const counts = fc
  .integer({ min: 1, max: 20_000 })
  .chain((of) => fc.tuple(fc.integer({ min: 0, max: of }), fc.constant(of)));

describe("bounds of a rate", () => {
  test("hold it, lie within 0 and 1, and close in on it", () => {
    fc.assert(
      fc.property(counts, ([count, of]) => {
        const { low, high } = rateBounds(count, of, 0.05);
        expect(low).toBeLessThanOrEqual(count / of + 1e-9);
        expect(high).toBeGreaterThanOrEqual(count / of - 1e-9);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        const more = rateBounds(count * 10, of * 10, 0.05);
        expect(more.high - more.low).toBeLessThanOrEqual(high - low + 1e-6);
      }),
      { numRuns: 60 },
    );
  });

  test("cost little more than bounds for a single look", () => {
    // A single look at 0 of 100 gives 1 - 0.05^(1/100) = 0.0295 (exact binomial).
    expect(rateBounds(0, 100, 0.05).high).toBeGreaterThan(0.0295);
    expect(rateBounds(0, 100, 0.05).high).toBeLessThan(0.06);
    expect(rateBounds(0, 0, 0.05)).toEqual({ low: 0, high: 1 });
  });

  test("see a small effect in very many observations", () => {
    const { low, high } = rateBounds(50_000, 1_000_000, 0.05);
    expect(high - low).toBeLessThan(0.003);
  });
});

test("bounds of a paired difference hold it", () => {
  fc.assert(
    fc.property(fc.nat(500), fc.nat(500), fc.nat(5_000), (worse, better, same) => {
      const of = Math.max(1, worse + better + same);
      const values = [
        { value: 1, count: worse },
        { value: 0, count: same },
        { value: -1, count: better },
      ];
      expect(upperBound(values, 1, 0.05)).toBeGreaterThanOrEqual((worse - better) / of - 1e-9);
      expect(lowerBound(values, -1, 0.05)).toBeLessThanOrEqual((worse - better) / of + 1e-9);
    }),
    { numRuns: 60 },
  );
});

describe("ranks that bound a quantile", () => {
  test("lie on both sides of it, nearer with more observations", () => {
    const some = quantileRanks(1_000, 0.95, P95_ALPHA);
    const many = quantileRanks(1_000_000, 0.95, P95_ALPHA);
    expect(some.low).toBeLessThan(950);
    expect(some.high).toBeGreaterThan(950);
    expect(many.low).toBeGreaterThan(948_000);
    expect(many.high).toBeLessThan(952_000);
  });

  test("are not there for too few observations", () => {
    expect(quantileRanks(10, 0.95, P95_ALPHA).high).toBeNull();
    expect(quantileRanks(0, 0.95, P95_ALPHA)).toEqual({ low: null, high: null });
  });

  test("are wrong in few experiments, though one looks all the time", () => {
    let state = 17;
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const ranks = Array.from({ length: 41 }, (_, index) => quantileRanks(index * 20, 0.95, P95_ALPHA));
    let wrong = 0;
    for (let run = 0; run < 300; run += 1) {
      const seen: number[] = [];
      const missed = ranks.some(({ low, high }, index) => {
        while (seen.length < index * 20) seen.push(random());
        const sorted = seen.toSorted((one, other) => one - other);
        return (low !== null && (sorted[low - 1] ?? 0) > 0.95) || (high !== null && (sorted[high - 1] ?? 1) < 0.95);
      });
      if (missed) wrong += 1;
    }
    expect(wrong / 300).toBeLessThanOrEqual(2 * P95_ALPHA);
  });
});

describe("bounds of a mean", () => {
  test("hold it, and are the mean itself where nothing varies", () => {
    expect(meanBounds({ count: 100, sum: 300, squares: 900 }, 0.05)).toEqual({ low: 3, high: 3 });
    expect(meanBounds({ count: 29, sum: 1, squares: 1 }, 0.05)).toBeNull();
    // A single look at 400 values of variance 1 gives 1.645 / 20 = 0.082.
    const bounds = meanBounds({ count: 400, sum: 0, squares: 400 }, 0.05);
    expect(bounds?.high).toBeGreaterThan(0.082);
    expect(bounds?.high).toBeLessThan(0.17);
    expect(bounds?.low).toBeCloseTo(-(bounds?.high ?? 0), 12);
  });
});

test("pairs needed are found, or null when nobody would live to see them", () => {
  expect(pairsNeeded(100, (growth) => growth >= 3.5)).toBe(250);
  expect(pairsNeeded(100, () => true)).toBe(0);
  expect(pairsNeeded(100, () => false)).toBeNull();
  expect(pairsNeeded(0, () => true)).toBeNull();
});
