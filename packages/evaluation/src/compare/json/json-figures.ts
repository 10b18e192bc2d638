import { compareDocuments, hasSentences } from "./compare-documents.ts";
import type { BothSides, Finding, JsonFigures } from "../figures.ts";
import { jsonDifferences } from "./json-differences.ts";
import { type ParsedJson, parseJsonAnswer, parseJsonDocument, sameJson } from "./json-value.ts";

/** Places that a comparison keeps; the page finds the others again. */
const MOST_DIFFERENCES = 20;

type Figures = Omit<JsonFigures, "schema_valid">;

export interface JsonFinding {
  readonly figures: Figures;
  /** Whether the primary's answer is a document, or one was asked for. */
  readonly isJson: boolean;
  readonly hasSentences: boolean;
  /** Null where neither answer is a document. */
  readonly finding: Finding | null;
}

const NEITHER: Figures = { json_valid: { primary: false, silent: false }, json_equal: null, json_differences: null };
const NONE: Figures = { json_valid: null, json_equal: null, json_differences: null };

/** Two answers as JSON. Where it was asked for, what stands around a document breaks whoever parses it. */
export function compareJson(primary: string, silent: string, asked: boolean): JsonFinding {
  const here = parseJsonAnswer(primary);
  const there = parseJsonAnswer(silent);
  const isJson = asked || here.valid;
  if (!here.valid && !there.valid)
    return { figures: asked ? NEITHER : NONE, isJson, hasSentences: false, finding: null };
  const strict = asked ? { primary: parseJsonDocument(primary).valid, silent: parseJsonDocument(silent).valid } : null;
  const json_valid = strict ?? { primary: here.valid, silent: there.valid };
  const figures = { ...NONE, json_valid, ...differences(here, there) };
  return {
    figures,
    isJson,
    hasSentences: here.valid && hasSentences(here.value),
    finding: findingOf(here, there, json_valid),
  };
}

function differences(here: ParsedJson, there: ParsedJson): Partial<Figures> {
  if (!here.valid || !there.valid) return {};
  const changes = jsonDifferences(here.value, there.value, MOST_DIFFERENCES);
  const json_equal = sameJson(here.value, there.value);
  return { json_equal, json_differences: json_equal ? [] : changes.map(({ path, kind }) => ({ path, kind })) };
}

function findingOf(here: ParsedJson, there: ParsedJson, valid: BothSides): Finding {
  if (valid.primary !== valid.silent || !here.valid || !there.valid) return { agrees: false, reason: "invalid_json" };
  return compareDocuments(here.value, there.value);
}
