import type { Answer } from "@understudy/contracts";
import type { Asked } from "./asked.ts";
import type { BothTexts } from "./texts/both-texts.ts";
import { compareClosed, isClosed } from "./facts/closed.ts";
import { codeOf, compareCode } from "./facts/code.ts";
import { compareToolArguments } from "./tools/compare-tool-calls.ts";
import type { Texts } from "./texts/compare-texts.ts";
import type { Comparison } from "./comparison.ts";
import type { AgreementRule, AnswerKind, BothSides, Finding, FlagFigures, Likeness, ToolFigures } from "./figures.ts";
import type { JsonFinding } from "./json/json-figures.ts";
import type { MeasureFigures } from "./measures.ts";
import { compareLong } from "./long-text.ts";
import { compareVeryLong, isVeryLong } from "./very-long-text.ts";

export type Agreement = Pick<Comparison, "kind" | "agrees" | "agreement_rule" | "reason" | "likeness">;

/** All that agreement is judged by. `json` is null where the texts were too large to parse. */
export interface Compared {
  readonly answers: { readonly primary: Answer; readonly silent: Answer };
  readonly texts: Texts;
  /** Null where they are the same, or too long to be read whole. */
  readonly words: BothTexts | null;
  readonly asked: Asked;
  readonly json: JsonFinding | null;
  readonly tools: Finding | null;
  readonly figures: FlagFigures & Pick<MeasureFigures, "language_match"> & Pick<ToolFigures, "tool_arguments_valid">;
}

/** Whether the silent answer says what the primary's says, by the strictest rule that fits the kind of answer. */
export function agreementOf(compared: Compared): Agreement {
  const kind = kindOf(compared);
  const { rule, agrees, reason } = ruled(compared, kind);
  const { truncated } = compared.figures;
  const cut = truncated?.primary === true && truncated.silent;
  // Where both were cut nobody knows how they go on; a conflict in what there is is one all the same.
  const found = cut && agrees !== false ? { agrees: null, reason: "both_truncated" as const } : { agrees, reason };
  return { kind, ...found, agreement_rule: rule, likeness: likenessOf(found, rule) };
}

interface Ruled extends Finding {
  readonly rule: AgreementRule | null;
}

const UNMEASURED: ReadonlySet<string> = new Set(["both_empty", "both_truncated", "too_large"]);

function likenessOf({ agrees, reason }: Finding, rule: AgreementRule | null): Likeness {
  if (rule === null || (agrees === null && UNMEASURED.has(reason))) return "unmeasured";
  return agrees === null ? "unclear" : agrees ? "same" : "different";
}

/** By the request and the primary's answer alone. */
function kindOf({ answers, texts, figures, json }: Compared): AnswerKind {
  const { primary } = answers;
  if (primary.tool_calls.length > 0) return "tool_calls";
  if (figures.refusal?.primary === true) return "refusal";
  if (figures.empty?.primary === true) return "empty";
  if (json?.isJson === true) return json.hasSentences ? "json_text" : "json";
  if (codeOf(texts.primary.slice(0, MOST_FOR_KIND)) !== null) return "code";
  return isClosed(texts.primary) ? "closed" : "long_text";
}

/** Characters from which the kind of a text is told. */
const MOST_FOR_KIND = 20_000;

function ruled(compared: Compared, kind: AnswerKind): Ruled {
  const { empty, refusal, truncated } = compared.figures;
  if (empty?.primary === true && empty.silent) return { rule: null, agrees: null, reason: "both_empty" };
  if (isOneSided(empty)) return { rule: "one_sided", agrees: false, reason: "one_empty" };
  if (isOneSided(refusal)) return { rule: "one_sided", agrees: false, reason: "one_refuses" };
  if (isOneSided(truncated)) return { rule: "one_sided", agrees: false, reason: "one_truncated" };
  if (compared.tools !== null) return { rule: "tool_calls", ...compared.tools };
  if (refusal?.primary === true) return { rule: "refusal", ...ofRefusals(compared) };
  if (compared.json?.finding) return { rule: "json", ...compared.json.finding };
  return ofTexts(compared, kind);
}

function isOneSided(sides: BothSides | null): boolean {
  return sides !== null && sides.primary !== sides.silent;
}

function ofRefusals({ figures }: Compared): Finding {
  const other = figures.language_match === false;
  return other ? { agrees: false, reason: "other_language" } : { agrees: true, reason: "both_refuse" };
}

function ofTexts({ texts, words, asked, figures, json }: Compared, kind: AnswerKind): Ruled {
  const { primary, silent } = texts;
  const rule = kind === "closed" ? "short_text" : kind === "code" ? "code" : "long_text";
  if (primary === silent) return { rule, agrees: true, reason: "identical" };
  if (json === null && /^\s*[[{]/.test(primary)) return { rule: "json", agrees: null, reason: "too_large" };
  if (figures.language_match === false) return { rule, agrees: false, reason: "other_language" };
  if (isVeryLong(texts)) return { rule, ...compareVeryLong(texts) };
  if (kind === "closed") return { rule, ...compareClosed(primary, silent, asked.question) };
  if (kind === "code") return { rule, ...ofCode(texts) };
  const { agrees, reason } = compareLong(primary, silent, words ?? undefined);
  return { rule, agrees, reason };
}

function ofCode({ primary, silent }: Texts): Finding {
  const [here, there] = [codeOf(primary), codeOf(silent)];
  if (here !== null && there !== null) return compareCode(here, there);
  // Models leave out the fence, too.
  return compareCode(here ?? primary, there ?? silent);
}

/** The tools of both sides; null where neither calls any. */
export function compareTools(primary: Answer, silent: Answer, asked: Asked, valid: BothSides | null): Finding | null {
  const [here, there] = [primary.tool_calls, silent.tool_calls];
  if (here.length + there.length === 0) return null;
  if (here.length === 0 || there.length === 0) return { agrees: false, reason: "one_calls_tools" };
  return compareToolArguments(here, there, { tools: asked.tools, valid });
}
