import { startCpuTimer } from "@understudy/runtime/fixture";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WireObject } from "@understudy/apis";
import { rewriteJson } from "./rewrite.ts";
import { hasDuplicateKeys } from "./spans.ts";

type Edit = (body: WireObject) => WireObject;

function rewritten(text: string, edit: Edit): string {
  const original = JSON.parse(text) as WireObject;
  return rewriteJson(text, original, edit(original));
}

const ODD_NUMBERS = [
  "9007199254740993",
  "9223372036854775807",
  "-0",
  "1.0",
  "1e400",
  "1E5",
  "0.1000",
  "-1.50e-3",
  "12345678901234567890.123456789",
];
const ODD_STRINGS = [
  String.raw`"\ud800"`,
  String.raw`"caf\u00e9"`,
  String.raw`"\/\u0041\"\\"`,
  '"[{,:}]"',
  String.raw`"\\\""`,
  '"😀"',
];

describe("what no edit touches stands as it was written", () => {
  test.each([...ODD_NUMBERS, ...ODD_STRINGS])("%s", (odd) => {
    const text = `{"model":"a", "x" : ${odd} ,"list":[${odd}, {"deep":${odd}}],"tools":[{"n":${odd}},{"type":"out"}],"gone":${odd}}`;
    const out = rewritten(text, ({ gone: _gone, ...body }) => {
      const tools = (body["tools"] as unknown[]).slice(0, 1);
      return { ...body, model: "b", tools, more: "new" };
    });
    expect(out).toBe(`{"model":"b","x" : ${odd},"list":[${odd}, {"deep":${odd}}],"tools":[{"n":${odd}}],"more":"new"}`);
  });

  test("under another name too", () => {
    expect(rewritten('{"max_tokens":1e2,"b":1}', ({ max_tokens, ...rest }) => ({ ...rest, most: max_tokens }))).toBe(
      '{"b":1,"most":1e2}',
    );
  });

  test("within a message of which one word changes", () => {
    const text = String.raw`{"messages":[{"role":"developer","content":"\u00e9","n":1.0},{"role":"user", "content":"b"}]}`;
    const out = rewritten(text, (body) => ({
      messages: (body["messages"] as WireObject[]).map((one) =>
        one["role"] === "developer" ? { ...one, role: "system" } : one,
      ),
    }));
    expect(out).toBe(text.replace("developer", "system"));
  });
});

test.each([
  ['{"a":1,"a":2.0,"b":3}', '{"a":2.0,"b":3,"c":0}'],
  [String.raw`{"\u0061":1,"a":2}`, '{"a":2,"c":0}'],
  [" { } ", '{"c":0}'],
  ['{"list":[ ],"o":{ }}', '{"list":[ ],"o":{ },"c":0}'],
  ['{"x":{"a":1,"a":2}}', '{"x":{"a":1,"a":2},"c":0}'],
])("of a key twice in an edited object the last stays: %s", (text, expected) => {
  expect(rewritten(text, (body) => ({ ...body, c: 0 }))).toBe(expected);
});

test("it says what is wanted, whatever is changed", () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  const body = fc.dictionary(
    fc.string().filter((key) => key !== "__proto__"),
    json,
    { maxKeys: 6 },
  );
  const edited = fc.tuple(body, body, fc.integer({ min: 0, max: 3 }), fc.infiniteStream(fc.nat(9)));
  fc.assert(
    fc.property(edited, ([before, other, indent, dice]) => {
      const text = JSON.stringify(before, null, indent);
      const original = JSON.parse(text) as WireObject;
      const wanted = mixed(original, other, () => dice.next().value ?? 0) as WireObject;
      expect(JSON.parse(rewriteJson(text, original, wanted))).toEqual(JSON.parse(JSON.stringify(wanted)));
    }),
    { numRuns: 500 },
  );
});

/** The value with some of it dropped, replaced, moved and added to, and the rest shared. */
function mixed(value: unknown, other: unknown, die: () => number): unknown {
  const roll = die();
  if (roll < 4) return value;
  if (roll === 9) return other;
  if (Array.isArray(value)) {
    const kept = value.filter(() => die() > 1).map((element: unknown) => mixed(element, other, die));
    return roll < 6 ? kept : [other, ...kept];
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(() => die() > 1);
  const kept = entries.map(([key, inner]) => [die() === 0 ? `${key}2` : key, mixed(inner, other, die)] as const);
  return Object.fromEntries(roll < 6 ? kept : [...kept, ["added", other]]);
}

test.each([
  ['{"a":{"b":1,"b":2}}', true],
  ['{"a":[{"b":1},{"b":2}],"b":{"b":"\\"b\\":"}}', false],
  ['[{"a":1,"c":[{"x":1,"y":{},"x":2}]}]', true],
  [String.raw`{"a":1,"\u0061":2}`, true],
  ['{"a":"a","b":["a","a"]}', false],
])("a key that stands twice is found: %s", (text, found) => {
  expect(hasDuplicateKeys(text, { start: 0, end: text.length })).toBe(found);
});

test("an object of thousands of keys is written anew", () => {
  const keys = Array.from({ length: 5_000 }, (_, index) => `"k${index}":1.0`).join(",");
  expect(rewritten(`{${keys}}`, (body) => ({ ...body, k0: 2 }))).toBe(
    `{${keys.replaceAll("1.0", "1").replace("1", "2")}}`,
  );
});

test("ten megabytes are edited in well under a second", () => {
  for (const unit of ['{"a":1},', "[[[]]],", '"\\\\\\"",', "1,", '{"a":{"a":{"a":[]}}},']) {
    const text = `{"list":[${unit.repeat(10_000_000 / unit.length)}0],"model":"a"}`;
    const original = JSON.parse(text) as WireObject;
    const cpuMs = startCpuTimer();
    const list = (original["list"] as unknown[]).slice(0, -1);
    expect(rewriteJson(text, original, { ...original, model: "b" }).length).toBe(text.length);
    expect(rewriteJson(text, original, { list }).length).toBeGreaterThan(5_000_000);
    expect(hasDuplicateKeys(text, { start: 0, end: text.length })).toBe(false);
    expect(cpuMs()).toBeLessThan(5_000);
  }
});
