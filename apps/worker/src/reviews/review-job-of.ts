import { viewRequest } from "@understudy/apis";
import { type Config, type ReviewSettings, rubricsOf, type RubricSet } from "@understudy/config";
import { type GivenAnswer, judgedTexts } from "@understudy/evaluation";
import type { ReviewJob } from "@understudy/mirror";
import type { CallRecord, ControlState, ExperimentKey } from "@understudy/contracts";
import { stableFraction } from "@understudy/runtime";
import type { Pair } from "@understudy/store";
import { isDeepStrictEqual } from "node:util";

/** A judgement or a similarity that comes later is of no use to whoever watches; and what waits fills the queue. */
const OLDEST_MS = 3_600_000;

/** The settings by which pairs are reviewed, with the experiments that there are now. */
export interface Reviewed extends Pick<Config, "silentModels" | "groups" | "ownChecks"> {
  readonly experiments: readonly ExperimentKey[];
}

/** Those of the configuration, and those that were added since. */
export function reviewedIn(config: Config, { experiments }: Pick<ControlState, "experiments">): Reviewed {
  return { ...config, experiments: [...config.experiments, ...experiments.filter((one) => one.named_by === "api")] };
}

/**
 * What is to be asked about a pair, or null for nothing. Judged are comparable pairs of which both answers say something or call
 * tools; similarity is of texts alone.
 */
export function reviewJobOf(pair: Pair, config: Reviewed, now: number): ReviewJob | null {
  const settings = settingsOf(pair, config);
  if (settings === null || pair.comparison?.comparable !== true) return null;
  const [primary, silent] = [givenBy(pair.primary), givenBy(pair.silent)];
  if (primary === null || silent === null) return null;
  const question = questionOf(pair.id, settings.judge, isDeepStrictEqual(primary, silent));
  const embeddingModel = [primary, silent].some(callsTools) ? null : settings.embeddingModel;
  if (embeddingModel === null && !question.sampled) return null;
  return {
    version: 1,
    pair_id: pair.id,
    request_id: pair.request_id,
    experiment: pair.experiment,
    judge: question.judge,
    not_judged: question.not_judged,
    embedding_model: embeddingModel,
    ...(question.judge === null ? {} : rubricsIn(rubricsOf(config.ownChecks, askedOf(pair, config)))),
    ...judgedTexts(viewRequest(pair.primary.operation, pair.request), primary, silent),
    admitted_at: now,
    expires_at: now + OLDEST_MS,
  };
}

/**
 * Whether a judge is to speak of this pair. One that was drawn, and of which only the primary gave a text or calls, has nothing to
 * judge: that counts against the silent model, or its worst answers would be missing where answers are weighed.
 */
export function judgeDrawOf(pair: Pair, config: Reviewed): NonNullable<Pair["judge"]> | null {
  const judge = settingsOf(pair, config)?.judge ?? null;
  if (judge === null || !isDrawn(pair.id, judge) || givenBy(pair.primary) === null) return null;
  const comparable = pair.comparison?.comparable === true;
  if (comparable && givenBy(pair.silent) !== null) return "asked";
  return comparable || pair.silent?.status === "error" ? "nothing_to_judge" : null;
}

/** Of the candidate, also where no deployment names that: in an experiment that was added. */
function settingsOf(pair: Pair, config: Reviewed): ReviewSettings | null {
  const { silentModels, groups } = config;
  const candidate = isReverse(pair, config) ? pair.primary.model_group : pair.silent_model;
  const all = [...silentModels, ...groups.map(({ model }) => model)];
  return all.find(({ name }) => name === candidate)?.review ?? null;
}

/** Whether it is of what the candidate of a rollout answered: an experiment names the two the other way round. */
function isReverse({ experiment, silent_model, primary }: Pair, { experiments }: Reviewed): boolean {
  const forward = experiments.some((one) => one.primary === silent_model && one.silent === primary.model_group);
  return forward && silent_model !== primary.model_group && !experiments.some(({ id }) => id === experiment);
}

/** By a hash of its own: what else is drawn by a pair's id has nothing to do with it. */
function isDrawn(pairId: string, judge: NonNullable<ReviewSettings["judge"]>): boolean {
  return stableFraction(`judge ${pairId}`) < judge.sampleRate;
}

/** Whether the judge is asked, and if not, why not. */
function questionOf(pairId: string, judge: ReviewSettings["judge"], identical: boolean): Question {
  if (judge === null) return { sampled: false, judge: null, not_judged: null };
  const sampled = isDrawn(pairId, judge);
  if (!sampled) return { sampled, judge: null, not_judged: "not_sampled" };
  if (identical) return { sampled, judge: null, not_judged: "identical" };
  const { model, dailyBudgetUsd: daily_budget_usd, rubric } = judge;
  return {
    sampled,
    judge: { model, daily_budget_usd, ...(rubric === undefined ? {} : { rubric }) },
    not_judged: null,
  };
}

/** Model group that clients asked: an experiment names it, and a replay's pair has been answered by it. */
function askedOf(pair: Pair, config: Reviewed): string {
  if (isReverse(pair, config)) return pair.silent_model;
  return config.experiments.find(({ id }) => id === pair.experiment)?.primary ?? pair.primary.model_group;
}

function rubricsIn(rubrics: RubricSet | null): Pick<ReviewJob, "rubrics"> {
  if (rubrics === null) return {};
  const each = rubrics.checks.map(({ name, value, not, threshold }) => ({ name, text: String(value), not, threshold }));
  return { rubrics: { set: rubrics.id, each } };
}

interface Question extends Pick<ReviewJob, "judge" | "not_judged"> {
  readonly sampled: boolean;
}

function givenBy(call: CallRecord | null): GivenAnswer | null {
  if (call?.status !== "ok" || call.answer === null) return null;
  const { text, tool_calls, refusal } = call.answer;
  const isEmpty = (text === null || text.trim() === "") && tool_calls.length === 0;
  return isEmpty || refusal !== null ? null : { text, tool_calls };
}

function callsTools({ tool_calls }: GivenAnswer): boolean {
  return tool_calls.length > 0;
}
