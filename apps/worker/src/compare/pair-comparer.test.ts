import { keepLines } from "@understudy/runtime/fixture";
import { comparePair } from "@understudy/evaluation/compare";
import { silentLogger, systemClock } from "@understudy/runtime";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { afterAll, describe, expect, test } from "vitest";
import { primaryRecord } from "../job.fixture.ts";
import { createPairComparer } from "./pair-comparer.ts";

const { logger, lines } = keepLines();
const comparer = createPairComparer({ clock: systemClock, logger, longestMs: 1_000 });
afterAll(() => comparer.service.stop(new AbortController().signal));

const answered = (text: string, args = "{}") =>
  primaryRecord({
    answer: { text, refusal: null, tool_calls: [{ name: "f", arguments: args }], finish_reason: "stop", choices: 1 },
  });

type Schema = Readonly<Record<string, unknown>>;

/** 2^60 validations: each definition asks for the next one twice. */
function chain(twice: (next: Schema) => Schema, first: Schema = { type: "object" }): Schema {
  const links = Array.from(
    { length: 60 },
    (_, index) => [`s${index}`, twice({ $ref: `#/$defs/s${index + 1}` })] as const,
  );
  return { $ref: "#/$defs/s0", $defs: { ...Object.fromEntries(links), s60: first } };
}

const never = { type: "null" };
const objects = JSON.stringify(Array.from({ length: 100_000 }, (_, index) => ({ index })));

const HOSTILE: readonly (readonly [what: string, schema: Schema, text: string])[] = [
  ["anyOf", chain((next) => ({ anyOf: [next, next] }), never), "{}"],
  ["oneOf", chain((next) => ({ oneOf: [next, next] })), "{}"],
  ["allOf", chain((next) => ({ allOf: [next, next] })), "{}"],
  [
    "if, then and else",
    chain((next) => Object.fromEntries(["if", "then", "else"].map((keyword) => [keyword, next]))),
    "{}",
  ],
  ["not", chain((next) => ({ not: { allOf: [next, next] } })), "{}"],
  ["dependentSchemas", chain((next) => ({ dependentSchemas: { a: next, b: next } })), '{"a":1,"b":1}'],
  ["propertyNames", chain((next) => ({ propertyNames: next, allOf: [next] }), { type: "string" }), '{"a":1,"b":1}'],
  ["contains", { contains: chain((next) => ({ anyOf: [next, next] }), never), type: "array" }, "[1,2]"],
  ["uniqueItems", { type: "array", uniqueItems: true }, objects],
  ["$dynamicRef", { $dynamicAnchor: "t", anyOf: [{ $dynamicRef: "#t" }, { $dynamicRef: "#t" }] }, "{}"],
  ["$ref to itself", { anyOf: [{ $ref: "#" }, { $ref: "#" }] }, "{}"],
  [
    "an enum of objects, for each of many items",
    { items: { enum: Array.from({ length: 4_000 }, (_, index) => ({ index, a: 1 })) } },
    objects,
  ],
];

describe("a schema that asks for more than can be done", () => {
  test.each(HOSTILE)(
    "with %s: the event loop goes on, and the pair is compared or given up in time",
    async (_what, schema, text) => {
      const format = { response_format: { type: "json_schema", json_schema: { schema } } };
      const tools = { tools: [{ type: "function", function: { name: "f", parameters: schema } }] };
      const delay = monitorEventLoopDelay({ resolution: 10 });
      delay.enable();
      for (const asked of [format, tools]) {
        const [primary, silent] = [answered(text, text), answered(` ${text}`, text)];
        const begun = performance.now();
        const comparison = await comparer.compare({ primary, silent, request: JSON.stringify(asked) }, "pair_1");
        expect([null, 3]).toContain(comparison?.normaliser ?? null);
        expect(performance.now() - begun).toBeLessThan(60_000);
      }
      delay.disable();
      // A thread that starts takes some of one of two cores from it.
      expect(delay.max / 1e6).toBeLessThan(10_000);
    },
  );

  test("is given up, with a line in the log, and the next pair is compared", async () => {
    const schema = chain((next) => ({ anyOf: [next, next] }), never);
    const request = JSON.stringify({ response_format: { type: "json_schema", json_schema: { schema } } });
    const before = lines.length;
    const [hostile, usual] = await Promise.all([
      comparer.compare({ primary: answered("{}"), silent: answered("{} "), request }, "pair_2"),
      comparer.compare({ primary: answered("Hello."), silent: answered("hello"), request: "{}" }, "pair_3"),
    ]);
    expect(hostile).toBeNull();
    expect(usual).toMatchObject({ comparable: true, normalised_match: true });
    expect(lines.slice(before)).toMatchObject([
      { level: "warn", message: "a pair is too expensive to compare", fields: { pair_id: "pair_2" } },
    ]);
  });
});

test("what is compared in a thread is what is compared here", async () => {
  const schema = { type: "object", required: ["a"] };
  const request = { response_format: { type: "json_schema", json_schema: { schema } } };
  const [primary, silent] = [answered('{"a": 1}'), answered('{"b": "ü 😀"}')];
  const there = await comparer.compare({ primary, silent, request: JSON.stringify(request) }, "pair_4");
  expect(there).toEqual(comparePair(primary, silent, request));
  expect(there?.schema_valid).toEqual({ primary: true, silent: false });
});

test("a worker that stops does not call a pair too expensive", async () => {
  const stopping = createPairComparer({ clock: systemClock, logger: silentLogger });
  const comparing = stopping.compare({ primary: answered("a"), silent: answered("b"), request: "{}" }, "pair_5");
  await Promise.all([
    expect(comparing).rejects.toThrow("given up"),
    stopping.service.stop(new AbortController().signal),
  ]);
});
