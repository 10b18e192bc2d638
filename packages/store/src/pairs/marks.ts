import type { AgreementRule, BothSides, Comparison, MeasureName } from "@understudy/evaluation";
import type { CallRecord } from "@understudy/contracts";

/** Bits of one number that JavaScript holds exactly, and SQL too. */
const BITS = 53;

/** The columns that hold the numbers: places 0 to 52 in the first, 53 to 105 in the second. */
export interface MarkColumns {
  readonly marks: number;
  readonly more_marks: number;
}

/**
 * Where each fact of a pair stands in its numbers. Stored rows are read by these places: one that is taken never moves and is
 * never given to another fact, and no fact lies across two numbers. Places 0 to 7 are the pair's own. The first number is full.
 */
const PLACES = {
  // Two places each: known, and yes.
  exact_match: 8,
  normalised_match: 10,
  json_equal: 12,
  tool_count_match: 14,
  tool_names_match: 16,
  tool_arguments_match: 18,
  finish_reason_match: 20,
  language_match: 22,
  dimensions_match: 51,
} as const satisfies Partial<Record<keyof Comparison, number>> & Record<MeasureName, number>;
const MEASURES = (Object.keys(PLACES) as (keyof typeof PLACES)[]).map((name) => ({ name, at: PLACES[name] }));

/** Known of answers in vectors alone. */
const VECTORS = 48;

/** Of both sides; three bits each: known, the primary's, the silent model's. `not` counts those that it does not hold of. */
const FLAGS = [
  { name: "empty", from: "empty", not: false, at: 24 },
  { name: "truncated", from: "truncated", not: false, at: 27 },
  { name: "likely_refusal", from: "refusal", not: false, at: 30 },
  { name: "invalid_json", from: "json_valid", not: true, at: 33 },
  { name: "invalid_schema", from: "schema_valid", not: true, at: 36 },
  { name: "invalid_tool_arguments", from: "tool_arguments_valid", not: true, at: 39 },
  { name: "tool_choice_missed", from: "tool_choice_kept", not: true, at: 42 },
  { name: "other_language", from: "language_kept", not: true, at: 45 },
  { name: "missing_vectors", from: "vectors_whole", not: true, at: VECTORS },
] as const satisfies readonly { name: string; from: keyof Comparison; not: boolean; at: number }[];

/** By their number, from 1; 0 is none. Three bits hold seven. */
const RULES: readonly string[] = ["tool_calls", "json", "short_text", "long_text", "one_sided", "code", "refusal"];
/** The only rule for vectors has no number: they have no other. */
const RULE_OF_VECTORS = "similarity_ranks" satisfies AgreementRule;

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

/** Every yes and no of a pair, in numbers below 2^53, by column. */
export function marksOf(primary: CallRecord, silent: CallRecord, comparison: Partial<Comparison> | null): MarkColumns {
  const rule = RULES.indexOf(comparison?.agreement_rule ?? "") + 1;
  const places = [
    ...place(0, comparison?.comparable === true),
    ...place(1, primary.status === "error"),
    ...place(2, silent.status !== "ok"),
    ...maybe(3, comparison?.agrees),
    ...[0, 1, 2].flatMap((bit) => place(5 + bit, has(rule, bit))),
    ...MEASURES.flatMap(({ name, at }) => maybe(at, comparison?.[name])),
    ...FLAGS.flatMap(({ from, at }) => sides(at, comparison?.[from])),
  ];
  return { marks: numberOf(places, 0), more_marks: numberOf(places, 1) };
}

/** What `marksOf` wrote. */
export function readMarks({ marks, more_marks }: MarkColumns): Marks {
  const isAt = (at: number): boolean => (at < BITS ? has(marks, at) : has(more_marks, at - BITS));
  const maybeAt = (at: number): boolean | null => (isAt(at) ? isAt(at + 1) : null);
  const sidesAt = (at: number): BothSides | null => (isAt(at) ? { primary: isAt(at + 1), silent: isAt(at + 2) } : null);
  const ofVectors = isAt(VECTORS) && isAt(3) ? RULE_OF_VECTORS : null;
  return {
    comparable: isAt(0),
    primaryFailed: isAt(1),
    silentFailed: isAt(2),
    agrees: maybeAt(3),
    rule: RULES[(Math.floor(marks / 2 ** 5) % 8) - 1] ?? ofVectors,
    measures: MEASURES.map(({ name, at }) => ({ name, holds: maybeAt(at) })),
    flags: FLAGS.map(({ name, not, at }) => ({ name, holds: turned(sidesAt(at), not) })),
  };
}

/** The places of each fact, for the test that none is taken twice. */
export function placesTaken(): readonly (readonly number[])[] {
  const own = [[0], [1], [2], [3, 4], [5, 6, 7]];
  return [...own, ...MEASURES.map(({ at }) => [at, at + 1]), ...FLAGS.map(({ at }) => [at, at + 1, at + 2])];
}

/** Nothing known of anything: the names alone. */
export const NO_MARKS: Marks = readMarks({ marks: 0, more_marks: 0 });

function turned(sides: BothSides | null, not: boolean): BothSides | null {
  return sides === null || !not ? sides : { primary: !sides.primary, silent: !sides.silent };
}

function place(at: number, yes: boolean): readonly number[] {
  return yes ? [at] : [];
}

function maybe(at: number, answer: boolean | null | undefined): readonly number[] {
  return [...place(at, typeof answer === "boolean"), ...place(at + 1, answer === true)];
}

function sides(at: number, answer: BothSides | null | undefined): readonly number[] {
  if (answer === null || answer === undefined) return [];
  return [at, ...place(at + 1, answer.primary), ...place(at + 2, answer.silent)];
}

/** Bitwise operators of JavaScript end at 32 bits, so places are powers of two. */
function numberOf(places: readonly number[], column: 0 | 1): number {
  const inIt = places.filter((at) => Math.floor(at / BITS) === column);
  return inIt.reduce((sum, at) => sum + 2 ** (at % BITS), 0);
}

function has(number: number, bit: number): boolean {
  return Math.floor(number / 2 ** bit) % 2 === 1;
}
