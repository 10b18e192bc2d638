import type { CallRecord } from "@understudy/contracts";
import { describe, expect, test } from "vitest";
import { comparePair } from "./compare-pair.ts";
import type { Comparison } from "./comparison.ts";
import { recordSaying, sampleAnswer, sampleRecord } from "./records.fixture.ts";

type Matches = readonly (boolean | null)[];

function nested(bottom: string): string {
  return `${"[".repeat(40_000)}${bottom}${"]".repeat(40_000)}`;
}

function recordCalling(calls: readonly (readonly [string, string])[]): CallRecord {
  return recordSaying(null, { tool_calls: calls.map(([name, written]) => ({ name, arguments: written })) });
}

test("a pair of equal answers, with every figure", () => {
  const silent = sampleRecord({
    role: "silent",
    model_group: "candidate",
    answered_by: "candidate",
    timing: { started_at: 0, total_ms: 9000, model_ms: 400, first_token_ms: 250, queue_wait_ms: 5000 },
    usage: { input_tokens: 10, output_tokens: 30, cached_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 },
    cost_usd: 0.125,
    list_cost_usd: 0.25,
  });
  expect(comparePair(sampleRecord(), silent)).toMatchObject({
    normaliser: 3,
    comparable: true,
    not_comparable: [],
    exact_match: true,
    normalised_match: true,
    length_ratio: 1,
    finish_reason_match: true,
    json_valid: null,
    json_equal: null,
    tool_names_match: null,
    tool_arguments_match: null,
    skipped: [],
    latency_difference_ms: -400,
    latency_ratio: 0.5,
    first_token_difference_ms: 50,
    first_token_ratio: 1.25,
    tokens_per_second_ratio: expect.closeTo(6, 9),
    output_token_difference: 10,
    output_token_ratio: 1.5,
    cost_difference_usd: -0.375,
    cost_ratio: 0.25,
    list_cost_difference_usd: -0.25,
    list_cost_ratio: 0.5,
  } satisfies Partial<Comparison>);
});

describe("texts", () => {
  // Exact, then normalised.
  const rows: [string, string | null, string | null, Matches][] = [
    ["the same", "Yes.", "Yes.", [true, true]],
    ["another answer", "Yes.", "No.", [false, false]],
    ["letter case", "YES", "yes", [false, true]],
    ["whitespace", " a \n\t b ", "a b", [false, true]],
    ["no-break space", "a\u00A0b", "a b", [false, true]],
    ["punctuation at the end", "It is Paris!", "It is Paris", [false, true]],
    ["punctuation inside", "a, b", "a b", [false, false]],
    ["composed and decomposed letters", "caf\u00E9", "cafe\u0301", [false, true]],
    ["full-width forms", "\uFF21\uFF22\uFF01", "ab", [false, true]],
    ["nothing but punctuation", "?", "!", [false, false]],
    ["both silent", "", null, [null, null]],
    ["one silent", "Yes.", null, [false, false]],
    ["brackets at the end count", "f(x)", "f(x", [false, false]],
  ];
  test.each(rows)("%s", (_name, primary, silent, [exact_match, normalised_match]) => {
    const there = comparePair(recordSaying(primary), recordSaying(silent));
    expect(there).toMatchObject({ exact_match, normalised_match });
    const back = comparePair(recordSaying(silent), recordSaying(primary));
    expect(back).toMatchObject({ exact_match, normalised_match });
  });

  test("a refusal in its own field counts as the text", () => {
    const refusal = recordSaying(null, { refusal: "I cannot help." });
    expect(comparePair(refusal, recordSaying("I cannot help."))).toMatchObject({ exact_match: true, length_ratio: 1 });
    expect(comparePair(refusal, recordSaying("Sure."))).toMatchObject({ exact_match: false });
  });

  test.each([
    ["1234", "12", 0.5],
    ["12", "", 0],
    ["", "12", null],
  ])("length of %o and %o", (primary, silent, length_ratio) => {
    expect(comparePair(recordSaying(primary), recordSaying(silent))).toMatchObject({ length_ratio });
  });

  test.each([
    ["stop", "stop", true],
    ["stop", "length", false],
    [null, "stop", null],
    [null, null, null],
  ])("finish reasons %o and %o", (primary, silent, finish_reason_match) => {
    const pair = comparePair(
      recordSaying("a", { finish_reason: primary }),
      recordSaying("a", { finish_reason: silent }),
    );
    expect(pair).toMatchObject({ finish_reason_match });
  });
});

