import { type RequestView, viewRequest } from "@understudy/apis";
import type { Answer, CallRecord } from "@understudy/contracts";
import { type Agreement, agreementOf, compareTools } from "./agreement.ts";
import { type Asked, askedOf } from "./asked.ts";
import { type BothTexts, readBoth } from "./texts/both-texts.ts";
import { reasonsNotToCompare } from "./comparability.ts";
import { compareCosts } from "./compare-costs.ts";
import { compareVectors } from "./vectors/compare-vectors.ts";
import { lengthRatio, normalised, type Texts, textsOf } from "./texts/compare-texts.ts";
import {
  compareToolChoice,
  compareToolNames,
  compareToolsOffered,
  MOST_TOOL_CALLS,
} from "./tools/compare-tool-calls.ts";
import type { Comparison } from "./comparison.ts";
import type { CostFigures, Finding, JsonFigures, Skippable, TextFigures, ToolFigures } from "./figures.ts";
import { compareFlags } from "./flags.ts";
import { compareJson, type JsonFinding } from "./json/json-figures.ts";
import { languageKept } from "./texts/language.ts";
import { compareSchema, compareToolSchemas } from "./json/request-schemas.ts";
import { editSimilarity, rougeL } from "./texts/similarity.ts";
import { measure, UNMEASURED } from "./measures.ts";
import { isVeryLong } from "./very-long-text.ts";

/** Characters of one answer up to which it is parsed as JSON, and of all its tool arguments. */
const LARGEST_JSON = 100_000;

type AnswerFigures = Omit<Comparison, keyof CostFigures | "normaliser" | "comparable" | "not_comparable">;

const NO_ANSWERS: AnswerFigures = {
  ...UNMEASURED,
  normalised_match: null,
  edit_similarity: null,
  rouge_l: null,
  length_ratio: null,
  language_kept: null,
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
  tool_choice_kept: null,
  tools_offered: null,
  kind: null,
  agrees: null,
  agreement_rule: null,
  reason: null,
  likeness: "unmeasured",
  skipped: [],
};

/**
 * A pair in figures, and whether they may enter statistics. `request` is the parsed body, for the schemas in it. Figures
 * are computed wherever both sides have something to compute them from, also for pairs that are not comparable. Pure, and
 * never throws. How long it takes is up to the request: a small schema may ask for more than can ever be done, so call it
 * where it can be given up.
 */
export function comparePair(primary: CallRecord, silent: CallRecord, request: unknown = null): Comparison {
  const reasons = reasonsNotToCompare(primary, silent);
  const answers = figuresOrNull(primary.answer, silent.answer, viewOf(primary, request));
  const not_comparable = answers === null ? ([...reasons, "too_expensive"] as const) : reasons;
  return {
    normaliser: 3,
    comparable: not_comparable.length === 0,
    not_comparable,
    ...(answers ?? NO_ANSWERS),
    ...compareCosts(primary, silent),
  };
}

function viewOf({ operation }: CallRecord, request: unknown): RequestView | null {
  return typeof request === "object" && request !== null ? viewRequest(operation, request) : null;
}

/** Null for answers that exhaust the stack or the memory of one value. */
function figuresOrNull(primary: Answer | null, silent: Answer | null, view: RequestView | null): AnswerFigures | null {
  try {
    return primary === null || silent === null ? NO_ANSWERS : compareAnswers(primary, silent, view);
  } catch {
    return null;
  }
}

function compareAnswers(primary: Answer, silent: Answer, view: RequestView | null): AnswerFigures {
  if (primary.vectors !== undefined && silent.vectors !== undefined) {
    const vectors = { primary: primary.vectors, silent: silent.vectors };
    const { figures, agreement, leftOut } = compareVectors(vectors, view?.vectors ?? null);
    return { ...NO_ANSWERS, ...figures, ...agreement, skipped: leftOut ? ["inputs"] : [] };
  }
  const asked = askedOf(view);
  const answers = { primary, silent };
  const texts = textsOf(primary, silent);
  const json =
    isLarge(texts.primary) || isLarge(texts.silent) ? null : compareJson(texts.primary, texts.silent, asked.json);
  const words = isVeryLong(texts) || texts.primary === texts.silent ? null : readBoth(texts.primary, texts.silent);
  const flags = compareFlags(answers, texts, asked.question);
  const tools = toolFigures(answers, asked);
  const figures = {
    ...measure({ ...answers, texts, asked }),
    length_ratio: lengthRatio(texts),
    ...compareLikeness(texts, words),
    language_kept: languageKept(texts.primary, texts.silent, asked.question),
    ...flags,
    ...jsonFigures(texts, view?.schema, json),
    ...tools.figures,
  };
  const agreement = agreementOf({ answers, texts, words, asked, json, tools: tools.finding, figures });
  return { ...figures, ...agreement, skipped: skippedOf(texts, figures, { json, tools: tools.finding, agreement }) };
}

