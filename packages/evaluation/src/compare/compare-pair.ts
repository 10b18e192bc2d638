import type { Answer } from "@understudy/providers";
import type { CallRecord } from "@understudy/router";
import { agreementOf, type Compared } from "./agreement.ts";
import { reasonsNotToCompare } from "./comparability.ts";
import { compareCosts } from "./compare-costs.ts";
import { compareJson, compareTexts, normalised, type Texts, textsOf } from "./compare-texts.ts";
import { compareToolArguments, compareToolNames, MOST_TOOL_CALLS } from "./compare-tool-calls.ts";
import type { Comparison, CostFigures, JsonFigures, Skippable, ToolFigures } from "./comparison.ts";
import { compareFlags } from "./flags.ts";
import { languageMatch } from "./language.ts";
import { compareSchema, compareToolSchemas } from "./request-schemas.ts";
import { editSimilarity, rougeL } from "./similarity.ts";

/** Characters of one answer up to which every figure is computed. */
const LARGEST_TEXT = 1024 * 1024;

type AnswerFigures = Omit<Comparison, keyof CostFigures | "normaliser" | "comparable" | "not_comparable">;

const NO_ANSWERS: AnswerFigures = {
  exact_match: null,
  normalised_match: null,
  edit_similarity: null,
  rouge_l: null,
  length_ratio: null,
  finish_reason_match: null,
  language_match: null,
  empty: null,
  truncated: null,
  refusal: null,
  json_valid: null,
  json_equal: null,
  json_differences: null,
  schema_valid: null,
  tool_count_match: null,
  tool_names_match: null,
  tool_arguments_match: null,
  tool_arguments_valid: null,
  agrees: null,
  agreement_rule: null,
  skipped: [],
};

/**
 * A pair in figures, and whether they may enter statistics. `request` is the parsed body, for the schemas in it. Figures
 * are computed wherever both sides have something to compute them from, also for pairs that are not comparable. Pure;
 * never throws; time and memory are bounded whatever the answers' size.
 */
export function comparePair(primary: CallRecord, silent: CallRecord, request: unknown = null): Comparison {
  const reasons = reasonsNotToCompare(primary, silent);
  const bothAnswered = primary.answer !== null && silent.answer !== null;
  return {
    normaliser: 2,
    comparable: reasons.length === 0,
    not_comparable: reasons,
    ...(bothAnswered ? compareAnswers(primary.answer, silent.answer, request) : NO_ANSWERS),
    ...compareCosts(primary, silent),
  };
}

function compareAnswers(primary: Answer, silent: Answer, request: unknown): AnswerFigures {
  const texts = textsOf(primary, silent);
  const large = isLarge(texts.primary.length) || isLarge(texts.silent.length);
  const likeness = large ? NO_LIKENESS : compareLikeness(texts);
  const json = large
    ? NO_JSON
    : { ...compareJson(texts), schema_valid: compareSchema(request, texts.primary, texts.silent) };
  const largeTools = hasLargeTools(primary) || hasLargeTools(silent);
  const tools = compareTools({ primary, silent }, request, largeTools);
  const figures: Compared = {
    ...compareTexts(texts),
    ...likeness,
    finish_reason_match: sameReason(primary.finish_reason, silent.finish_reason),
    ...compareFlags(primary, silent),
    ...json,
    ...tools,
  };
  return {
    ...figures,
    ...agreementOf(primary, silent, figures),
    skipped: skippedOf(texts, figures, { large, largeTools }),
  };
}

const NO_LIKENESS = { normalised_match: null, edit_similarity: null, rouge_l: null, language_match: null };
const NO_JSON: JsonFigures = { json_valid: null, json_equal: null, json_differences: null, schema_valid: null };

function compareLikeness(texts: Texts) {
  const plain = normalised(texts);
  if (plain === null) return NO_LIKENESS;
  const { primary, silent } = plain;
  return {
    normalised_match: primary === silent,
    edit_similarity: editSimilarity(primary, silent),
    rouge_l: rougeL(primary, silent),
    language_match: languageMatch(texts.primary, texts.silent),
  };
}

function compareTools(answers: { primary: Answer; silent: Answer }, request: unknown, large: boolean): ToolFigures {
  const [one, other] = [answers.primary.tool_calls, answers.silent.tool_calls];
  return {
    tool_count_match: one.length + other.length === 0 ? null : one.length === other.length,
    tool_names_match: compareToolNames(one, other),
    tool_arguments_match: large ? null : compareToolArguments(one, other),
    tool_arguments_valid: large ? null : compareToolSchemas(request, answers.primary, answers.silent),
  };
}

interface TooLarge {
  readonly large: boolean;
  readonly largeTools: boolean;
}

function skippedOf(texts: Texts, figures: Compared, { large, largeTools }: TooLarge): readonly Skippable[] {
  const tooLong = !large && (texts.primary !== "" || texts.silent !== "");
  return [
    ...(large ? ALL_OF_TEXTS : []),
    ...(tooLong && figures.edit_similarity === null ? (["edit_similarity"] as const) : []),
    ...(tooLong && figures.rouge_l === null ? (["rouge_l"] as const) : []),
    ...(largeTools ? (["tool_arguments_match", "tool_arguments_valid"] as const) : []),
  ];
}

const ALL_OF_TEXTS: readonly Skippable[] = [
  "normalised_match",
  "edit_similarity",
  "rouge_l",
  "language_match",
  "json_valid",
  "json_equal",
  "json_differences",
  "schema_valid",
];

function isLarge(characters: number): boolean {
  return characters > LARGEST_TEXT;
}

function hasLargeTools({ tool_calls }: Answer): boolean {
  const characters = tool_calls.reduce((sum, call) => sum + call.arguments.length, 0);
  return isLarge(characters) || tool_calls.length > MOST_TOOL_CALLS;
}

function sameReason(primary: string | null, silent: string | null): boolean | null {
  return primary === null || silent === null ? null : primary === silent;
}