describe("JSON", () => {
  const neither = { json_valid: null, json_equal: null };
  const equal = { json_valid: { primary: true, silent: true }, json_equal: true };
  const unequal = { ...equal, json_equal: false };
  const primaryOnly = { json_valid: { primary: true, silent: false }, json_equal: null };
  const silentOnly = { json_valid: { primary: false, silent: true }, json_equal: null };
  const rows: [string, string, string, Pick<Comparison, "json_valid" | "json_equal">][] = [
    ["prose", "yes", "no", neither],
    ["bare values are prose", "1", "true", neither],
    ["order of keys", '{"a":1,"b":[1,2]}', '{ "b": [1.0, 2], "a": 1 }', equal],
    ["order of items", "[1,2]", "[2,1]", unequal],
    ["null and absent", '{"a":null}', "{}", unequal],
    ["a key more", '{"a":1}', '{"a":1,"b":1}', unequal],
    ["other key, same number of keys", '{"a":1}', '{"b":1}', unequal],
    ["list and object", "[]", "{}", unequal],
    ["list and object with the same keys", '["x"]', '{"0":"x"}', unequal],
    ["text and number", '{"a":"1"}', '{"a":1}', unequal],
    ["names of every object", '{"toString":1}', '{"valueOf":1}', unequal],
    ["names of prototypes", '{"__proto__":{"a":1}}', '{"__proto__":{"a":2}}', unequal],
    ["only the primary", '{"a":1}', '{"a":1', primaryOnly],
    ["only the silent one", "Here are {} for you", "{}", silentOnly],
    ["a code fence around it", "{}", "```json\n{}\n```", equal],
    ["whole numbers beyond a double", '{"a":9007199254740993}', '{"a":9007199254740992}', unequal],
  ];
  test.each(rows)("%s", (_name, primary, silent, expected) => {
    expect(comparePair(recordSaying(primary), recordSaying(silent))).toMatchObject(expected);
  });

  test("nested deeper than the stack", () => {
    const primary = recordSaying(nested("1"));
    expect(comparePair(primary, recordSaying(nested(" 1")))).toMatchObject({ json_equal: true });
    expect(comparePair(primary, recordSaying(nested("2")))).toMatchObject({ json_equal: false });
  });
});

describe("tool calls", () => {
  // Names, then arguments.
  const rows: [string, [string, string][], [string, string][], Matches][] = [
    ["none", [], [], [null, null]],
    ["the same", [["find", '{"a":1}']], [["find", '{ "a": 1.0 }']], [true, true]],
    ["other arguments", [["find", '{"a":1}']], [["find", '{"a":2}']], [true, false]],
    ["another tool", [["find", "{}"]], [["search", "{}"]], [false, false]],
    ["only the primary calls", [["find", "{}"]], [], [false, false]],
    ["only the silent one calls", [], [["find", "{}"]], [false, false]],
    [
      "one call more",
      [["find", "{}"]],
      [
        ["find", "{}"],
        ["find", "{}"],
      ],
      [false, false],
    ],
    [
      "another order",
      [
        ["a", "1"],
        ["b", "2"],
      ],
      [
        ["b", "2"],
        ["a", "1"],
      ],
      [true, true],
    ],
    [
      "same tool twice, arguments crossed",
      [
        ["a", "1"],
        ["a", "2"],
      ],
      [
        ["a", "2"],
        ["a", "1"],
      ],
      [true, true],
    ],
    [
      "same tool twice, repeated by the primary",
      [
        ["a", "1"],
        ["a", "1"],
      ],
      [
        ["a", "1"],
        ["a", "2"],
      ],
      [true, false],
    ],
    [
      "same tool twice, one repeated",
      [
        ["a", "1"],
        ["a", "2"],
      ],
      [
        ["a", "1"],
        ["a", "1"],
      ],
      [true, false],
    ],
    [
      "arguments swapped between tools",
      [
        ["a", "1"],
        ["b", "2"],
      ],
      [
        ["a", "2"],
        ["b", "1"],
      ],
      [true, false],
    ],
    ["nothing and an empty object", [["a", ""]], [["a", "{}"]], [true, true]],
    ["the same broken arguments", [["a", '{"x"']], [["a", '{"x" ']], [true, true]],
    ["broken and whole arguments", [["a", '{"x"']], [["a", '{"x":1}']], [true, false]],
    [
      "names that look like two",
      [["a,b", ""]],
      [
        ["a", ""],
        ["b", ""],
      ],
      [false, false],
    ],
  ];
  test.each(rows)("%s", (_name, primary, silent, [tool_names_match, tool_arguments_match]) => {
    expect(comparePair(recordCalling(primary), recordCalling(silent))).toMatchObject({
      tool_names_match,
      tool_arguments_match,
    });
  });
});

