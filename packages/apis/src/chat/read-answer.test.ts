import { describe, expect, test } from "vitest";
import { readChat } from "./read-chat.ts";

function body(message: unknown, rest: object = {}): string {
  return JSON.stringify({
    id: "x",
    model: "gpt-4o-2024-08-06",
    system_fingerprint: "fp_1",
    choices: [{ index: 0, message, finish_reason: "stop" }],
    usage: { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 },
    ...rest,
  });
}

function readText(text: string): ReturnType<typeof readChat> {
  return readChat(Buffer.from(text));
}

test("a plain answer", () => {
  expect(readText(body({ role: "assistant", content: "hello" }))).toEqual({
    answer: { text: "hello", refusal: null, tool_calls: [], finish_reason: "stop", choices: 1 },
    usage: { input_tokens: 10, output_tokens: 4, cached_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 },
    response_model: "gpt-4o-2024-08-06",
    system_fingerprint: "fp_1",
    complete: true,
    error_body: null,
    skipped_events: 0,
    first_token_offset: null,
    end_offset: null,
  });
});

describe("what a message says", () => {
  const call = { name: "f", arguments: '{"a":1}' };
  test.each<readonly [string, object, object]>([
    ["empty text", { content: "" }, { text: "" }],
    ["no text", { content: null }, { text: null }],
    ["refusal", { content: null, refusal: "no" }, { text: null, refusal: "no" }],
    [
      "parts",
      { content: [{ type: "text", text: "a" }, { type: "thinking", thinking: [] }, { type: "text", text: "b" }, "c"] },
      { text: "abc" },
    ],
    ["refusal part", { content: [{ type: "refusal", refusal: "no" }] }, { text: null, refusal: "no" }],
    [
      "tool call",
      { content: "", tool_calls: [{ id: "1", type: "function", function: call }] },
      { text: null, tool_calls: [call] },
    ],
    [
      "text beside a tool call",
      { content: "so", tool_calls: [{ function: call }] },
      { text: "so", tool_calls: [call] },
    ],
    [
      "custom tool",
      { content: null, tool_calls: [{ type: "custom", custom: { name: "w", input: "x" } }] },
      { tool_calls: [{ name: "w", arguments: "x" }] },
    ],
    [
      "arguments as an object",
      { content: null, tool_calls: [{ function: { name: "f", arguments: { a: 1 } } }] },
      { tool_calls: [call] },
    ],
    ["function_call of old", { content: null, function_call: call }, { tool_calls: [call] }],
    ["a call that is none", { content: "a", tool_calls: [null] }, { tool_calls: [{ name: "", arguments: "" }] }],
  ])("%s", (_name, message, expected) => {
    expect(readText(body(message)).answer).toMatchObject(expected);
  });

  test("of several choices the first by index, and their number", () => {
    const choices = [
      { index: 1, message: { content: "b" } },
      { index: 0, message: { content: "a" }, finish_reason: "length" },
    ];
    expect(readText(body({}, { choices })).answer).toEqual({
      text: "a",
      refusal: null,
      tool_calls: [],
      finish_reason: "length",
      choices: 2,
    });
  });
});

describe("no answer", () => {
  test.each([
    ["", false],
    ["{", false],
    ["<html>", false],
    ["null", false],
    ["[]", false],
    ['{"error":{"message":"x"}}', false],
    ['{"choices":[]}', true],
    ['{"choices":[null,{"index":0}]}', true],
    ['{"choices":{}}', true],
  ])("%s", (text, complete) => {
    expect(readText(text)).toMatchObject({ answer: null, complete });
  });
});
