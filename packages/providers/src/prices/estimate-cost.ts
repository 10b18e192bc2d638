import { type Config, type Fault, modelGroupOf } from "@understudy/config";
import type { ChatBody } from "../request/chat-body.ts";
import { compileTargets } from "../targets/compile-targets.ts";
import { costUsd } from "./cost.ts";
import { servesModel } from "../targets/serves-model.ts";
import { type Target, upstreamModel } from "../targets/target.ts";

/** USD that a call of a silent model may cost, before it is made; null when no price of it is known. */
export type EstimateCost = (silentModel: string, request: ChatBody, requestBytes: number) => number | null;

/** English text has some four bytes to a token, JSON and other scripts fewer tokens to the byte or more: near enough. */
const BYTES_PER_TOKEN = 4;
/** What an answer is taken to be at most when neither request nor deployment says so. */
const DEFAULT_ANSWER_TOKENS = 4_096;
/** No model answers with more; a request may ask for anything. */
const MOST_ANSWER_TOKENS = 1_000_000;

/** Estimates by the dearest deployment that may be picked, so that no pick costs more than was estimated. */
export function createCostEstimate(config: Config): EstimateCost {
  const targets = compileTargets(config);
  return (silentModel, request, requestBytes) => {
    const costs = targetsOf(silentModel, targets, config).map((target) =>
      costOf(target, silentModel, requestBytes / BYTES_PER_TOKEN, answerTokens(target, request)),
    );
    const known = costs.filter((cost) => cost !== null);
    return known.length === 0 ? null : Math.max(...known);
  };
}

/**
 * USD that one call of a model group may cost at the most, whatever is asked: its dearest deployment's price for the tokens
 * that `model_info` says it takes and gives at most. Null where one of its deployments says no such limits, or has no price.
 */
export function createCallCap(config: Config): (group: string) => number | null {
  const targets = compileTargets(config);
  return (group) => {
    const caps = targetsOf(group, targets, config).map((target) => {
      const { maxInputTokens, maxOutputTokens } = target.deployment;
      if (maxInputTokens === null || maxOutputTokens === null) return null;
      return costOf(target, group, maxInputTokens, maxOutputTokens);
    });
    const known = caps.filter((cap) => cap !== null);
    return known.length === 0 || known.length < caps.length ? null : Math.max(...known);
  };
}

/**
 * Deployments of a silent model with a daily budget, or of a judge, whose price is not known: their calls pass the budget by.
 * A judge without any known price is never asked.
 */
export function unpricedBudgets(config: Config): readonly Fault[] {
  const silent = config.silentModels.filter((model) => model.dailyBudgetUsd !== null).map(({ name }) => name);
  const judges = config.silentModels.flatMap(({ review }) => review.judge?.model ?? []);
  const budgeted = new Set([...silent, ...judges]);
  if (budgeted.size === 0) return [];
  const targets = compileTargets(config);
  return [...budgeted].flatMap((name) =>
    targetsOf(name, targets, config)
      .filter((target) => costOf(target, name, 1, 1) === null)
      .map(({ deployment: { path, model } }) => ({
        path: `${path}.litellm_params`,
        problem: `the price of ${model} is not known, so the daily_budget_usd of ${name} cannot hold`,
        fix: "write input_cost_per_token and output_cost_per_token, in USD",
      })),
  );
}

function targetsOf(silentModel: string, targets: readonly Target[], config: Config): readonly Target[] {
  const group = modelGroupOf(config, silentModel) ?? silentModel;
  return targets.filter((target) => target.deployment.modelGroup === group && servesModel(target, silentModel));
}

function costOf(target: Target, silentModel: string, inputTokens: number, outputTokens: number): number | null {
  const { provider, deployment } = target;
  const { price, baseModel } = deployment;
  const nothing = { cached_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 };
  const usage = wholeTokens({ input_tokens: inputTokens, output_tokens: outputTokens, ...nothing });
  return costUsd({ provider, model: upstreamModel(target, silentModel), price, baseModel }, usage, null);
}

function wholeTokens<Counts extends Readonly<Record<string, number>>>(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, Math.ceil(count)])) as Counts;
}

/** As the provider will see it: a deployment's `extra_body` wins over the request, and that over its defaults. */
function answerTokens({ deployment }: Target, request: ChatBody): number {
  for (const params of [deployment.extraBody, request, deployment.defaults]) {
    for (const key of ["max_completion_tokens", "max_output_tokens", "max_tokens"]) {
      const limit = params[key];
      if (typeof limit === "number" && limit > 0) return Math.min(limit, MOST_ANSWER_TOKENS);
    }
  }
  return DEFAULT_ANSWER_TOKENS;
}
