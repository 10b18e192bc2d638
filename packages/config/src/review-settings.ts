import type { JudgeSettings, ReviewSettings } from "./config.ts";
import type { FindGroup } from "./model-groups.ts";
import { shown, unknownGroup } from "./names.ts";
import { AMOUNT, FRACTION } from "./number-rule.ts";
import { kindOf } from "./reading.ts";
import type { Section } from "./section.ts";

export const REVIEW_KEYS = ["embedding_model", "judge"] as const;
export const JUDGE_KEYS = ["model", "sample_rate", "daily_budget_usd"] as const;

export const NO_REVIEW: ReviewSettings = { judge: null, embeddingModel: null };
export const DEFAULT_JUDGE: Omit<JudgeSettings, "model"> = { sampleRate: 0.1, dailyBudgetUsd: 5 };

/** What a model group's name is looked up in. */
export interface KnownGroups {
  readonly groups: readonly string[];
  readonly findGroup: FindGroup;
}

/**
 * Reads `embedding_model` and `judge` of `section`; what it does not say is `fallback`. Written as null they are switched
 * off. `budget`: whether the budget may be said here. There is one, and all judging is paid from it.
 */
export function readReviewSettings(
  section: Section | null,
  fallback: ReviewSettings,
  { known, budget }: { readonly known: KnownGroups; readonly budget: boolean },
): ReviewSettings {
  if (section === null) return fallback;
  return {
    judge: section.raw("judge") === null ? null : readJudge(section.section("judge"), fallback.judge, known, budget),
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
  const otherwise = fallback ?? { model: null, ...DEFAULT_JUDGE };
  const model = readGroup(judge, "model", known) ?? otherwise.model;
  const sampleRate = judge.number("sample_rate", FRACTION) ?? otherwise.sampleRate;
  const dailyBudgetUsd =
    (budget ? judge.number("daily_budget_usd", AMOUNT) : noBudget(judge)) ?? otherwise.dailyBudgetUsd;
  judge.rejectRest(JUDGE_KEYS);
  return model === null ? null : { model, sampleRate, dailyBudgetUsd };
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
