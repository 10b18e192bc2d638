import { expect, test } from "vitest";
import { fillWildcards, wildcardCaptures } from "./wildcard.ts";

test.each<readonly [string, string, readonly string[] | null]>([
  ["*", "anything/at all", ["anything/at all"]],
  ["*", "", [""]],
  ["openai/*", "openai/gpt-4o", ["gpt-4o"]],
  ["openai/*", "azure/gpt-4o", null],
  ["a*a", "a", null],
  ["*-prod", "x-prod-prod", ["x-prod"]],
  ["a/*/b/*", "a/1/b/2/b/3", ["1", "2/b/3"]],
  ["a/*/b/*/c", "a/1/b/c", null],
  ["*ab*b", "xab", null],
  ["plain", "plain", []],
  ["plain", "other", null],
])("%s and %s", (pattern, name, captures) => {
  expect(wildcardCaptures(pattern, name)).toEqual(captures);
});

test("a name of any length is matched in no time", () => {
  expect(wildcardCaptures("*a*a*a*a*b", "a".repeat(1_000_000))).toBeNull();
});

test.each([
  ["x-*", ["1"], "x-1"],
  ["*/*", ["1", "2"], "1/2"],
  ["*/*", ["1"], "1/1"],
  ["*", ["1", "2"], "1"],
])("%s filled with %o", (template, captures, filled) => {
  expect(fillWildcards(template, captures)).toBe(filled);
});
