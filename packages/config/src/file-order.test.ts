import { expect, test } from "vitest";
import { ConfigError } from "./fault.ts";
import { fileOrder } from "./file-order.ts";
import { resolveConfig } from "./resolve.ts";

function pathsOf(raw: unknown): string[] {
  try {
    resolveConfig(raw, {});
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults.map(({ path }) => path);
  }
}

test("faults come in the order of the file, not of the checks", () => {
  const raw = {
    general_settings: { max_request_size_mb: -1 },
    mirror_settings: { retries: -1, sample_rate: 2 },
    model_list: [
      { litellm_params: { silent_model: "c", rpm: -1, model: "openai/x" }, model_name: "a" },
      { model_info: { id: [] }, litellm_params: { rpm: -1, model: "openai/x" } },
    ],
    router_settings: { num_retries: -1, fallbacks: { a: ["b"] } },
  };
  expect(pathsOf(raw)).toEqual([
    "general_settings.max_request_size_mb",
    "mirror_settings.retries",
    "mirror_settings.sample_rate",
    "model_list[0].litellm_params.silent_model",
    "model_list[0].litellm_params.rpm",
    "model_list[1].model_name",
    "model_list[1].model_info.id",
    "model_list[1].litellm_params.rpm",
    "router_settings.num_retries",
    "router_settings.fallbacks",
  ]);
});

test("an included entry stands where it was merged in, and quoted keys are found", () => {
  const raw = { model_list: [{ a: 1 }, { a: 1 }], router_settings: { "gpt-4.1": 1, 'x"]': 2 } };
  const order = fileOrder(raw, ["model_list[0]", "other.yaml: model_list[0]"]);
  const paths = [
    'router_settings["x\\"]"]',
    'router_settings["gpt-4.1"]',
    "other.yaml: model_list[0].a",
    "model_list[0].a",
    "model_list[0]",
    "model_lost",
  ].map((path) => ({ path }));
  expect(paths.toSorted(order)).toEqual(paths.toReversed());
});
