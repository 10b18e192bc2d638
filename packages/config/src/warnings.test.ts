import { describe, expect, test } from "vitest";
import { resolveConfig } from "./resolve.ts";

const entry = (params: object = {}, rest: object = {}) => ({
  model_name: "primary-model",
  litellm_params: { model: "openai/gpt-4o", ...params },
  ...rest,
});
const configOf = (first: object, sections: object = {}) => resolveConfig({ model_list: [first], ...sections }, {});

describe("a key of litellm_params that goes to the provider", () => {
  test.each([
    ["tempratur", "temperature"],
    ["timout", "timeout"],
    ["api_bse", "api_base"],
    ["max_token", "max_tokens"],
    ["topp", "top_p"],
    ["sede", "seed"],
    ["Timeout", "timeout"],
  ])("%s is noticed as near %s, and sent all the same", (key, meant) => {
    const { warnings, ignored, deployments } = configOf(entry({ [key]: 1 }));
    expect(warnings).toEqual([
      `model_list[0].litellm_params.${key} is sent to the provider as it is; did you mean ${meant}?`,
    ]);
    expect(ignored).toEqual([]);
    expect(deployments[0]?.defaults).toEqual({ [key]: 1 });
  });

  test.each([
    "top_k",
    "min_p",
    "min_tokens",
    "repetition_penalty",
    "guided_json",
    "models",
    "thinking",
    "stop_token_ids",
    "best_of",
    "dimensions",
    "temperature",
    "n",
    "itpm",
    "max_retries",
  ])("%s is not taken for a slip", (key) => {
    expect(configOf(entry({ [key]: 1 })).warnings).toEqual([]);
  });
});

describe("a key without effect", () => {
  test.each<[string, object, string, string]>([
    ["router_settings", { num_retrys: 1 }, "router_settings.num_retrys", "num_retries"],
    [
      "router_settings",
      { retry_policy: { TimeoutErorRetries: 1 } },
      "router_settings.retry_policy.TimeoutErorRetries",
      "TimeoutErrorRetries",
    ],
    ["litellm_settings", { drop_parms: true }, "litellm_settings.drop_parms", "drop_params"],
    ["litellm_settings", { num_retrys: 1 }, "litellm_settings.num_retrys", "num_retries"],
    ["general_settings", { master_kee: "x" }, "general_settings.master_kee", "master_key"],
    ["router_setings", { num_retries: 1 }, "router_setings", "router_settings"],
  ])("%s: %j is noticed instead of ignored", (section, value, path, meant) => {
    const { warnings, ignored } = configOf(entry(), { [section]: value });
    expect(warnings).toEqual([`${path} has no effect; did you mean ${meant}?`]);
    expect(ignored).toEqual([]);
  });

  test("is found in an entry and its model_info, too", () => {
    const { warnings } = configOf(entry({}, { model_ifo: {}, model_info: { base_modl: "gpt-4o" } }));
    expect(warnings).toEqual([
      "model_list[0].model_ifo has no effect; did you mean model_info?",
      "model_list[0].model_info.base_modl has no effect; did you mean base_model?",
    ]);
  });

  test.each<[string, object, string]>([
    ["litellm_settings", { callback: ["otel"] }, "litellm_settings.callback"],
    ["router_settings", { drop_params: true }, "router_settings.drop_params"],
    ["router_settings", { enable_pre_call_check: true }, "router_settings.enable_pre_call_check"],
    ["general_settings", { max_response_size_mb: 1 }, "general_settings.max_response_size_mb"],
    ["finetune_settings", {}, "finetune_settings"],
  ])("%s: %j is LiteLLM's own, and ignored", (section, value, path) => {
    const { warnings, ignored } = configOf(entry(), { [section]: value });
    expect({ warnings, ignored }).toEqual({ warnings: [], ignored: [path] });
  });
});

test("drop_params as a list counts as true, as it does to LiteLLM", () => {
  const { warnings, deployments } = configOf(entry({ drop_params: ["user"] }));
  expect(deployments[0]?.dropParams).toBe(true);
  expect(warnings).toEqual([expect.stringContaining("did you mean additional_drop_params?")]);
});

test("warnings come in the order of the file", () => {
  const raw = {
    general_settings: { master_kee: "x" },
    router_settings: { num_retrys: 1 },
    model_list: [entry({ timout: 1 })],
  };
  expect(resolveConfig(raw, {}).warnings.map((warning) => warning.split(" ")[0])).toEqual([
    "general_settings.master_kee",
    "router_settings.num_retrys",
    "model_list[0].litellm_params.timout",
  ]);
});
