import fc, { type Arbitrary } from "fast-check";
import { mutated, nested, numbers, values } from "./json.ts";
import { awkward, lengths, shortText } from "./texts.ts";

/** JSON schemas as clients write them, and as nobody should. */

const references = fc.constantFrom(
  "#",
  "#/$defs/a",
  "#/$defs/b",
  "#/definitions/a",
  "#/properties/a",
  "a",
  "#a",
  "https://example.com/s",
  "#/%",
  "",
);

const types = ["object", "array", "string", "number", "integer", "null", "any"] as const;

/** A few keywords each, so that schemas grow in depth and not only in width. */
const plain: Arbitrary<unknown> = fc.letrec((tie) => {
  const some = fc.array(tie("schema"), { maxLength: 3 });
  const map = (...names: readonly string[]): Arbitrary<unknown> =>
    fc.dictionary(fc.constantFrom(...names), tie("schema"), { maxKeys: 3 });
  const keywords: Readonly<Record<string, Arbitrary<unknown>>> = {
    type: fc.oneof(fc.constantFrom(...types), fc.constant(["string", "null"])),
    properties: map("a", "b", "pattern", "$ref", "toString", "__proto__"),
    required: fc.array(fc.constantFrom("a", "b", "__proto__"), { maxLength: 2 }),
    additionalProperties: tie("schema"),
    items: tie("schema"),
    prefixItems: some,
    contains: tie("schema"),
    anyOf: some,
    allOf: some,
    oneOf: some,
    not: tie("schema"),
    if: tie("schema"),
    // What a keyword's name says is the standard's affair.
    // oxlint-disable-next-line unicorn/no-thenable
    then: tie("schema"),
    else: tie("schema"),
    $ref: references,
    $dynamicRef: references,
    $id: fc.oneof(awkward, fc.constantFrom("a", "https://example.com/s", "//", "http://[", "urn:x")),
    $anchor: fc.constantFrom("a", "b"),
    $schema: fc.constantFrom(
      "https://json-schema.org/draft/2020-12/schema",
      "http://json-schema.org/draft-07/schema#",
      "x",
    ),
    $defs: map("a", "b"),
    definitions: map("a"),
    enum: fc.array(values, { maxLength: 3 }),
    const: values,
    minimum: numbers,
    multipleOf: numbers,
    minLength: numbers,
    maxItems: numbers,
    uniqueItems: fc.boolean(),
    unevaluatedProperties: tie("schema"),
    unevaluatedItems: tie("schema"),
    dependentSchemas: map("a"),
    pattern: fc.constantFrom("^(a+)+$", "(", "(?<=a)b", String.raw`\p{L}*`),
    patternProperties: fc.constant({ "^(a|a)*$": true }),
    format: fc.constantFrom("email", "regex", "uri", "date-time"),
    description: shortText,
  };
  const entries = Object.entries(keywords).map(([name, value]) => fc.tuple(fc.constant(name), value));
  return {
    schema: fc.oneof(
      { maxDepth: 4, depthSize: "small" },
      fc.boolean(),
      fc.array(fc.oneof(...entries), { maxLength: 4 }).map((all) => Object.fromEntries(all) as unknown),
    ),
  };
}).schema;

/** Each name refers twice to the next: twice the work with each of them. */
function chain(links: number, keyword: "anyOf" | "allOf" | "oneOf", shape: "properties" | "same"): object {
  const next = (at: number): object => ({ $ref: `#/$defs/n${at}` });
  const $defs = Object.fromEntries(
    Array.from({ length: links }, (_, at) => {
      const to = next(at + 1);
      const both = [to, shape === "same" ? to : { properties: { a: to, b: to } }];
      return [`n${at}`, { [keyword]: both }];
    }),
  );
  return { $defs: { ...$defs, [`n${links}`]: { type: "array", minItems: 1 } }, ...next(0) };
}

const graphs = fc
  .tuple(
    lengths(200),
    fc.constantFrom("anyOf", "allOf", "oneOf" as const),
    fc.constantFrom("properties", "same" as const),
  )
  .map(([links, keyword, shape]) => chain(links, keyword as "anyOf", shape as "same"));

function condition(schema: object): object {
  return Object.fromEntries(["if", "then", "else"].map((keyword) => [keyword, schema]));
}

const conditions = fc.oneof(
  fc.nat({ max: 7 }).map((levels) => {
    let schema: object = { type: "string" };
    for (let level = 0; level < levels; level += 1) schema = condition(schema);
    return schema;
  }),
  fc.constant(condition({ $ref: "#" })),
);

const large = fc.oneof(
  lengths(6_000).map((depth) => ({ properties: { a: nested(depth, "object") } })),
  lengths(6_000).map((depth) => {
    let schema: object = {};
    for (let level = 0; level < depth; level += 1) schema = { items: schema };
    return schema;
  }),
  lengths(4_000).map((count) => ({ enum: Array.from({ length: count }, (_, at) => ({ at })) })),
  fc.constant({ type: "array", uniqueItems: true }),
);

export const schemas: Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: plain },
  { weight: 2, arbitrary: mutated(plain, 2) },
  { weight: 1, arbitrary: graphs },
  { weight: 1, arbitrary: conditions },
  { weight: 1, arbitrary: large },
);
