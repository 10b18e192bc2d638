import { expect, test } from "vitest";
import { sameNearest } from "./similarities.ts";

test("where two inputs are as near to a third, both have to be", () => {
  const both = { inputs: 3, values: [5, 1, 5] };
  const one = { inputs: 3, values: [5, 1, 4] };
  expect(sameNearest(both, both)).toBe(1);
  expect(sameNearest(both, one)).toBe(2 / 3);
  expect(sameNearest(one, both)).toBe(2 / 3);
});

test("the nearest is the one in whose direction a vector points, and not the one against it", () => {
  expect(sameNearest({ inputs: 3, values: [-9, -1, -5] }, { inputs: 3, values: [1, 9, 5] })).toBe(1);
});
