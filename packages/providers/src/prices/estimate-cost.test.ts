import { faultLine, resolveConfig } from "@understudy/config";
import { describe, expect, test } from "vitest";
import { createCostEstimate, unpricedBudgets } from "./estimate-cost.ts";

const priced = { input_cost_per_token: 1e-6, output_cost_per_token: 1e-5 };

/** `gpt-main` mirrored to `quiet`, whose deployments have these parameters. */
function configOf(...quiet: readonly object[]) {
  const at = { api_base: "http://127.0.0.1:9/v1", api_key: "sk-test-1" };
  const entries = quiet.map((own) => ({
    model_name: "quiet",
    litellm_params: { model: "openai/in-house", ...at, ...own },
  }));
  const primary = { model_name: "gpt-main", litellm_params: { model: "openai/gpt-4o", silent_model: "quiet", ...at } };
  return resolveConfig({ model_list: [primary, ...entries], mirror_settings: { daily_budget_usd: 1 } }, {});
}

const estimate = (body: Readonly<Record<string, unknown>>, ...quiet: readonly object[]): number | null =>
  createCostEstimate(configOf(...quiet))("quiet", body, 4_000);

describe("what a call may cost", () => {
  test("counts four bytes as a token, and 4,096 tokens of answer where nobody says so", () => {
    expect(estimate({}, priced)).toBeCloseTo(1_000e-6 + 4_096e-5, 12);
  });

  test.each<readonly [said: string, body: object, params: object, tokens: number]>([
    ["the request", { max_tokens: 100 }, {}, 100],
    ["the request, by its newer name", { max_completion_tokens: 50, max_tokens: 100 }, {}, 50],
    ["the deployment, where the request does not", {}, { max_tokens: 200 }, 200],
    ["the request before the deployment", { max_tokens: 100 }, { max_tokens: 200 }, 100],
    ["extra_body before all", { max_tokens: 100 }, { extra_body: { max_tokens: 30 } }, 30],
    ["nobody sensibly", { max_tokens: "many" }, {}, 4_096],
    ["a request that asks for more than there is", { max_tokens: 1e300 }, {}, 1_000_000],
  ])("the answer's length is what says %s", (_, body, params, tokens) => {
    const usd = estimate({ ...body }, { ...priced, ...params });
    expect(usd).toBeCloseTo(1_000e-6 + tokens * 1e-5, 12);
  });

  test("is that of the dearest deployment", () => {
    const dear = { input_cost_per_token: 1e-5, output_cost_per_token: 1e-4 };
    expect(estimate({ max_tokens: 100 }, priced, dear)).toBeCloseTo(1_000e-5 + 100e-4, 12);
  });

  test("goes by the list price of a model that has one", () => {
    expect(estimate({ max_tokens: 100 }, { model: "openai/gpt-4o-mini" })).toBeCloseTo(
      1_000 * 0.15e-6 + 100 * 0.6e-6,
      12,
    );
  });

  test("is null where no price is known", () => {
    expect(estimate({}, {})).toBeNull();
  });
});

describe("a budget that cannot hold", () => {
  test("is told with the deployment and what to write", () => {
    expect(unpricedBudgets(configOf(priced, {})).map(faultLine)).toEqual([
      "model_list[2].litellm_params: the price of openai/in-house is not known, so the daily_budget_usd of quiet cannot hold; write input_cost_per_token and output_cost_per_token, in USD",
    ]);
  });

  test("is a judge's too", () => {
    const review = { judge: { model: "quiet", sampleRate: 1, dailyBudgetUsd: 1 }, embeddingModel: null, labels: null };
    const config = configOf({});
    const silentModels = config.silentModels.map((model) => ({ ...model, dailyBudgetUsd: null, review }));
    expect(unpricedBudgets({ ...config, silentModels })).toHaveLength(1);
  });

  test("is none where prices are known, or where there is no budget", () => {
    expect(unpricedBudgets(configOf(priced))).toEqual([]);
    const config = configOf({});
    const silentModels = config.silentModels.map((model) => ({ ...model, dailyBudgetUsd: null }));
    expect(unpricedBudgets({ ...config, silentModels })).toEqual([]);
  });
});
