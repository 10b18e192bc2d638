import { expect, test } from "vitest";
import { isSecretLike, isVariableName, printable, quoted, shown } from "./shown.ts";

test.each([
  "gpt-4o-2024-08-06",
  "claude-3-5-sonnet-20241022",
  "openai/gpt-4.1-mini",
  "fireworks_ai/accounts/fireworks/models/llama-v3p1-405b-instruct",
  "Qwen/Qwen3-Next-80B-A3B-Thinking",
  "us.anthropic.claude-3-7-sonnet-20250219-v1:0",
  "meta-llama/Llama-3.3-70B-Instruct-Turbo",
  "my model",
  "bewertungsmodell-für-köln",
])("the name %s is shown", (name) => {
  expect(isSecretLike(name)).toBe(false);
  expect(shown(name)).toContain(name);
});

test.each([
  "sk-test-1",
  "sk-proj-abc",
  "gsk_abcdefgh",
  "9f86d081884c7d659a2feaa0c55ad015",
  "dGhpcyBpcyBhIHRlc3Qga2V5",
  "123e4567-e89b-12d3-a456-426614174000",
  "AKIAIOSFODNN7EXAMPLE",
  "Bearer abc",
  "eyJhbGciOi.eyJzdWIi.c2ln",
  "https://user:pass@example.com",
  "my-password",
  "a1b2-c3d4-e5f6-a7b8-c9d0",
  "x".repeat(200),
])("%s may be a secret, and only its length is told", (text) => {
  for (const said of [shown(text), quoted(text)]) expect(said).toBe(`(a text of ${text.length} characters)`);
});

test.each([
  ["OPENAI_API_KEY", true],
  ["AZURE_API_KEY_EU2", true],
  ["my_token", true],
  ["sk-test-1", false],
  ["AKIAIOSFODNN7EXAMPLE", false],
  ["9f86d081884c7d659a2feaa0c55ad015", false],
  ["two words", false],
])("whether %s is a variable's name: %s", (name, is) => {
  expect(isVariableName(name)).toBe(is);
});

test("what does not print is written as an escape", () => {
  expect(printable("a\nb\u001b[2K\u202ec\u0085")).toBe(String.raw`a\nb\u001b[2K\u202ec\u0085`);
  expect(printable("für köln 日本")).toBe("für köln 日本");
});
