import fc from "fast-check";
import { expect, test } from "vitest";

import { marksOf, placesTaken, readMarks } from "./marks.ts";
import { callRecord } from "./pair.fixture.ts";

const maybe = fc.option(fc.boolean(), { nil: null });
const sides = fc.option(fc.record({ primary: fc.boolean(), silent: fc.boolean() }), { nil: null });
const rules = fc.constantFrom("tool_calls", "json", "short_text", "long_text", "one_sided", "code", "refusal", null);

test("marks are read back as they were written, and fit a number", () => {
  const comparison = fc.record({
    comparable: fc.boolean(),
    agrees: maybe,
    agreement_rule: rules,
    exact_match: maybe,
    language_match: maybe,
    refusal: sides,
    json_valid: sides,
    tool_arguments_valid: sides,
  });
  fc.assert(
    fc.property(comparison, fc.boolean(), (figures, failed) => {
      const silent = callRecord({ status: failed ? "error" : "ok" });
      const marks = marksOf(callRecord(), silent, figures);
      expect([Number.isSafeInteger(marks.marks), marks.more_marks]).toEqual([true, 0]);
      const read = readMarks(marks);
      expect(read).toMatchObject({ comparable: figures.comparable, primaryFailed: false, silentFailed: failed });
      expect([read.agrees, read.rule]).toEqual([figures.agrees, figures.agreement_rule]);
      const measure = (name: string) => read.measures.find((one) => one.name === name)?.holds;
      const flag = (name: string) => read.flags.find((one) => one.name === name)?.holds;
      expect([measure("exact_match"), measure("json_equal"), measure("language_match")]).toEqual([
        figures.exact_match,
        null,
        figures.language_match,
      ]);
      expect(flag("likely_refusal")).toEqual(figures.refusal);
      const invalid = figures.json_valid;
      expect(flag("invalid_json")).toEqual(
        invalid === null ? null : { primary: !invalid.primary, silent: !invalid.silent },
      );
      expect(flag("truncated")).toBeNull();
    }),
  );
});

test("rows stored before keep their meaning", () => {
  expect(readMarks({ marks: 3_875_636_976_973, more_marks: 0 })).toEqual({
    comparable: true,
    primaryFailed: false,
    silentFailed: true,
    agrees: false,
    rule: "json",
    measures: [
      { name: "exact_match", holds: false },
      { name: "normalised_match", holds: true },
      { name: "json_equal", holds: false },
      { name: "tool_count_match", holds: null },
      { name: "tool_names_match", holds: true },
      { name: "tool_arguments_match", holds: false },
      { name: "finish_reason_match", holds: true },
      { name: "language_match", holds: true },
      // What came later says nothing of rows from before.
      { name: "dimensions_match", holds: null },
    ],
    flags: [
      { name: "empty", holds: { primary: false, silent: true } },
      { name: "truncated", holds: { primary: true, silent: false } },
      { name: "likely_refusal", holds: { primary: false, silent: false } },
      { name: "invalid_json", holds: { primary: false, silent: true } },
      { name: "invalid_schema", holds: null },
      { name: "invalid_tool_arguments", holds: { primary: false, silent: false } },
      { name: "tool_choice_missed", holds: null },
      { name: "other_language", holds: null },
      { name: "missing_vectors", holds: null },
    ],
  });
  const known = { comparable: true, agrees: true, agreement_rule: "short_text", exact_match: true } as const;
  const marks = marksOf(callRecord(), callRecord(), { ...known, refusal: { primary: false, silent: true } });
  expect(marks).toEqual({ marks: 5_368_710_009, more_marks: 0 });
});

test("vectors have the rule that needs no number, and the last places", () => {
  const figures = { comparable: true, dimensions_match: true, vectors_whole: { primary: true, silent: false } };
  const marks = marksOf(callRecord(), callRecord(), { ...figures, agrees: false, agreement_rule: "similarity_ranks" });
  expect(marks).toEqual({ marks: 7_599_824_371_187_721, more_marks: 0 });
  const read = readMarks(marks);
  expect(read).toMatchObject({ agrees: false, rule: "similarity_ranks" });
  expect(read.flags.at(-1)).toEqual({ name: "missing_vectors", holds: { primary: false, silent: true } });
  expect(read.measures.at(-1)).toEqual({ name: "dimensions_match", holds: true });
  expect(readMarks(marksOf(callRecord(), callRecord(), { ...figures, agrees: null })).rule).toBeNull();
  const whole = { primary: true, silent: true };
  const both = { agrees: true, dimensions_match: true, vectors_whole: whole, language_match: true };
  const failed = callRecord({ status: "error" });
  expect(Number.isSafeInteger(marksOf(failed, failed, both).marks)).toBe(true);
});

test("no place is taken twice, and no fact lies across two numbers", () => {
  const places = placesTaken();
  expect(new Set(places.flat()).size).toBe(places.flat().length);
  expect(places.filter((of) => new Set(of.map((at) => Math.floor(at / 53))).size > 1)).toEqual([]);
});