describe("time, tokens and money", () => {
  test("a figure is null when one side lacks it", () => {
    const unknown = sampleRecord({
      timing: { started_at: 0, total_ms: 900, model_ms: null, first_token_ms: null, queue_wait_ms: null },
      usage: null,
      cost_usd: null,
      list_cost_usd: null,
    });
    const nothing = {
      latency_difference_ms: null,
      latency_ratio: null,
      first_token_difference_ms: null,
      first_token_ratio: null,
      tokens_per_second_difference: null,
      tokens_per_second_ratio: null,
      output_token_difference: null,
      output_token_ratio: null,
      cost_difference_usd: null,
      cost_ratio: null,
      list_cost_difference_usd: null,
      list_cost_ratio: null,
    };
    expect(comparePair(sampleRecord(), unknown)).toMatchObject(nothing);
    expect(comparePair(unknown, sampleRecord())).toMatchObject(nothing);
  });

  test("a free primary has a difference and no ratio", () => {
    const free = sampleRecord({ cost_usd: 0 });
    expect(comparePair(free, sampleRecord())).toMatchObject({ cost_difference_usd: 0.5, cost_ratio: null });
    expect(comparePair(sampleRecord(), free)).toMatchObject({ cost_difference_usd: -0.5, cost_ratio: 0 });
  });
});

describe("large answers", () => {
  const large = "a".repeat(1024 * 1024 + 1);

  test("skip the costlier figures of texts and say so", () => {
    for (const [primary, silent] of [
      [large, "a"],
      ["a", large],
      [large, large],
    ] as const) {
      expect(comparePair(recordSaying(primary), recordSaying(silent))).toMatchObject({
        exact_match: primary === silent,
        normalised_match: primary === silent ? true : null,
        json_valid: null,
        json_equal: null,
        length_ratio: silent.length / primary.length,
        comparable: true,
        skipped: expect.arrayContaining([
          ...(primary === silent ? [] : ["normalised_match", "rouge_l"]),
          "json_valid",
          "json_equal",
        ]),
      });
    }
  });

  test("skip tool arguments and keep tool names", () => {
    const wordy = recordSaying(null, { tool_calls: [{ name: "save", arguments: JSON.stringify(large) }] });
    const many = recordSaying(null, { tool_calls: Array.from({ length: 101 }, () => ({ name: "a", arguments: "" })) });
    for (const record of [wordy, many]) {
      expect(comparePair(record, record)).toMatchObject({
        tool_names_match: true,
        tool_arguments_match: null,
        skipped: ["tool_arguments_match", "tool_arguments_valid"],
      });
    }
  });

  test("of texts too long to be read whole, what differs is read", () => {
    const book = Array.from({ length: 4_000 }, (_, index) => `Item ${index} costs ${index % 97} dollars. `).join("");
    const answer = (text: string) => comparePair(recordSaying(book.slice(0, 15_000)), recordSaying(text));
    expect(answer(book.slice(0, 15_000).replace("Item 300 costs 9 ", "Item 300 costs 8 "))).toMatchObject({
      agrees: false,
      reason: "other_number",
      skipped: expect.not.arrayContaining(["facts"]),
    });
    expect(answer(book.slice(20_000, 35_000))).toMatchObject({ agrees: false });
    expect(comparePair(recordSaying(book), recordSaying(book.replace("Item 9 ", "Item 8 ")))).toMatchObject({
      agrees: true,
    });
  });
});

test("without both answers there is nothing to match", () => {
  const silent = sampleRecord({ status: "error", answer: null });
  expect(comparePair(sampleRecord({ answer: sampleAnswer() }), silent)).toMatchObject({
    comparable: false,
    exact_match: null,
    normalised_match: null,
    length_ratio: null,
    finish_reason_match: null,
    tool_names_match: null,
    latency_difference_ms: 0,
  });
});
