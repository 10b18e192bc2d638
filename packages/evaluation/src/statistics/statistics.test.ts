import { startCpuTimer } from "@understudy/runtime/fixture";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SampledPair } from "../evidence.ts";
import { samplePair } from "../evidence.fixture.ts";
import { bootstrapSample } from "../report/bootstrap-sample.ts";
import { chiSquareP, sampleRatio } from "./chi-square.ts";
import { holm } from "./holm.ts";
import { mcNemar } from "./mcnemar.ts";
import { normalQuantile, normalTail } from "./normal.ts";
import { percentile } from "./percentile.ts";
import { signedRank } from "./signed-rank.ts";
import { wilson } from "./wilson.ts";

/** Park and Miller's generator: the same numbers in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

describe("Wilson's interval", () => {
  // Newcombe 1998, "Two-sided confidence intervals for the single proportion", Table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %i in %i is %f to %f", (count, of, low, high) => {
    expect(wilson(count, of).low).toBeCloseTo(low, 4);
    expect(wilson(count, of).high).toBeCloseTo(high, 4);
  });

  test("holds the rate, stays within 0 and 1, and narrows with more observations", () => {
    const counts = fc
      .integer({ min: 1, max: 100_000 })
      .chain((of) => fc.tuple(fc.integer({ min: 0, max: of }), fc.constant(of)));
    fc.assert(
      fc.property(counts, ([count, of]) => {
        const { low, high } = wilson(count, of);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(count / of);
        expect(high).toBeGreaterThanOrEqual(count / of);
        expect(high).toBeLessThanOrEqual(1);
        const more = wilson(count * 4, of * 4);
        expect(more.high - more.low).toBeLessThan(high - low);
      }),
    );
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });
});

describe("the normal and the chi-square distribution", () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.1 and 1.3.6.7.4.
  test("have their tabulated quantiles", () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959_963_984_54, 9);
    expect(normalTail(1.96)).toBeCloseTo(0.024_997_895, 8);
    expect(normalTail(-1)).toBeCloseTo(0.841_344_746, 8);
    expect(chiSquareP(3.841, 1)).toBeCloseTo(0.05, 4);
    expect(chiSquareP(18.307, 10)).toBeCloseTo(0.05, 4);
    expect(chiSquareP(0, 3)).toBe(1);
  });
});

describe("the sample-ratio check", () => {
  test("finds what chance does not make", () => {
    // (5,200 - 5,000)² / 5,000 twice: 16.
    expect(sampleRatio(5_200, 10_000, 0.5)?.p).toBeCloseTo(6.334e-5, 7);
    expect(sampleRatio(5_030, 10_000, 0.5)?.p).toBeGreaterThan(0.5);
    expect(sampleRatio(0, 0, 0.5)).toBeNull();
    expect(sampleRatio(10, 10, 1)).toEqual({ p: 1 });
    expect(sampleRatio(9, 10, 1)).toEqual({ p: 0 });
    expect(sampleRatio(1, 10, 5e-324)).toEqual({ p: 0 });
  });
});

describe("McNemar's test", () => {
  test("is mid-p for few discordant pairs", () => {
    // Fagerland, Lydersen & Laake 2013, Table 1: airway hyper-responsiveness, 1 and 7 discordant: mid-p 0.0391.
    expect(mcNemar({ primary_only: 1, silent_only: 7 })).toEqual({ p: expect.closeTo(0.0391, 4), method: "mid_p" });
    expect(mcNemar({ primary_only: 0, silent_only: 0 }).p).toBe(1);
  });

  test("is chi-square with Edwards' correction for many", () => {
    // Bland 2000: 212 and 144 discordant, chi-square 12.61.
    expect(mcNemar({ primary_only: 212, silent_only: 144 })).toEqual({
      p: chiSquareP(67 ** 2 / 356, 1),
      method: "chi_square",
    });
    expect(mcNemar({ primary_only: 212, silent_only: 144 }).p).toBeCloseTo(0.000_384, 5);
  });

  test("does not mind which side is which, and both ways join at 25 without a leap", () => {
    const count = fc.integer({ min: 0, max: 200 });
    fc.assert(
      fc.property(count, count, (one, other) => {
        const { p } = mcNemar({ primary_only: one, silent_only: other });
        expect(p).toBeCloseTo(mcNemar({ primary_only: other, silent_only: one }).p, 12);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
      }),
    );
    const [below, above] = [
      mcNemar({ primary_only: 7, silent_only: 17 }).p,
      mcNemar({ primary_only: 7, silent_only: 18 }).p,
    ];
    expect(Math.abs(below - above)).toBeLessThan(0.03);
  });
});

describe("the signed-rank test", () => {
  // Hollander & Wolfe 1973, 29f: depression scale, patients before and after tranquillisers. V = 40, two-sided p = 0.0391.
  const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
  const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];

  test("is exact for few differences without ties", () => {
    const test = signedRank(before.map((value, index) => value - (after[index] ?? 0)));
    expect(test).toEqual({ p: expect.closeTo(0.039_062_5, 9), statistic: 40, pairs: 9 });
  });

  test("drops zeros, and has nothing to say without differences", () => {
    expect(signedRank([0, 0, 1, -2, 3])?.pairs).toBe(3);
    expect(signedRank([0, 0])).toBeNull();
    expect(signedRank([])).toBeNull();
  });

  test("gives ties their mean rank", () => {
    // Ranks of 1, 1, 2, 3: 1.5, 1.5, 3, 4; the positive ones are 1.5 and 4.
    expect(signedRank([1, -1, -2, 3])?.statistic).toBe(5.5);
  });

  test("of the differences turned round is the same", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 }), (differences) => {
        const [one, other] = [signedRank(differences), signedRank(differences.map((value) => -value))];
        expect(one?.p ?? -1).toBeCloseTo(other?.p ?? -1, 9);
      }),
    );
  });
});

describe("Holm's adjustment", () => {
  test("multiplies, keeps the order, and never falls", () => {
    // Worked by hand from Holm 1979: 0.01 x 4, 0.02 x 3, 0.03 x 2 held up by the one before, 0.9 x 1.
    const tests = [0.9, 0.01, 0.03, 0.02].map((p, index) => ({ name: String(index), p }));
    expect(holm(tests).map(({ p_holm }) => p_holm)).toEqual([0.9, 0.04, 0.06, 0.06]);
    expect(
      holm([
        { name: "a", p: 0.7 },
        { name: "b", p: 0.8 },
      ]).map(({ p_holm }) => p_holm),
    ).toEqual([1, 1]);
  });
});

test("a percentile lies between two values by proportion", () => {
  expect(percentile(Float64Array.of(10, 20, 30, 40), 0.5)).toBe(25);
  expect(percentile(Float64Array.of(10, 20, 30, 40), 0.95)).toBeCloseTo(38.5, 9);
  expect(percentile(new Float64Array(), 0.5)).toBeNull();
});

describe("the bootstrap", () => {
  const draw = (random: () => number, cluster: (index: number) => string, shared = 0): SampledPair[] => {
    const offsets = new Map<string, number>();
    return Array.from({ length: 120 }, (_, index) => {
      const name = cluster(index);
      const offset = offsets.get(name) ?? shared * (random() - 0.5);
      offsets.set(name, offset);
      const primary = 500 + 100 * random();
      const silent = primary + 20 + offset + 40 * (random() - 0.5);
      return samplePair(index, { cluster: name, primary_ms: primary, silent_ms: silent });
    });
  };

  test("covers the true ratio of costs about as often as it says", () => {
    const random = seeded(7);
    let covered = 0;
    for (let run = 0; run < 200; run += 1) {
      const sample = Array.from({ length: 60 }, (_, index) =>
        samplePair(index, {
          primary_ms: null,
          primary_first_token_ms: null,
          primary_cost_usd: 1,
          silent_cost_usd: 2 * random(),
        }),
      );
      const { low, high } = bootstrapSample(sample, random).cost_ratio;
      if (low !== null && high !== null && low <= 1 && high >= 1) covered += 1;
    }
    expect(covered / 200).toBeGreaterThan(0.89);
    expect(covered / 200).toBeLessThan(0.995);
  });

  test("is wider where pairs of one conversation are alike", () => {
    const width = (cluster: (index: number) => string): number => {
      const { low, high } = bootstrapSample(
        draw(seeded(3), (index) => String(index % 6), 300).map((pair, index) => ({ ...pair, cluster: cluster(index) })),
        seeded(5),
      ).latency_p50;
      return (high ?? 0) - (low ?? 0);
    };
    expect(width((index) => String(index % 6))).toBeGreaterThan(1.5 * width(String));
  });

  test("of one cluster, or of nothing, has no interval", () => {
    const one = bootstrapSample(
      draw(seeded(1), () => "same"),
      seeded(2),
    );
    expect(one.latency_p50.value).not.toBeNull();
    expect(one.latency_p50.low).toBeNull();
    expect(bootstrapSample([], seeded(2)).cost_ratio).toEqual({ value: null, low: null, high: null });
  });

  test("of 5,000 pairs ends soon", () => {
    const cpuMs = startCpuTimer();
    const random = seeded(11);
    const sample = Array.from({ length: 5_000 }, (_, index) =>
      samplePair(index, { primary_ms: random(), silent_ms: random() }),
    );
    const { latency_p95 } = bootstrapSample(sample, random);
    expect(latency_p95.low).toBeLessThan(latency_p95.high ?? 0);
    expect(cpuMs()).toBeLessThan(15_000);
  });
});
