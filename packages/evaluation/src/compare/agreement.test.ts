import { startCpuTimer } from "@understudy/runtime/fixture";
import { describe, expect, test } from "vitest";
import { comparePair } from "./compare-pair.ts";
import { jsonDifferences } from "./json/json-differences.ts";
import { recordSaying } from "./records.fixture.ts";

const call = (name: string, written: string) => ({ name, arguments: written });
const LONG =
  "The library opens at nine in the morning and closes at eight in the evening, on Sundays at noon already. ";

function agreement(primary: Parameters<typeof recordSaying>, silent: Parameters<typeof recordSaying>) {
  const { agrees, agreement_rule } = comparePair(recordSaying(...primary), recordSaying(...silent));
  return [agrees, agreement_rule];
}

describe("answers agree by the rule that fits their kind", () => {
  test("tool calls by names and arguments", () => {
    const weather = { tool_calls: [call("weather", '{"city": "Rome", "days": 2}')] };
    expect(agreement([null, weather], [null, { tool_calls: [call("weather", '{"days":2,"city":"Rome"}')] }])).toEqual([
      true,
      "tool_calls",
    ]);
    expect(agreement([null, weather], [null, { tool_calls: [call("weather", '{"city":"Oslo"}')] }])).toEqual([
      false,
      "tool_calls",
    ]);
    expect(agreement([null, weather], ["It is sunny in Rome."])).toEqual([false, "tool_calls"]);
  });

  test("JSON by its structure", () => {
    expect(agreement(['{"a": 1, "b": [2]}'], ['{"b":[2],"a":1}'])).toEqual([true, "json"]);
    expect(agreement(['{"a": 1}'], ['{"a": 2}'])).toEqual([false, "json"]);
    expect(agreement(['{"a": 1}'], ["a is 1"])).toEqual([false, "json"]);
  });

  test("short texts word for word, but for form", () => {
    expect(agreement(["Paris."], ["paris"])).toEqual([true, "short_text"]);
    expect(agreement(["positive"], ["negative"])).toEqual([false, "short_text"]);
  });

  test("long texts by their facts, never by how many words are common", () => {
    expect(agreement([LONG], [LONG.replace("nine", "ten")])).toEqual([false, "long_text"]);
    expect(agreement([LONG], [`${LONG}It is closed on Mondays.`])).toEqual([null, "long_text"]);
    expect(agreement([LONG], [`${LONG}I hope this helps!`])).toEqual([true, "long_text"]);
    // No spaces between words: Chinese is cut into signs.
    expect(
      agreement(
        ["图书馆每天早上九点开门，晚上八点关门，星期天中午就关门了。".repeat(3)],
        ["图书馆每天早上九点开门，晚上八点关门，星期天中午不开门。".repeat(3)],
      ),
    ).toEqual([false, "long_text"]);
  });

  test("programs by their tokens, refusals by being ones", () => {
    const code = "```js\nconst sum = (a, b) => a + b;\n```";
    expect(agreement([code], [code.replaceAll(" ", "  ")])).toEqual([true, "code"]);
    expect(agreement([code], [code.replace("+", "-")])).toEqual([false, "code"]);
    expect(agreement(["I can't help with that."], ["I'm sorry, but I cannot assist."])).toEqual([true, "refusal"]);
  });

  test("not at all when only one side answers", () => {
    expect(agreement([LONG], [""])).toEqual([false, "one_sided"]);
    expect(agreement([LONG], ["I'm sorry, but I can't help with that."])).toEqual([false, "one_sided"]);
    expect(agreement(["Yes."], [null, { refusal: "I can not." }])).toEqual([false, "one_sided"]);
    expect(agreement([LONG], [LONG, { finish_reason: "length" }])).toEqual([false, "one_sided"]);
    expect(agreement([""], [""])).toEqual([null, null]);
  });

  test("nobody knows how two answers go on that were both cut", () => {
    const cut = { finish_reason: "length" };
    const both = (primary: string, silent: string) =>
      comparePair(recordSaying(primary, cut), recordSaying(silent, cut));
    expect(both(LONG, LONG)).toMatchObject({ agrees: null, reason: "both_truncated", likeness: "unmeasured" });
    expect(both(LONG, LONG.replace("nine", "ten"))).toMatchObject({ agrees: false, likeness: "different" });
  });
});

