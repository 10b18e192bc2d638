import type { JudgeSettings, LabelSettings, ReviewSettings } from "./config.ts";
import type { FindGroup } from "./model-groups.ts";
import { unknownGroup } from "./names.ts";
import { shown } from "./shown.ts";
import { AMOUNT, FRACTION, type NumberRule } from "./number-rule.ts";
import { kindOf } from "./reading.ts";
import type { Section } from "./section.ts";

export const REVIEW_KEYS = ["embedding_model", "judge", "labels"] as const;
export const JUDGE_KEYS = ["model", "sample_rate", "daily_budget_usd", "rubric"] as const;

export const LABEL_KEYS = ["sample_rate"] as const;

export const NO_REVIEW: ReviewSettings = { judge: null, embeddingModel: null, labels: null };
export const DEFAULT_LABELS: LabelSettings = { sampleRate: 0.1 };
/** What nobody is ever asked about says nothing, and a label stands for one over this many pairs. */
const DRAWN: NumberRule = { min: 0.001, max: 1 };
export const DEFAULT_JUDGE: Omit<JudgeSettings, "model" | "rubric"> = { sampleRate: 0.1, dailyBudgetUsd: 5 };

/** UTF-16 code units. It is paid for with every question. */
const LONGEST_RUBRIC = 4_000;

/** What a model group's name is looked up in. */
export interface KnownGroups {
  readonly groups: readonly string[];
  readonly findGroup: FindGroup;
}

/**
 * Reads `embedding_model`, `judge` and `labels` of `section`; what it does not say is `fallback`. Written as null they are switched
 * off. `budget`: whether the budget may be said here. There is one, and all judging is paid from it.
 */
export function readReviewSettings(
  section: Section | null,
  fallback: ReviewSettings,
  { known, budget }: { readonly known: KnownGroups; readonly budget: boolean },
): ReviewSettings {
  if (section === null) return fallback;
  const judge =
    section.raw("judge") === null ? null : readJudge(section.section("judge"), fallback.judge, known, budget);
  return {
    judge,
    labels: readLabels(section, { fallback: fallback.labels, isJudged: judge !== null || section.has("judge") }),
    embeddingModel:
      section.raw("embedding_model") === null
        ? null
        : (readGroup(section, "embedding_model", known) ?? fallback.embeddingModel),
  };
}

function readJudge(
  judge: Section | null,
  fallback: JudgeSettings | null,
  known: KnownGroups,
  budget: boolean,
): JudgeSettings | null {
  if (judge === null) return fallback;
  if (fallback === null) judge.requiredText("model", "name the model group that judges: model: NAME");
  const otherwise = fallback ?? { model: null, rubric: undefined, ...DEFAULT_JUDGE };
  const model = readGroup(judge, "model", known) ?? otherwise.model;
  const sampleRate = judge.number("sample_rate", FRACTION) ?? otherwise.sampleRate;
  const dailyBudgetUsd =
    (budget ? judge.number("daily_budget_usd", AMOUNT) : noBudget(judge)) ?? otherwise.dailyBudgetUsd;
  const rubric = readRubric(judge, otherwise.rubric);
  judge.rejectRest(JUDGE_KEYS);
  return model === null ? null : { model, sampleRate, dailyBudgetUsd, ...(rubric === undefined ? {} : { rubric }) };
}

/** People are asked about judged pairs alone: where a silent model is not judged, what holds for all asks them nothing. */
function readLabels(
  section: Section,
  { fallback, isJudged }: { readonly fallback: LabelSettings | null; readonly isJudged: boolean },
): LabelSettings | null {
  if (section.raw("labels") === null) return null;
  const labels = section.section("labels");
  if (labels === null) return isJudged ? fallback : null;
  const sampleRate = labels.number("sample_rate", DRAWN) ?? (fallback ?? DEFAULT_LABELS).sampleRate;
  labels.rejectRest(LABEL_KEYS);
  if (isJudged) return { sampleRate };
  const fix = "name a judge beside them: judge: { model: GROUP }";
  return section.fault("labels", "people are asked about pairs that a judge has judged, and there is no judge", fix);
}

/** Null takes away what holds for all. */
function readRubric(judge: Section, fallback: string | undefined): string | undefined {
  const value = judge.value("rubric");
  if (value === undefined) return fallback;
  if (value === null) return undefined;
  if (typeof value !== "string") judge.fault("rubric", `is ${kindOf(value)}, not text`, "write what counts in words");
  else if (value.length > LONGEST_RUBRIC) {
    const fix = `say it in ${LONGEST_RUBRIC} characters at the most`;
    judge.fault("rubric", `is ${value.length} characters long`, fix);
  } else return value.trim() === "" ? undefined : value.trim();
  return fallback;
}

function noBudget(judge: Section): null {
  if (judge.raw("daily_budget_usd") === undefined) return null;
  const fix = "write it as mirror_settings.judge.daily_budget_usd";
  return judge.fault("daily_budget_usd", "one budget pays for all judging, whatever silent model it is of", fix);
}

/** The name of a model group as it is written; a fault where no group takes it. */
function readGroup(section: Section, key: string, { groups, findGroup }: KnownGroups): string | null {
  const value = section.value(key);
  if (value === undefined || value === null || value === "") return null;
  const fix = "write the model_name of a model_list entry";
  if (typeof value !== "string") return section.fault(key, `is ${kindOf(value)}, not a model group`, fix);
  if (value.includes("*")) return section.fault(key, `${shown(value)} is a pattern, not a model group`, fix);
  if (findGroup(value) !== null) return value;
  return section.fault(key, ...unknownGroup(value, groups));
}
