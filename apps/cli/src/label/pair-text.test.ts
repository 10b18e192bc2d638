import { expect, test } from "vitest";
import { pairText } from "./pair-text.ts";
import { readChoice } from "./read-choice.ts";

const call = { name: "look_up", arguments: '{"word":"hello"}' };

test("a pair fits eighty columns, and writes no control characters", () => {
  const shown = pairText({
    id: "lab_1",
    experiment: "a~b",
    api: "chat",
    request: { messages: [{ role: "user", content: `What is ${"a very long question ".repeat(20)}?\u001b[31m` }] },
    a: { text: `first line\nsecond ${"x".repeat(200)}`, tool_calls: [] },
    b: { text: null, tool_calls: [call] },
    due_at: 0,
  });
  const lines = shown.split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(shown).not.toContain("\u001b");
  expect(lines.filter((line) => line.startsWith("──")).map((line) => line.replaceAll("─", "").trim())).toEqual([
    "what was asked",
    "answer 1",
    "answer 2",
  ]);
  expect(lines).toContain("first line");
  expect(shown).toContain('[tool call: look_up {"word":"hello"}]');
});

test.each([
  ["1", { kind: "label", choice: "a", note: null }],
  [" 2  names the wrong price ", { kind: "label", choice: "b", note: "names the wrong price" }],
  ["3", { kind: "label", choice: "same", note: null }],
  ["s", { kind: "label", choice: "skip", note: null }],
  ["q", { kind: "quit" }],
  ["", { kind: "unread" }],
  ["12", { kind: "unread" }],
  ["better", { kind: "unread" }],
])("what is typed is a key and a note: %j", (line, said) => {
  expect(readChoice(line)).toEqual(said);
});
