import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packed, storableMessage, unpacked } from "./job-data.ts";

/** What a queue does to data on its way: PostgreSQL's jsonb refuses these escapes. */
function carried(data: object): unknown {
  const json = JSON.stringify(data);
  expect(json).not.toMatch(/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/i);
  return JSON.parse(json);
}

describe("job data", () => {
  test("travels as it is", () => {
    const data = { text: "plain, “quoted”, 😀, and \\u0000 spelt out", list: [1, null, true] };
    expect(packed(data)).toBe(data);
    expect(unpacked(data)).toBe(data);
  });

  test.each([
    ["a NUL", { answer: { text: "a\0b" } }],
    ["a lone surrogate", { list: ["ok", "half a \ud83d smile"] }],
    ["a NUL in a key", { "a\0b": 1 }],
  ])("%s comes through a queue that takes none", (_what, data) => {
    expect(unpacked(carried(packed(data)))).toEqual(data);
  });

  test("any JSON comes through", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\0", "\ud800", "\udfff x", "\\u0000"));
    const value = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.array(text), fc.constant(null)));
    fc.assert(
      fc.property(value, (data) => {
        expect(unpacked(carried(packed(data)))).toEqual(JSON.parse(JSON.stringify(data)));
      }),
    );
  });

  test("data that has a json of its own is left alone", () => {
    expect(unpacked({ json: "{}", more: 1 })).toEqual({ json: "{}", more: 1 });
    expect(unpacked({ json: 7 })).toEqual({ json: 7 });
    expect(unpacked(null)).toBeNull();
  });

  test("refuses packed text that is no JSON", () => {
    expect(() => unpacked({ json: "{" })).toThrow(SyntaxError);
  });
});

test("an error's message is made storable and short", () => {
  expect(storableMessage("bad\0 \ud800 request")).toBe("bad \ufffd request");
  expect(storableMessage("x".repeat(5_000))).toHaveLength(1_000);
});

test("nested deeper than anything that was let in is read by nobody, packed or not", () => {
  const deep: unknown = JSON.parse(`${"[".repeat(5_000)}${"]".repeat(5_000)}`);
  expect(() => unpacked({ deep })).toThrow("nested deeper");
  expect(() => unpacked({ json: `${"[".repeat(5_000)}${"]".repeat(5_000)}` })).toThrow("nested deeper");
});
