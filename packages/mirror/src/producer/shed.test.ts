import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isShed } from "./shed.ts";

const LIMIT = 1_000;
const ids = Array.from({ length: 4_000 }, (_, index) => `req_${index}`);
const shareShed = (depth: number): number => ids.filter((id) => isShed(id, depth, LIMIT)).length / ids.length;

describe("a queue that fills up", () => {
  test("takes every job up to 80% of its limit, and none at it", () => {
    expect([0, 500, 799].map(shareShed)).toEqual([0, 0, 0]);
    expect([1_000, 1_001, 9_999].map(shareShed)).toEqual([1, 1, 1]);
  });

  test.each([
    [850, 0.25],
    [900, 0.5],
    [950, 0.75],
  ])("at a depth of %d of 1,000 sheds a share of %d", (depth, share) => {
    // Five standard deviations of a share of 4,000.
    expect(Math.abs(shareShed(depth) - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / ids.length));
  });

  test("sheds the same requests whatever the limit is, at the same fullness", () => {
    const shed = (limit: number): readonly string[] => ids.filter((id) => isShed(id, 0.9 * limit, limit));
    expect(shed(100)).toEqual(shed(10_000));
  });

  test("a request that is shed stays shed when the queue is fuller", () => {
    const depth = fc.double({ min: 0, max: 1_200, noNaN: true });
    const staysShed = fc.property(fc.string(), depth, depth, (id, one, other) => {
      const [less, more] = [Math.min(one, other), Math.max(one, other)];
      return !isShed(id, less, LIMIT) || isShed(id, more, LIMIT);
    });
    expect(fc.check(staysShed).counterexample).toBeNull();
  });

  test("a queue of one job takes one", () => {
    expect([isShed("a", 0, 1), isShed("a", 1, 1)]).toEqual([false, true]);
  });
});
