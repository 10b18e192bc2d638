import * as fc from "fast-check";
import { expect, test } from "vitest";
import { hunksOf } from "./hunks.ts";
import { longestCommon } from "./longest-common.ts";

const items = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 120 });

test("what stands between the places that differ is the same on both sides", () => {
  fc.assert(
    fc.property(items, items, (left, right) => {
      let [here, there] = [0, 0];
      for (const hunk of [...hunksOf(left, right), { left: [left.length, 0], right: [right.length, 0] } as const]) {
        expect(left.slice(here, hunk.left[0])).toEqual(right.slice(there, hunk.right[0]));
        [here, there] = [hunk.left[1], hunk.right[1]];
      }
    }),
  );
});

test("short lists keep all that they can have in common", () => {
  fc.assert(
    fc.property(items, items, (left, right) => {
      const changed = hunksOf(left, right).reduce((sum, hunk) => sum + hunk.left[1] - hunk.left[0], 0);
      expect(left.length - changed).toBe(longestCommon(left, right));
    }),
  );
});

test("long lists are aligned by what stands in them once", () => {
  const left = Array.from({ length: 3_000 }, (_, index) => index);
  const right = left.toSpliced(1_500, 1, -1).toSpliced(2_500, 2);
  expect(hunksOf(left, right)).toEqual([
    { left: [1_500, 1_501], right: [1_500, 1_501] },
    { left: [2_500, 2_502], right: [2_500, 2_500] },
  ]);
});
