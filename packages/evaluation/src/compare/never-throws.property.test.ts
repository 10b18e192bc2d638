import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { comparePair } from "./compare-pair.ts";
import type { Comparison } from "./comparison.ts";
import { sampleAnswer, sampleRecord } from "./records.fixture.ts";

/** What makes validators throw: ids and references that are none, are there twice or lead nowhere, and types that are none. */
const id = fc.oneof(
  fc.constantFrom("#a", "a", "https://example.test/s", "http://", "::", "%zz", "", "#%", "urn:x", "//"),
  fc.string({ maxLength: 8 }),
);
const reference = fc.oneof(
  id,
  fc.constantFrom("#", "#/$defs/a", "#/$defs/a/b", "#/nowhere", "https://example.test/remote.json", "#/%25", "#/~2"),
);
const odd = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom(null, 0, -1, Number.POSITIVE_INFINITY, "", [], {}));

const schema = fc.letrec<{ schema: unknown; leaf: unknown }>((tie) => ({
  leaf: fc.oneof(fc.constant(true), fc.constant({}), fc.record({ $ref: reference }), odd),
  schema: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    fc.record(
      {
        $id: fc.oneof(id, odd),
        $anchor: id,
        $dynamicAnchor: id,
        $schema: id,
        type: fc.oneof(fc.constantFrom("object", "array", "string", "nothing"), odd),
        properties: fc.oneof(fc.dictionary(fc.constantFrom("a", "b", "__proto__", "pattern"), tie("schema")), odd),
        patternProperties: fc.oneof(fc.dictionary(fc.constantFrom("(", "(a+)+$", "["), tie("schema")), odd),
        pattern: fc.constantFrom("(", "(a+)+$", "[", "\\p{Nothing}"),
        format: fc.constantFrom("regex", "uri", "date-time", "nothing"),
        items: fc.oneof(tie("schema"), odd),
        prefixItems: fc.oneof(fc.array(tie("schema"), { maxLength: 2 }), odd),
        allOf: fc.oneof(fc.array(tie("schema"), { maxLength: 2 }), odd),
        anyOf: fc.oneof(fc.array(tie("schema"), { maxLength: 2 }), odd),
        not: tie("schema"),
        enum: fc.oneof(fc.array(fc.jsonValue({ maxDepth: 1 })), odd),
        required: fc.oneof(fc.array(fc.string({ maxLength: 3 })), odd),
        $ref: reference,
        $dynamicRef: reference,
        $defs: fc.oneof(fc.dictionary(fc.constantFrom("a", "b"), tie("schema")), odd),
        multipleOf: odd,
        minLength: odd,
        uniqueItems: odd,
      },
      { requiredKeys: [] },
    ),
  ),
}));

const text = fc.oneof(fc.json(), fc.constantFrom('{"a":"aaaaaaaaaaaa!"}', "[1,1]", "", "{", "\0", "\ud800", "[]"));
const answer = fc.record({
  text: fc.option(text),
  refusal: fc.option(text),
  tool_calls: fc.array(fc.record({ name: fc.constantFrom("f", "", "__proto__"), arguments: text }), { maxLength: 3 }),
  finish_reason: fc.option(fc.string({ maxLength: 5 })),
});

function requestWith(schema: unknown): unknown {
  const tools = [{ type: "function", function: { name: "f", parameters: schema } }];
  return { response_format: { type: "json_schema", json_schema: { schema } }, tools };
}

test("whatever a client asks for and models answer, a comparison comes of it", () => {
  fc.assert(
    fc.property(answer, answer, fc.oneof(schema.schema.map(requestWith), odd), (one, other, request) => {
      const [primary, silent] = [one, other].map((said) => sampleRecord({ answer: sampleAnswer(said) }));
      const comparison = comparePair(primary ?? sampleRecord({}), silent ?? sampleRecord({}), request);
      // A reference that goes round is the only thing here that cannot be checked to its end.
      expect(comparison.not_comparable.filter((reason) => reason !== "too_expensive")).toEqual([]);
      expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison);
    }),
    { numRuns: 200 },
  );
});

function nested(levels: number, inner: unknown = {}): unknown {
  let schema = inner;
  for (let level = 0; level < levels; level += 1) schema = { properties: { a: schema } };
  return schema;
}

const LONG_ARRAY = JSON.stringify(Array.from({ length: 49_000 }, () => 1));
const OTHER_LONG_ARRAY = JSON.stringify(Array.from({ length: 49_000 }, () => 2));
const DEEP = `${"[".repeat(49_000)}${"]".repeat(49_000)}`;
const loop = { $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } }, $ref: "#/$defs/a" };

describe("a comparison comes of", () => {
  test.each<readonly [what: string, schema: unknown, text: string]>([
    ["an id that is none", { $id: "http://[" }, "{}"],
    ["an id that is there twice", { $defs: { a: { $id: "#x" }, b: { $id: "#x", type: "object" } } }, "{}"],
    ["a schema as deep as the limit, and a value to it", nested(500), "{}"],
    ["a reference to elsewhere", { $ref: "https://example.test/remote.json" }, "{}"],
    ["a reference to nowhere", { $ref: "#/nowhere" }, "{}"],
    ["an enum of 10,000 values", { enum: Array.from({ length: 10_000 }, (_, index) => index) }, "[1]"],
    ["a pattern that backtracks", { properties: { a: { pattern: "(a+)+$" } } }, `{"a":"${"a".repeat(5_000)}!"}`],
    ["arrays of 49,000", { type: "array" }, LONG_ARRAY],
  ])("%s", (_what, schema, text) => {
    const comparison = compareUnder(schema, text);
    expect(comparison.json_valid).toEqual({ primary: true, silent: true });
    expect(comparison.json_equal).toBe(false);
  });
});

describe("answers that could not be checked are not taken for answers that need no check:", () => {
  test.each<readonly [what: string, schema: unknown, text: string]>([
    ["a schema 5,000 levels deep", nested(5_000), "{}"],
    ["references that go round", loop, "{}"],
    ["a reference to itself", { $ref: "#" }, "{}"],
    ["a value 49,000 levels deep", { type: "array", items: { $ref: "#" } }, DEEP],
    ["a schema of more errors than can be passed on", errors(18), "{}"],
  ])("%s", (_what, schema, text) => {
    expect(compareUnder(schema, text)).toMatchObject({ not_comparable: ["too_expensive"], schema_valid: null });
  });
});

/** 2^levels errors for what is not null. */
function errors(levels: number): unknown {
  const links = Array.from({ length: levels }, (_, index) => {
    const next = { $ref: `#/$defs/s${index + 1}` };
    return [`s${index}`, { anyOf: [next, next] }] as const;
  });
  return { $ref: "#/$defs/s0", $defs: { ...Object.fromEntries(links), [`s${levels}`]: { type: "null" } } };
}

function compareUnder(schema: unknown, text: string): Comparison {
  const call = { name: "f", arguments: text };
  const primary = sampleRecord({ answer: sampleAnswer({ text, tool_calls: [call] }) });
  const silent = sampleRecord({ answer: sampleAnswer({ text: OTHER_LONG_ARRAY, tool_calls: [call] }) });
  return comparePair(primary, silent, requestWith(schema));
}
