import { expect, test } from "vitest";
import { chat } from "./chat.ts";

const HEAD = '{"id":"x","object":"chat.completion.chunk","created":1,"model":"m",';
const opening = (...events: readonly string[]) => chat.opening(Buffer.from(events.join("")));

test.each([
  ["a chunk", `data: ${HEAD}"choices":[{"index":0,"delta":{"role":"assistant"}}]}\n\n`],
  ["a chunk with blanks in it", 'data: {"id": "x", "object": "chat.completion.chunk", "choices": []}\n\n'],
  ["a chunk that speaks of errors", `data: ${HEAD}"choices":[{"index":0,"delta":{"content":"an error"}}]}\n\n`],
  ["an event too long to be looked at at once", `data: ${HEAD}"choices":[],"x":"${"x".repeat(4_000)}"}\n\n`],
])("%s opens an answer", (_what, event) => expect(opening(event)).toBe("answer"));

test.each([
  ["that is all of it", 'data: {"error":{"message":"m"}}\n\n'],
  ["beside what chunks have", `data: ${HEAD}"choices":[],"error":{"message":"m"}}\n\n`],
  ["in a choice", `data: ${HEAD}"choices":[{"index":0,"error":{"message":"m"},"delta":{}}]}\n\n`],
  ["as the finish of a choice", `data: ${HEAD}"choices":[{"index":0,"delta":{},"finish_reason":"error"}]}\n\n`],
])("an error %s opens none", (_where, event) => {
  expect(opening(event)).toHaveProperty("error");
  expect(opening(event, 'data: {"choices":[]}\n\n')).toHaveProperty("error");
});

test("an error behind the first chunk is not looked for", () => {
  expect(opening(`data: ${HEAD}"choices":[]}\n\n`, 'data: {"error":{"message":"m"}}\n\n')).toBe("answer");
});

test.each([
  ["half a chunk", `data: ${HEAD}"choices":[{"in`],
  ["comments alone", ": ping\n\n"],
  ["nothing", ""],
])("%s says nothing yet", (_what, text) => expect(opening(text)).toBeNull());
