import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newId, shortHash, stableFraction, systemRandom } from "./random.ts";

describe("stableFraction", () => {
  // Pinned: a request that was sampled yesterday must be sampled today, on every machine.
  test.for([
    ["", 0.8894159948913369],
    ["a", 0.791374270522379],
    ["request-1", 0.10133399334300819],
    ["req_0199", 0.7242173190768497],
    ["ünïcode", 0.721657359947919],
  ] as const)("of %j is %d", ([text, expected]) => {
    expect(stableFraction(text)).toBe(expected);
  });

  test("lies in [0, 1) and is the same every time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const fraction = stableFraction(text);
        expect(fraction).toBeGreaterThanOrEqual(0);
        expect(fraction).toBeLessThan(1);
        expect(stableFraction(text)).toBe(fraction);
      }),
    );
  });

  test("spreads ids that follow one another evenly", () => {
    const bins = Array.from({ length: 20 }, () => 0);
    const count = 20_000;
    for (let index = 0; index < count; index += 1) {
      const bin = Math.floor(stableFraction(`req_${index}`) * bins.length);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    const expected = count / bins.length;
    const chiSquare = bins.reduce((sum, observed) => sum + (observed - expected) ** 2 / expected, 0);
    // 19 degrees of freedom: above this one time in a thousand; the ids are fixed, so it holds always or never.
    expect(chiSquare).toBeLessThan(43.8);
  });

  test("keeps what a lower rate keeps when the rate is raised", () => {
    const sampled = (rate: number): readonly string[] =>
      Array.from({ length: 1_000 }, (_, index) => `req_${index}`).filter((id) => stableFraction(id) < rate);
    expect(sampled(0.5)).toEqual(expect.arrayContaining([...sampled(0.1)]));
  });
});

describe("shortHash", () => {
  test("is the beginning of the text's SHA-256", () => {
    expect(shortHash("a", 12)).toBe("ca978112ca1b");
    expect(shortHash("", 6)).toBe("e3b0c4");
    expect(shortHash("ünïcode", 12)).toBe("b8be8967e4de");
  });
});

describe("newId", () => {
  const now = Date.UTC(2026, 0, 1);

  test("is a prefix, the time, and 20 random digits", () => {
    expect(newId("call", now)).toMatch(/^call_[0-9a-f]{32}$/);
    expect(newId("call", now).slice(5, 17)).toBe(now.toString(16).padStart(12, "0"));
  });

  test("never comes twice, in one millisecond either", () => {
    const ids = Array.from({ length: 100_000 }, () => newId("x", now));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("sorts by time", () => {
    const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
    fc.assert(
      fc.property(time, time, (one, other) => {
        const [earlier, later] = [Math.min(one, other), Math.max(one, other)];
        fc.pre(earlier < later);
        expect(newId("x", earlier) < newId("x", later)).toBe(true);
      }),
    );
  });
});

test("systemRandom draws from [0, 1)", () => {
  const drawn = Array.from({ length: 1_000 }, systemRandom);
  expect(drawn.every((number) => number >= 0 && number < 1)).toBe(true);
  expect(new Set(drawn).size).toBeGreaterThan(990);
});
