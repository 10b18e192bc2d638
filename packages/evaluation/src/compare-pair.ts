import type { Answer } from "@understudy/providers";
import type { CallRecord } from "@understudy/router";
import { reasonsNotToCompare } from "./comparability.ts";
import { compareCosts } from "./compare-costs.ts";
import { compareJson, compareNormalised, compareTexts, textsOf } from "./compare-texts.ts";
import { compareToolArguments, compareToolNames, MOST_TOOL_CALLS } from "./compare-tool-calls.ts";
import type { Comparison, JsonFigures, Skippable, TextFigures, ToolFigures } from "./comparison.ts";

/** Characters of one answer up to which every figure is computed. */
const LARGEST_TEXT = 1024 * 1024;

type AnswerFigures = TextFigures & JsonFigures & ToolFigures & { readonly skipped: readonly Skippable[] };

const NO_ANSWERS: AnswerFigures = {
  exact_match: null,
  normalised_match: null,
  length_ratio: null,
  finish_reason_match: null,
  json_valid: null,
  json_equal: null,
  tool_names_match: null,
  tool_arguments_match: null,
  skipped: [],
};

/**
 * A pair in figures, and whether they may enter statistics. Figures are computed wherever both sides have something to
 * compute them from, also for pairs that are not comparable. Pure; never throws; work is bounded.
 */
export function comparePair(primary: CallRecord, silent: CallRecord): Comparison {
  const reasons = reasonsNotToCompare(primary, silent);
  const bothAnswered = primary.answer !== null && silent.answer !== null;
  return {
    normaliser: 1,
    comparable: reasons.length === 0,
    not_comparable: reasons,
    ...(bothAnswered ? compareAnswers(primary.answer, silent.answer) : NO_ANSWERS),
    ...compareCosts(primary, silent),
  };
}

function compareAnswers(primary: Answer, silent: Answer): AnswerFigures {
  const texts = textsOf(primary, silent);
  const largeTexts = isLarge(texts.primary.length) || isLarge(texts.silent.length);
  const largeTools = hasLargeTools(primary) || hasLargeTools(silent);
  return {
    ...compareTexts(texts),
    normalised_match: largeTexts ? null : compareNormalised(texts),
    finish_reason_match: sameReason(primary.finish_reason, silent.finish_reason),
    ...(largeTexts ? { json_valid: null, json_equal: null } : compareJson(texts)),
    tool_names_match: compareToolNames(primary.tool_calls, silent.tool_calls),
    tool_arguments_match: largeTools ? null : compareToolArguments(primary.tool_calls, silent.tool_calls),
    skipped: [
      ...(largeTexts ? (["normalised_match", "json_valid", "json_equal"] as const) : []),
      ...(largeTools ? (["tool_arguments_match"] as const) : []),
    ],
  };
}

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
