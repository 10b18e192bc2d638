import type { CallRecord } from "@understudy/contracts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { CHECKS, checksOf } from "./checks.ts";
import { comparePair } from "./compare-pair.ts";
import { sampleAnswer, sampleRecord } from "./records.fixture.ts";

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

const words = fc
  .array(
    fc.constantFrom(
      ..."the library opens at nine not ten in May 2025 , . Paris Rome 5 5.0 $5 € never and or 東京 です не".split(" "),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(" "));
const anyText = fc.oneof(text, words, fc.json(), fc.string({ unit: "binary" }));

test("identical answers agree, where there is anything to agree on", () => {
  fc.assert(
    fc.property(anyText, (said) => {
      const call = sampleRecord({ answer: sampleAnswer({ text: said }) });
      const { agrees, reason } = comparePair(call, call);
      expect(agrees === true || reason === "both_empty").toBe(true);
    }),
  );
});

test("two answers of one kind agree or not whichever is the primary's", () => {
  fc.assert(
    fc.property(anyText, anyText, (one, other) => {
      const [here, there] = [one, other].map((said) => sampleRecord({ answer: sampleAnswer({ text: said }) }));
      const ahead = comparePair(here ?? sampleRecord(), there ?? sampleRecord());
      const back = comparePair(there ?? sampleRecord(), here ?? sampleRecord());
      fc.pre(ahead.kind === back.kind);
      // Of several differences the reason names the first, in the primary's order.
      expect([back.agrees, back.likeness]).toEqual([ahead.agrees, ahead.likeness]);
    }),
    { numRuns: 500 },
  );
});

test("what a request says never makes a comparison throw, and the checks are always all there", () => {
  const oddTools = fc.array(fc.oneof(fc.anything(), fc.record({ function: fc.anything(), name: fc.anything() })));
  const odd = fc.oneof(
    fc.anything(),
    fc.record(
      { messages: fc.anything(), tools: oddTools, tool_choice: fc.anything(), response_format: fc.anything() },
      { requiredKeys: [] },
    ),
  );
  fc.assert(
    fc.property(record, record, fc.jsonValue(), odd, (one, other, json, anything) => {
      for (const request of [json, JSON.parse(JSON.stringify(anything, plain) ?? "null")]) {
        const comparison = comparePair(one, other, request);
        expect(checksOf(comparison)).toHaveLength(CHECKS.length);
        expect(comparison.kind === null).toBe(one.answer === null || other.answer === null);
      }
    }),
  );
});

/** A request has come as JSON. */
function plain(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function matchesOf(comparison: ReturnType<typeof comparePair>) {
  const { exact_match, normalised_match, finish_reason_match, json_equal } = comparison;
  const { tool_names_match, tool_arguments_match } = comparison;
  return [exact_match, normalised_match, finish_reason_match, json_equal, tool_names_match, tool_arguments_match];
}
