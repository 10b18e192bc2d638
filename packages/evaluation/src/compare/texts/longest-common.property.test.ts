import * as fc from "fast-check";
import { expect, test } from "vitest";
import { longestCommon } from "./longest-common.ts";

const items = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 140 });

test("the longest common subsequence is as long as the table of all prefixes has it", () => {
  fc.assert(
    fc.property(items, items, (left, right) => {
      expect(longestCommon(left, right)).toBe(byTable(left, right));
    }),
  );
});

test.for([
  [["a"], ["a"], 1],
  [["a"], ["b"], 0],
  [[], ["a"], 0],
  [["x", "a", "y", "b"], ["a", "z", "b"], 2],
] as const)("of %j and %j it is %i items long", ([left, right, length]) => {
  expect(longestCommon(left, right)).toBe(length);
  expect(longestCommon(right, left)).toBe(length);
});

test.for([31, 32, 33, 64, 1_500])("%i items have all of them in common with themselves", (length) => {
  const same = Array.from({ length }, (_, index) => `word ${index % 40}`);
  expect(longestCommon(same, same)).toBe(length);
});

function byTable(left: readonly string[], right: readonly string[]): number {
  let above = new Uint16Array(right.length + 1);
  for (const item of left) {
    const row = new Uint16Array(right.length + 1);
    for (const [index, other] of right.entries()) {
      row[index + 1] = item === other ? (above[index] ?? 0) + 1 : Math.max(above[index + 1] ?? 0, row[index] ?? 0);
    }
    above = row;
  }
  return above.at(-1) ?? 0;
}
