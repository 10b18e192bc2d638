import { expect, test } from "vitest";
import { tableOf } from "./as-table.ts";

const head = ["silent model", "waiting", "dropped"];
const rows = [
  ["equal-and-cheaper", "12", "3 queue_full, 1 body_expired"],
  ["worse", "0", "0"],
];

test("a table that does not fit the terminal is a paragraph for each row", () => {
  const wide = tableOf(head, rows, 80);
  expect(wide).toContain("│ equal-and-cheaper │ 12      │");
  expect(tableOf(head, rows, Number.POSITIVE_INFINITY)).toBe(wide);
  expect(tableOf(head, rows, 50)).toBe(
    [
      "silent model equal-and-cheaper",
      "  waiting: 12",
      "  dropped: 3 queue_full, 1 body_expired",
      "silent model worse",
      "  waiting: 0",
      "  dropped: 0",
    ].join("\n"),
  );
});