type LikenessFigures = Pick<TextFigures, "normalised_match" | "edit_similarity" | "rouge_l">;
const NO_LIKENESS: LikenessFigures = { normalised_match: null, edit_similarity: null, rouge_l: null };
const ALIKE: LikenessFigures = { normalised_match: true, edit_similarity: 1, rouge_l: 1 };

function compareLikeness(texts: Texts, words: BothTexts | null): LikenessFigures {
  if (texts.primary !== "" && texts.primary === texts.silent) return ALIKE;
  const plain = words === null ? null : normalised(texts);
  if (plain === null || words === null) return NO_LIKENESS;
  const { primary, silent } = plain;
  return {
    normalised_match: primary === silent,
    edit_similarity: editSimilarity(primary, silent),
    rouge_l: rougeL(words),
  };
}

function jsonFigures(texts: Texts, schema: unknown, json: JsonFinding | null): JsonFigures {
  if (json === null) return { json_valid: null, json_equal: null, json_differences: null, schema_valid: null };
  return { ...json.figures, schema_valid: compareSchema(schema, texts.primary, texts.silent) };
}

interface ToolResult {
  readonly figures: ToolFigures;
  readonly finding: Finding | null;
}

function toolFigures(answers: { primary: Answer; silent: Answer }, asked: Asked): ToolResult {
  const { primary, silent } = answers;
  const [one, other] = [primary.tool_calls, silent.tool_calls];
  const large = hasLargeTools(primary) || hasLargeTools(silent);
  const valid = large ? null : compareToolSchemas(asked, primary, silent);
  const names = compareToolNames(one, other);
  const found = large
    ? { agrees: names === false ? false : null, reason: "too_large" as const }
    : compareTools(primary, silent, asked, valid);
  return {
    figures: {
      tool_count_match: names === null ? null : one.length === other.length,
      tool_names_match: names,
      tool_arguments_match: large ? null : (found?.agrees ?? null),
      tool_arguments_valid: valid,
      tool_choice_kept: compareToolChoice(one, other, asked),
      tools_offered: compareToolsOffered(one, other, asked),
    },
    finding: names === null ? null : found,
  };
}

interface Known {
  readonly json: JsonFinding | null;
  readonly tools: Finding | null;
  readonly agreement: Agreement;
}

function skippedOf(texts: Texts, figures: LikenessFigures, { json, tools, agreement }: Known): readonly Skippable[] {
  const written = texts.primary !== "" || texts.silent !== "";
  const skipped = (name: keyof LikenessFigures) => (written && figures[name] === null ? [name] : []);
  return [
    ...skipped("normalised_match"),
    ...skipped("edit_similarity"),
    ...skipped("rouge_l"),
    ...(json === null ? ALL_OF_JSON : []),
    ...(tools?.reason === "too_large" ? (["tool_arguments_match", "tool_arguments_valid"] as const) : []),
    ...(agreement.reason === "too_large" && tools === null ? (["facts"] as const) : []),
  ];
}

const ALL_OF_JSON: readonly Skippable[] = ["json_valid", "json_equal", "json_differences", "schema_valid"];

function isLarge(text: string): boolean {
  return text.length > LARGEST_JSON;
}

function hasLargeTools({ tool_calls }: Answer): boolean {
  const characters = tool_calls.reduce((sum, call) => sum + call.arguments.length, 0);
  return characters > LARGEST_JSON || tool_calls.length > MOST_TOOL_CALLS;
}
