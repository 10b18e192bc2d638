import type { BothSides, Comparison } from "@understudy/evaluation";
import type { CallRecord } from "@understudy/router";

/** Yes, no or unknown of a pair, in the order of their bits. Two bits each: known, and yes. Only ever added to. */
const MEASURES = [
  "exact_match",
  "normalised_match",
  "json_equal",
  "tool_count_match",
  "tool_names_match",
  "tool_arguments_match",
  "finish_reason_match",
  "language_match",
] as const satisfies readonly (keyof Comparison)[];

/** Of both sides; three bits each: known, the primary's, the silent model's. `not` counts those that it does not hold of. */
const FLAGS = [
  { name: "empty", from: "empty", not: false },
  { name: "truncated", from: "truncated", not: false },
  { name: "likely_refusal", from: "refusal", not: false },
  { name: "invalid_json", from: "json_valid", not: true },
  { name: "invalid_schema", from: "schema_valid", not: true },
  { name: "invalid_tool_arguments", from: "tool_arguments_valid", not: true },
] as const satisfies readonly { name: string; from: keyof Comparison; not: boolean }[];

const RULES = ["tool_calls", "json", "short_text", "long_text", "one_sided"] as const;

/** The marks of one pair, read back. */
export interface Marks {
  readonly comparable: boolean;
  readonly primaryFailed: boolean;
  readonly silentFailed: boolean;
  readonly agrees: boolean | null;
  readonly rule: string | null;
  readonly measures: readonly { readonly name: string; readonly holds: boolean | null }[];
  readonly flags: readonly { readonly name: string; readonly holds: BothSides | null }[];
}

/** One number below 2^53 that holds every yes and no of a pair. */
export function marksOf(primary: CallRecord, silent: CallRecord, comparison: Partial<Comparison> | null): number {
  const bits = new BitWriter();
  bits.flag(comparison?.comparable === true);
  bits.flag(primary.status === "error");
  bits.flag(silent.status !== "ok");
  bits.maybe(comparison?.agrees);
  bits.digit(RULES.indexOf(comparison?.agreement_rule ?? ("" as never)) + 1);
  for (const name of MEASURES) bits.maybe(comparison?.[name]);
  for (const { from } of FLAGS) bits.sides(comparison?.[from]);
  return bits.value;
}

/** What `marksOf` wrote. */
export function readMarks(marks: number): Marks {
  const bits = new BitReader(marks);
  return {
    comparable: bits.flag(),
    primaryFailed: bits.flag(),
    silentFailed: bits.flag(),
    agrees: bits.maybe(),
    rule: RULES[bits.digit() - 1] ?? null,
    measures: MEASURES.map((name) => ({ name, holds: bits.maybe() })),
    flags: FLAGS.map(({ name, not }) => ({ name, holds: turned(bits.sides(), not) })),
  };
}

function turned(sides: BothSides | null, not: boolean): BothSides | null {
  return sides === null || !not ? sides : { primary: !sides.primary, silent: !sides.silent };
}

/** Bitwise operators of JavaScript end at 32 bits, so places are powers of two. */
class BitWriter {
  value = 0;
  #place = 1;

  flag(yes: boolean): void {
    if (yes) this.value += this.#place;
    this.#place *= 2;
  }

  maybe(answer: boolean | null | undefined): void {
    this.flag(typeof answer === "boolean");
    this.flag(answer === true);
  }

  sides(answer: BothSides | null | undefined): void {
    this.flag(answer !== null && answer !== undefined);
    this.flag(answer?.primary === true);
    this.flag(answer?.silent === true);
  }

  digit(below8: number): void {
    for (const bit of [1, 2, 4]) this.flag(Math.floor(below8 / bit) % 2 === 1);
  }
}

class BitReader {
  #rest: number;

  constructor(marks: number) {
    this.#rest = marks;
  }

  flag(): boolean {
    const bit = this.#rest % 2;
    this.#rest = Math.floor(this.#rest / 2);
    return bit === 1;
  }

  maybe(): boolean | null {
    const [known, yes] = [this.flag(), this.flag()];
    return known ? yes : null;
  }

  sides(): BothSides | null {
    const [known, primary, silent] = [this.flag(), this.flag(), this.flag()];
    return known ? { primary, silent } : null;
  }

  digit(): number {
    return [1, 2, 4].reduce((sum, bit) => sum + (this.flag() ? bit : 0), 0);
  }
}
