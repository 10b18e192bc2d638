import { startCpuTimer } from "@understudy/runtime/fixture";
import type { OwnCheck } from "@understudy/config";
import { describe, expect, test } from "vitest";
import { sampleAnswer } from "../compare/records.fixture.ts";
import { checkedAnswer } from "./checked-answer.ts";
import { passes, type PureCheck } from "./holds.ts";
import { type CheckedAs, worthOf } from "./outcome.ts";

function holds(type: PureCheck, value: unknown, text: string, not = false): boolean {
  const check: OwnCheck & { type: PureCheck } = { type, not, name: type, value, threshold: null };
  return passes(check, checkedAnswer(sampleAnswer({ text }), null));
}

describe("an answer passes", () => {
  test.each<[PureCheck, unknown, string, string]>([
    ["equals", "yes", "yes", "Yes"],
    ["equals", { a: [1] }, ' {"a": [1]} ', '{"a": [2]}'],
    ["contains", "Regards", "Kind Regards, Ann", "kind regards"],
    ["icontains", "Regards", "kind regards", "bye"],
    ["contains-all", ["a", "b"], "b a", "a"],
    ["contains-any", ["x", "b"], "b a", "a"],
    ["icontains-all", ["A", "b"], "B a", "a"],
    ["icontains-any", ["X", "b"], "B", "a"],
    ["starts-with", "Dear", "Dear Ann", "Oh Dear"],
    ["regex", String.raw`^\d+$`, "42", "42."],
    ["is-json", null, '{"a":1}', 'Here: {"a":1}'],
    ["is-json", { type: "object", required: ["a"] }, '{"a":1}', '{"b":1}'],
    ["is-json", { properties: { a: { pattern: "^x" } } }, '{"a":"xy"}', '{"a":"y"}'],
    ["contains-json", null, 'Here [it is]: {"a":"}"} there', "Here: {it is}"],
    ["contains-json", { required: ["b"] }, 'One {"a":1}, two {"b":1}', 'One {"a":{"b":1}}'],
    ["is-refusal", null, "I'm sorry, but I can't help with that.", "Here you are."],
  ])("%s %j", (type, value, right, wrong) => {
    expect([holds(type, value, right), holds(type, value, wrong)]).toEqual([true, false]);
    expect([holds(type, value, right, true), holds(type, value, wrong, true)]).toEqual([false, true]);
  });

  test("without its thoughts, and with its calls where there is no text", () => {
    expect(holds("equals", "yes", "<think>no</think>yes")).toBe(true);
    const calls = sampleAnswer({ text: null, tool_calls: [{ name: "look_up", arguments: "{}" }] });
    expect(checkedAnswer(calls, null).output).toBe(
      '[{"type":"function","function":{"name":"look_up","arguments":"{}"}}]',
    );
  });

  test("a text of brackets alone in time", () => {
    const cpuMs = startCpuTimer();
    expect(holds("contains-json", null, "{[".repeat(50_000))).toBe(false);
    expect(cpuMs()).toBeLessThan(2_000);
  });
});

describe("a pair is worth", () => {
  const worth = (...sides: readonly (readonly [CheckedAs, CheckedAs, string?])[]) =>
    worthOf({
      set: "s",
      results: sides.map(([primary, silent, type = "contains"], index) => ({
        name: `${index}`,
        type,
        primary,
        silent,
      })),
    });

  test.each<[string, readonly (readonly [CheckedAs, CheckedAs, string?])[], object]>([
    ["a loss where the candidate fails what the primary passes", [["pass", "fail"]], { high: 1, low: 1, told: true }],
    ["a win the other way round", [["fail", "pass"]], { high: -1, low: -1, told: false }],
    [
      "neither where both happen",
      [
        ["fail", "pass"],
        ["pass", "fail"],
      ],
      { high: 0, low: 0, told: true },
    ],
    [
      "neither where they are alike",
      [
        ["pass", "pass"],
        ["fail", "fail"],
      ],
      { high: 0, low: 0, told: true },
    ],
    ["a loss where only the candidate's side ran away", [["pass", "not_run"]], { high: 1, low: 1, told: true }],
    ["nothing better than a failure there", [["fail", "not_run"]], { high: 0, low: 0, told: false }],
    ["the worst for a pass where both ran away", [["not_run", "not_run"]], { high: 1, low: -1, told: false }],
    ["the worst that may be where the primary's did", [["not_run", "pass"]], { high: 0, low: -1, told: false }],
    [
      "the worst that may be where the primary's did and the candidate fails",
      [["not_run", "fail"]],
      { high: 1, low: 0, told: false },
    ],
    ["nothing told by what is only forbidden", [["pass", "pass", "not-contains"]], { high: 0, low: 0, told: false }],
    ["the worst without results", [], { high: 1, low: -1, told: false }],
  ])("%s", (_, sides, expected) => {
    expect(worth(...sides)).toEqual(expected);
  });
});
