import { expect, test } from "vitest";
import { pairsPath, withFilter } from "./filters.ts";

test("the page's filters are the API's, without what is empty or unknown", () => {
  expect(pairsPath("agrees=false&text=&other=1&since=2026-01-31T10:00")).toBe(
    "/api/pairs?limit=30&agrees=false&since=2026-01-31T10%3A00Z",
  );
  expect(pairsPath("")).toBe("/api/pairs?limit=30");
});

test("another filter begins at the first page again", () => {
  expect(withFilter("cursor=abc&agrees=true", "text", "a&b")).toBe("agrees=true&text=a%26b");
  expect(withFilter("agrees=true", "agrees", "")).toBe("");
});
