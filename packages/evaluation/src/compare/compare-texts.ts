import type { Answer } from "@understudy/providers";
import type { JsonFigures, TextFigures } from "./comparison.ts";
import { jsonDifferences } from "./json-differences.ts";
import { parseJsonDocument, sameJson } from "./json-value.ts";
import { normalise } from "./normalise.ts";

/** Two answers' texts; a refusal in a field of its own counts as the text. */
export interface Texts {
  readonly primary: string;
  readonly silent: string;
}

export function textsOf(primary: Answer, silent: Answer): Texts {
  return { primary: primary.text ?? primary.refusal ?? "", silent: silent.text ?? silent.refusal ?? "" };
}

type Cheap = Pick<TextFigures, "exact_match" | "length_ratio">;

/** Places that a comparison keeps; the page finds the others again. */
const MOST_DIFFERENCES = 20;

/** Figures that cost one pass at most, whatever the size. */
export function compareTexts({ primary, silent }: Texts): Cheap {
  return {
    exact_match: saysNothing({ primary, silent }) ? null : primary === silent,
    length_ratio: primary === "" ? null : silent.length / primary.length,
  };
}

/** Both texts in their normal form; null where neither says anything. */
export function normalised(texts: Texts): Texts | null {
  if (saysNothing(texts)) return null;
  const primary = normalise(texts.primary);
  return { primary, silent: texts.silent === texts.primary ? primary : normalise(texts.silent) };
}

export function compareJson(texts: Texts): Omit<JsonFigures, "schema_valid"> {
  const primary = parseJsonDocument(texts.primary);
  const silent = parseJsonDocument(texts.silent);
  if (!primary.valid && !silent.valid) return { json_valid: null, json_equal: null, json_differences: null };
  const json_valid = { primary: primary.valid, silent: silent.valid };
  if (!primary.valid || !silent.valid) return { json_valid, json_equal: null, json_differences: null };
  const json_differences = jsonDifferences(primary.value, silent.value, MOST_DIFFERENCES);
  return {
    json_valid,
    json_equal: sameJson(primary.value, silent.value),
    json_differences: json_differences.map(({ path, kind }) => ({ path, kind })),
  };
}

function saysNothing({ primary, silent }: Texts): boolean {
  return primary === "" && silent === "";
}