describe("kind and likeness", () => {
  const said = (primary: string, silent: string, request: unknown = null) =>
    comparePair(recordSaying(primary), recordSaying(silent), request);

  test("the kind is the primary's, whatever the silent model answers", () => {
    const calling = { tool_calls: [call("weather", "{}")] };
    const silents = ["Paris", LONG, '{"a":1}', "", "I can't help with that."];
    const kinds = (primary: Parameters<typeof recordSaying>) =>
      new Set(silents.map((silent) => comparePair(recordSaying(...primary), recordSaying(silent)).kind));
    expect(kinds(["Paris"])).toEqual(new Set(["closed"]));
    expect(kinds([LONG])).toEqual(new Set(["long_text"]));
    expect(kinds(['{"label":"a"}'])).toEqual(new Set(["json"]));
    expect(kinds([JSON.stringify({ why: LONG })])).toEqual(new Set(["json_text"]));
    expect(kinds(["```\nlet a = 1;\n```"])).toEqual(new Set(["code"]));
    expect(kinds(["I can't help with that."])).toEqual(new Set(["refusal"]));
    expect(kinds([""])).toEqual(new Set(["empty"]));
    expect(kinds([null, calling])).toEqual(new Set(["tool_calls"]));
    const json = { response_format: { type: "json_object" } };
    expect(said("Paris", '{"city":"Paris"}', json).kind).toBe("json");
  });

  test("likeness says what was measured, and what nothing here can tell", () => {
    expect(said("Paris", "**Paris**").likeness).toBe("same");
    expect(said("Paris", "Rome").likeness).toBe("different");
    expect(said("Paris", "").likeness).toBe("different");
    expect(said("", "").likeness).toBe("unmeasured");
    expect(said(LONG, `${LONG}It is closed on Mondays.`).likeness).toBe("unclear");
    const large = `{"a":"${"x".repeat(200_000)}"}`;
    expect(said(large, large.replace("x", "y"))).toMatchObject({ likeness: "unmeasured", reason: "too_large" });
    const failed = comparePair(recordSaying("Paris"), { ...recordSaying("Paris"), status: "error", answer: null });
    expect(failed).toMatchObject({ kind: null, agrees: null, likeness: "unmeasured" });
  });
});

describe("flags", () => {
  test("tell what an answer is by itself", () => {
    const figures = comparePair(
      recordSaying("Half a", { finish_reason: "length" }),
      recordSaying("As an AI, I can't help."),
    );
    expect(figures).toMatchObject({
      truncated: { primary: true, silent: false },
      refusal: { primary: false, silent: true },
      empty: { primary: false, silent: false },
    });
  });

  test("tell another language", () => {
    const german = "Die Bibliothek öffnet um neun Uhr morgens und schließt um acht Uhr abends.";
    expect(comparePair(recordSaying(LONG), recordSaying(german)).language_match).toBe(false);
    expect(comparePair(recordSaying(LONG), recordSaying(LONG)).language_match).toBe(true);
    expect(comparePair(recordSaying("Yes"), recordSaying("Ja")).language_match).toBeNull();
  });
});

describe("the request's own schemas", () => {
  const schema = {
    type: "object",
    properties: { age: { type: "integer" }, pattern: { type: "string" } },
    required: ["age"],
  };
  const asking = (wanted: unknown) => ({
    response_format: { type: "json_schema", json_schema: { name: "x", schema: wanted } },
  });

  test("are what JSON answers are held to", () => {
    const figures = comparePair(recordSaying('{"age": 3}'), recordSaying('{"age": "three"}'), asking(schema));
    expect(figures.schema_valid).toEqual({ primary: true, silent: false });
    expect(comparePair(recordSaying('{"age": 3}'), recordSaying("{}")).schema_valid).toBeNull();
  });

  test("are what tool arguments are held to", () => {
    const request = { tools: [{ type: "function", function: { name: "add", parameters: schema } }] };
    const figures = comparePair(
      recordSaying(null, { tool_calls: [call("add", '{"age": 1}')] }),
      recordSaying(null, { tool_calls: [call("add", "{}")] }),
      request,
    );
    expect(figures.tool_arguments_valid).toEqual({ primary: true, silent: false });
  });

  test("cannot hold the worker up or bring it down", () => {
    const cpuMs = startCpuTimer();
    const evil = { type: "object", properties: { a: { type: "string", pattern: "^(a+)+$" } } };
    const answer = recordSaying(JSON.stringify({ a: `${"a".repeat(60)}!` }));
    expect(comparePair(answer, answer, asking(evil)).schema_valid).toEqual({ primary: true, silent: true });
    const loop = { $ref: "https://127.0.0.1:9/never-asked" };
    expect(comparePair(answer, answer, asking(loop)).schema_valid).toBeNull();
    const huge = { enum: Array.from({ length: 20_000 }, String) };
    expect(comparePair(answer, answer, asking(huge)).schema_valid).toBeNull();
    expect(cpuMs()).toBeLessThan(2_000);
  });
});

test("JSON differs by path", () => {
  const one = { kept: 1, gone: true, list: [1, { deep: "x" }], "a/b~c": null };
  const other = { kept: 1, list: [1, { deep: "y" }, 3], "a/b~c": 0 };
  expect(jsonDifferences(one, other, 20)).toEqual([
    { path: "/gone", kind: "removed", primary: true },
    { path: "/list/1/deep", kind: "changed", primary: "x", silent: "y" },
    { path: "/list/2", kind: "added", silent: 3 },
    { path: "/a~1b~0c", kind: "changed", primary: null, silent: 0 },
  ]);
  expect(jsonDifferences(one, other, 1)).toHaveLength(1);
});

test("answers of any size are compared in bounded time", () => {
  const cpuMs = startCpuTimer();
  const words = Array.from({ length: 100_000 }, (_, index) => `word${index % 977}`).join(" ");
  const nested = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;
  for (const text of [words, nested, "x".repeat(8 * 1024 * 1024)]) {
    const figures = comparePair(recordSaying(text), recordSaying(`${text} `));
    expect(figures.comparable).toBe(true);
    expect(figures.skipped.length).toBeGreaterThan(0);
  }
  expect(cpuMs()).toBeLessThan(10_000);
});
