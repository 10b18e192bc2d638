import type { OwnCheckSet } from "@understudy/config";
import { expect, test } from "vitest";
import { asText } from "./as-text.ts";
import { addChecked, addFailed, emptyResult } from "./tally.ts";

const set: OwnCheckSet = {
  id: "set",
  rubrics: { id: "none", checks: [] },
  checks: [
    { type: "contains", not: false, name: "a name that is much longer than the column", value: "a", threshold: null },
    { type: "regex", not: true, name: "never", value: "b", threshold: null },
  ],
};

test("a table of 80 columns says who wins, what failed, and which pairs are lost", () => {
  const result = emptyResult("main~candidate", set);
  const check = (name: string, type: string, primary: "pass" | "fail", silent: "pass" | "fail" | "not_run") => ({
    name,
    type,
    primary,
    silent,
  });
  for (let pair = 1; pair <= 5; pair += 1) {
    addChecked(result, `pair_${pair}`, {
      set: "set",
      results: [
        check("a", "contains", "pass", pair === 1 ? "pass" : "fail"),
        check("b", "not-regex", "pass", pair === 1 ? "not_run" : "pass"),
      ],
    });
  }
  addFailed(result, "pair_6");
  result.pairs = 8;
  result.not_comparable = 2;
  expect(result.checks).toMatchObject([
    { primary_passes: 5, silent_passes: 1, won: 0, lost: 5, not_run: 0, losing_pairs: ["pair_2", "pair_3", "pair_4"] },
    { primary_passes: 5, silent_passes: 4, won: 0, lost: 2, not_run: 1, losing_pairs: ["pair_1", "pair_6"] },
  ]);
  const lines = asText(result).split("\n");
  expect(lines[0]).toBe("main~candidate: 8 pairs, 5 checked, 1 failed (lost), 2 not comparable");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines).toContain("Net loss over 6 pairs: 100 points (fails what the primary passes, or reverse).");
  expect(lines).toContain("lost: a name that is much longer… (the newest 3 of 5)");
});

test("without a pair that can be checked it says so", () => {
  expect(asText({ ...emptyResult("e", set), pairs: 3, without_texts: 3 })).toBe(
    "e: 3 pairs, 0 checked, 3 without texts\nNo pair could be checked.",
  );
});
