import type { Change, CallRecord } from "@understudy/contracts";
import { describe, expect, test } from "vitest";
import { comparePair } from "./compare-pair.ts";
import { recordWithout, sampleRecord } from "./records.fixture.ts";

const whole = sampleRecord();

function reasons(primary: CallRecord, silent: CallRecord): readonly string[] {
  const { comparable, not_comparable } = comparePair(primary, silent);
  expect(comparable).toBe(not_comparable.length === 0);
  return not_comparable;
}

function silentAfter(action: Change["action"], param: string): CallRecord {
  return sampleRecord({ changes: [{ action, param, reason: "not supported" }] });
}

describe("how the calls ended", () => {
  const failed = sampleRecord({ status: "error", answer: null });
  const partial = sampleRecord({ status: "partial" });
  const unreadable = sampleRecord({ answer: null });
  const elsewhere = sampleRecord({ answered_by: "backup" });
  test.each([
    ["both well", whole, whole, []],
    ["primary failed", failed, whole, ["primary_failed"]],
    ["primary answer unreadable", unreadable, whole, ["primary_failed"]],
    ["primary cut short", partial, whole, ["primary_partial"]],
    ["silent failed", whole, failed, ["silent_failed"]],
    ["silent cut short", whole, partial, ["silent_failed"]],
    ["silent answer unreadable", whole, unreadable, ["silent_failed"]],
    ["both failed", failed, failed, ["primary_failed", "silent_failed"]],
    ["primary from a fallback", elsewhere, whole, ["answered_by_fallback"]],
    ["silent from a fallback", whole, elsewhere, ["answered_by_fallback"]],
    ["nobody answered", sampleRecord({ ...failed, answered_by: null }), whole, ["primary_failed"]],
  ])("%s", (_name, primary, silent, expected) => {
    expect(reasons(primary, silent)).toEqual(expected);
  });
});

describe("what was taken from the request", () => {
  test.each<[Change["action"], string, string[]]>([
    ["dropped", "temperature", ["parameters_changed"]],
    ["stripped", "response_format", ["parameters_changed"]],
    ["dropped", "tool_choice", ["parameters_changed"]],
    ["dropped", "logit_bias.50256", ["parameters_changed"]],
    ["stripped", "messages[2].content[0]", ["parameters_changed"]],
    ["stripped", "tools", ["tools_stripped"]],
    ["stripped", "tools[1]", ["tools_stripped"]],
    ["dropped", "functions", ["tools_stripped"]],
    ["dropped", "seed", []],
    ["dropped", "thoughts", []],
    ["dropped", "thinking", ["parameters_changed"]],
    ["renamed", "max_tokens", []],
    ["set", "max_tokens", []],
    ["dropped", "stream_options.include_usage", []],
    ["dropped", "stream_options", []],
    ["stripped", "user", []],
    ["stripped", "metadata.trace_id", []],
    ["stripped", "store", []],
    ["stripped", "messages[0].cache_control", []],
  ])("%s %s", (action, param, expected) => {
    expect(reasons(whole, silentAfter(action, param))).toEqual(expected);
    expect(reasons(silentAfter(action, param), whole)).toEqual(expected);
  });

  test("is no difference when both calls lost it", () => {
    expect(reasons(recordWithout("stop", "top_p"), recordWithout("top_p", "stop"))).toEqual([]);
    expect(reasons(recordWithout("stop", "top_p"), recordWithout("top_p"))).toEqual(["parameters_changed"]);
  });
});
