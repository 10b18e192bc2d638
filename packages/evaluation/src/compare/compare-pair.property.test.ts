import type { CallRecord } from "@understudy/router";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { comparePair } from "./compare-pair.ts";
import { sampleAnswer, sampleRecord } from "./sample-records.ts";

const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.constantFrom("a", "A", " ", ".", "é", "\n") }),
  fc.json(),
);
const toolCall = fc.record({ name: fc.constantFrom("a", "b"), arguments: fc.oneof(fc.json(), fc.string()) });
const milliseconds = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }));

const record: fc.Arbitrary<CallRecord> = fc
  .record({
    text: fc.option(text),
    tool_calls: fc.array(toolCall, { maxLength: 4 }),
    finish_reason: fc.option(fc.constantFrom("stop", "length")),
    status: fc.constantFrom("ok", "partial", "error"),
    model_ms: milliseconds,
    first_token_ms: milliseconds,
    cost_usd: fc.option(fc.double({ min: 0, max: 10, noNaN: true })),
    answered: fc.boolean(),
  })
  .map(({ status, model_ms, first_token_ms, cost_usd, answered, ...answer }) =>
    sampleRecord({
      status,
      cost_usd,
      answer: answered ? sampleAnswer(answer) : null,
      timing: { started_at: 0, total_ms: 1, model_ms, first_token_ms, queue_wait_ms: null },
    }),
  );

test("a call compared with itself matches in everything it has", () => {
  fc.assert(
    fc.property(record, (call) => {
      const same = comparePair(call, call);
      for (const match of matchesOf(same)) expect([true, null]).toContain(match);
      expect([1, null]).toContain(same.length_ratio);
      expect([1, null]).toContain(same.latency_ratio);
      expect([0, null]).toContain(same.latency_difference_ms);
      expect([0, null]).toContain(same.cost_difference_usd);
      expect(same.not_comparable).not.toContain("parameters_changed");
    }),
  );
});

test("matches are the same whichever call is the primary", () => {
  fc.assert(
    fc.property(record, record, (one, other) => {
      const there = comparePair(one, other);
      const back = comparePair(other, one);
      expect(matchesOf(back)).toEqual(matchesOf(there));
      expect(back.json_valid).toEqual(
        there.json_valid && { primary: there.json_valid.silent, silent: there.json_valid.primary },
      );
    }),
  );
});

test("what matches exactly matches normalised, and what matches in arguments matches in names", () => {
  fc.assert(
    fc.property(record, record, (one, other) => {
      const { exact_match, normalised_match, tool_arguments_match, tool_names_match } = comparePair(one, other);
      expect(exact_match === true && normalised_match !== true).toBe(false);
      expect(tool_arguments_match === true && tool_names_match !== true).toBe(false);
    }),
  );
});

test("a comparison survives JSON", () => {
  fc.assert(
    fc.property(record, record, (one, other) => {
      const comparison = comparePair(one, other);
      expect(Object.values(comparison)).not.toContain(undefined);
      expect(
        Object.values(comparison)
          .filter((figure) => typeof figure === "number")
          .every(Number.isFinite),
      ).toBe(true);
    }),
  );
});

function matchesOf(comparison: ReturnType<typeof comparePair>) {
  const { exact_match, normalised_match, finish_reason_match, json_equal } = comparison;
  const { tool_names_match, tool_arguments_match } = comparison;
  return [exact_match, normalised_match, finish_reason_match, json_equal, tool_names_match, tool_arguments_match];
}
