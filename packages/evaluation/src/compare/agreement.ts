import type { Answer } from "@understudy/providers";
import type { AgreementRule, BothSides, FlagFigures, JsonFigures, TextFigures, ToolFigures } from "./comparison.ts";
import { normalise } from "./normalise.ts";

/** Normalised characters up to which an answer is a value, and another wording another value. */
const SHORT = 64;
/** Longer ones agree when so much of their words is common, in order. */
const LIKE_ENOUGH = 0.5;

export interface Agreement {
  readonly agrees: boolean | null;
  readonly agreement_rule: AgreementRule | null;
}

export type Compared = TextFigures & FlagFigures & JsonFigures & ToolFigures;

/** Whether the silent answer says what the primary's says, by the strictest rule that fits the kind of answer. */
export function agreementOf(primary: Answer, silent: Answer, figures: Compared): Agreement {
  const { empty, refusal } = figures;
  if (empty?.primary === true && empty.silent) return { agrees: null, agreement_rule: null };
  if (isOneSided(empty) || isOneSided(refusal)) return by("one_sided", false);
  return agreementOfKind(primary, silent, figures);
}

function isOneSided(sides: BothSides | null): boolean {
  return sides !== null && sides.primary !== sides.silent;
}

function agreementOfKind(primary: Answer, silent: Answer, figures: Compared): Agreement {
  const { tool_names_match, tool_arguments_match, json_valid, json_equal, normalised_match } = figures;
  if (tool_names_match !== null) return by("tool_calls", tool_names_match ? tool_arguments_match : false);
  if (json_valid !== null) return by("json", json_valid.primary && json_valid.silent ? json_equal : false);
  return isShort(primary) && isShort(silent) ? by("short_text", normalised_match) : by("long_text", alike(figures));
}

function by(agreement_rule: AgreementRule, agrees: boolean | null): Agreement {
  return { agrees, agreement_rule };
}

function isShort({ text }: Answer): boolean {
  const written = text ?? "";
  return written.length <= 4 * SHORT && normalise(written).length <= SHORT;
}

function alike({ exact_match, normalised_match, rouge_l, edit_similarity }: Compared): boolean | null {
  if (exact_match === true || normalised_match === true) return true;
  const likeness = rouge_l ?? edit_similarity;
  return likeness === null ? null : likeness >= LIKE_ENOUGH;
}
