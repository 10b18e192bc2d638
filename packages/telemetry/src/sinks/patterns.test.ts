import { startCpuTimer } from "@understudy/runtime/fixture";
import { expect, test } from "vitest";
import { createPatterns } from "./patterns.ts";

test("whatever a pattern matches is blanked out", () => {
  const patterns = createPatterns(["[0-9]{4}-[0-9]{4}", "(?i)internal"]);
  expect(patterns?.clean("card 1234-5678, INTERNAL and $1")).toBe("card [redacted], [redacted] and $1");
  expect(patterns?.finds("nothing here")).toBe(false);
});

test("no patterns, no redactor", () => {
  expect(createPatterns([])).toBeNull();
});

test("a pattern that would take a backtracking engine for ever takes time in proportion to the text", () => {
  const patterns = createPatterns(["(a+)+$"]);
  const cpuMs = startCpuTimer();
  expect(patterns?.clean(`${"a".repeat(5_000)}!`)).toBe(`${"a".repeat(5_000)}!`);
  expect(cpuMs()).toBeLessThan(5_000);
});
