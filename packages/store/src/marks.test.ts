import fc from "fast-check";
import { expect, test } from "vitest";

import { marksOf, readMarks } from "./marks.ts";
import { callRecord } from "./pair.sample.ts";

const maybe = fc.option(fc.boolean(), { nil: null });
const sides = fc.option(fc.record({ primary: fc.boolean(), silent: fc.boolean() }), { nil: null });
const rules = fc.constantFrom("tool_calls", "json", "short_text", "long_text", "one_sided", null);

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
      expect(Number.isSafeInteger(marks)).toBe(true);
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
