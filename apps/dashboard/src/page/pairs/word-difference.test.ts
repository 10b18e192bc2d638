import { expect, test } from "vitest";
import { wordDifference } from "./word-difference.ts";

test("texts are cut into what is shared and what is of one side", () => {
  const parts = wordDifference("The capital is Paris.", "The capital is Lyon.") ?? [];
  expect(
    parts
      .filter(({ kind }) => kind !== "silent")
      .map(({ text }) => text)
      .join(""),
  ).toBe("The capital is Paris.");
  expect(
    parts
      .filter(({ kind }) => kind !== "primary")
      .map(({ text }) => text)
      .join(""),
  ).toBe("The capital is Lyon.");
  expect(parts.filter(({ kind }) => kind === "silent").map(({ text }) => text)).toEqual(["Lyon"]);
});

test("texts that are too long stay whole", () => {
  expect(wordDifference("a ".repeat(30_000), "b ".repeat(30_000))).toBeNull();
});
