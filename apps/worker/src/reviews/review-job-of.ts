import type { Config, ReviewSettings } from "@understudy/config";
import { judgedTexts } from "@understudy/evaluation";
import type { ReviewJob } from "@understudy/mirror";
import type { CallRecord } from "@understudy/router";
import { stableFraction } from "@understudy/runtime";
import type { Pair } from "@understudy/store";

/** A judgement or a similarity that comes later is of no use to whoever watches; and what waits fills the queue. */
const OLDEST_MS = 3_600_000;

/**
 * What is to be asked about a pair, or null for nothing. Only comparable pairs of which both answers are text: an answer
 * that also calls tools would be judged by half of it.
 */
export function reviewJobOf(pair: Pair, config: Config, now: number): ReviewJob | null {
  const settings = config.silentModels.find(({ name }) => name === pair.silent_model)?.review;
  if (settings === undefined || pair.comparison?.comparable !== true) return null;
  const [primary, silent] = [textOf(pair.primary), textOf(pair.silent)];
  if (primary === null || silent === null) return null;
  const question = questionOf(pair.id, settings.judge, primary === silent);
  if (settings.embeddingModel === null && !question.sampled) return null;
  return {
    version: 1,
    pair_id: pair.id,
    request_id: pair.request_id,
    experiment: pair.experiment,
    judge: question.judge,
    not_judged: question.not_judged,
    embedding_model: settings.embeddingModel,
    ...judgedTexts(pair.request, primary, silent),
    admitted_at: now,
    expires_at: now + OLDEST_MS,
  };
}

/** Whether the judge is asked, and if not, why not. */
function questionOf(pairId: string, judge: ReviewSettings["judge"], identical: boolean): Question {
  if (judge === null) return { sampled: false, judge: null, not_judged: null };
  const sampled = stableFraction(pairId) < judge.sampleRate;
  if (!sampled) return { sampled, judge: null, not_judged: "not_sampled" };
  if (identical) return { sampled, judge: null, not_judged: "identical" };
  return { sampled, judge: { model: judge.model, daily_budget_usd: judge.dailyBudgetUsd }, not_judged: null };
}

interface Question extends Pick<ReviewJob, "judge" | "not_judged"> {
  readonly sampled: boolean;
}

function textOf(call: CallRecord | null): string | null {
  if (call?.status !== "ok" || call.answer === null) return null;
  const { text, tool_calls, refusal } = call.answer;
  return text === null || text.trim() === "" || refusal !== null || tool_calls.length > 0 ? null : text;
}
