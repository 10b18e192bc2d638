import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CostEvidence } from "../evidence.ts";
import { lowerBound, rateBounds, upperBound } from "./bounds.ts";
import { coveredCost, lowerCostRatio, upperCostRatio } from "./cost-bounds.ts";
import { pairsNeeded } from "./pairs-needed.ts";
import { P95_ALPHA, quantileRanks } from "./quantile-ranks.ts";

const counts = fc
  .integer({ min: 1, max: 20_000 })
  .chain((of) => fc.tuple(fc.integer({ min: 0, max: of }), fc.constant(of)));

const BOTH = { low: 0.05, high: 0.05 };

describe("bounds of a rate", () => {
  test("hold it, lie within 0 and 1, and close in on it", () => {
    fc.assert(
      fc.property(counts, ([count, of]) => {
        const { low, high } = rateBounds(count, of, BOTH);
        expect(low).toBeLessThanOrEqual(count / of + 1e-9);
        expect(high).toBeGreaterThanOrEqual(count / of - 1e-9);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        const more = rateBounds(count * 10, of * 10, BOTH);
        expect(more.high - more.low).toBeLessThanOrEqual(high - low + 1e-6);
      }),
      { numRuns: 60 },
    );
  });

  test("cost little more than bounds for a single look", () => {
    // A single look at 0 of 100 gives 1 - 0.05^(1/100) = 0.0295 (exact binomial).
    expect(rateBounds(0, 100, BOTH).high).toBeGreaterThan(0.0295);
    expect(rateBounds(0, 100, BOTH).high).toBeLessThan(0.06);
    expect(rateBounds(0, 0, BOTH)).toEqual({ low: 0, high: 1 });
  });

  test("see a small effect in very many observations", () => {
    const { low, high } = rateBounds(50_000, 1_000_000, BOTH);
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

describe("bounds of the ratio of mean costs", () => {
  /** Pairs that cost the primary 1 or 3 thousandths of a dollar in turn, and the silent model `ratio` of the other amount. */
  function costs(pairs: number, ratio: number): CostEvidence {
    const unit = 0.001;
    return {
      pairs,
      primary: pairs * 2 * unit,
      silent: pairs * 2 * unit * ratio,
      primary_squares: pairs * 5 * unit ** 2,
      silent_squares: pairs * 5 * (unit * ratio) ** 2,
      products: pairs * 3 * unit ** 2 * ratio,
      primary_most: 3 * unit,
      silent_most: 3 * unit * ratio,
    };
  }

  test("hold it, and close in on it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 100_000 }),
        fc.double({ min: 0.01, max: 50, noNaN: true }),
        (pairs, ratio) => {
          const cost = costs(pairs, ratio);
          const { primary, silent } = coveredCost(cost);
          const high = upperCostRatio(cost, silent, 0.05) ?? Infinity;
          const low = lowerCostRatio(cost, primary, 0.05) ?? 0;
          expect(high).toBeGreaterThan(ratio);
          expect(low).toBeLessThan(ratio);
          const more = costs(pairs * 10, ratio);
          expect(upperCostRatio(more, silent, 0.05) ?? Infinity).toBeLessThan(high);
          expect(lowerCostRatio(more, primary, 0.05) ?? 0).toBeGreaterThanOrEqual(low);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("are wider the dearer one call may be, whatever the unit of money", () => {
    const high = (covered: number, cost = costs(2_000, 0.5)) => upperCostRatio(cost, covered, 0.05) ?? Infinity;
    expect(high(0.04)).toBeLessThan(0.7);
    expect(high(0.4)).toBeGreaterThan(high(0.04));
    // 2,000 calls say nothing of one that costs as much as 20,000.
    expect(high(40)).toBeGreaterThan(50);
    const cents = { ...costs(2_000, 0.5), primary: 2_000 * 0.2, silent: 2_000 * 0.1, primary_squares: 2_000 * 0.05 };
    const inCents = { ...cents, silent_squares: 2_000 * 0.0125, products: 2_000 * 0.015 };
    expect(high(4, inCents)).toBeCloseTo(high(0.04), 1);
  });

  test("cover 20 times the primary's mean call, or the dearest seen", () => {
    expect(coveredCost(costs(10, 1))).toEqual({ primary: 0.04, silent: 0.04 });
    expect(coveredCost({ ...costs(10, 1), silent_most: 7 })).toEqual({ primary: 0.04, silent: 7 });
  });
});

test("pairs needed are found, or null when nobody would live to see them", () => {
  expect(pairsNeeded(100, (growth) => growth >= 3.5)).toBe(250);
  expect(pairsNeeded(100, () => true)).toBe(0);
  expect(pairsNeeded(100, () => false)).toBeNull();
  expect(pairsNeeded(0, () => true)).toBeNull();
});
