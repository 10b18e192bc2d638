import { expect, test } from "vitest";
import { resolveConfig } from "./resolve.ts";

const model_list = [{ model_name: "a", litellm_params: { model: "openai/x" } }];

test.each<[string, object, string]>([
  ["virtual keys", { general_settings: { database_url: "postgres://x" } }, "general_settings.database_url is not read"],
  ["custom auth", { general_settings: { custom_auth: "auth.check" } }, "general_settings.custom_auth is not run"],
  [
    "guardrails",
    { guardrails: [{ guardrail_name: "pii" }] },
    "guardrails is not run: requests and answers pass unchecked",
  ],
  ["PII masking", { litellm_settings: { output_parse_pii: true } }, "litellm_settings.output_parse_pii is not run"],
  [
    "a cache",
    { litellm_settings: { cache: true } },
    "litellm_settings.cache is not kept: nothing is answered from a cache",
  ],
  ["budgets", { litellm_settings: { max_budget: 10 } }, "litellm_settings.max_budget is not kept: calls are made"],
])("%s: it is said what follows", (_, section, line) => {
  const { warnings, ignored } = resolveConfig({ model_list, ...section }, {});
  expect(warnings).toEqual([expect.stringContaining(line)]);
  expect(ignored).toEqual([]);
});

test.each([
  { litellm_settings: { cache: false } },
  { guardrails: [] },
  { general_settings: { database_url: null } },
  { router_settings: { enable_tag_filtering: "False" } },
])("what is switched off is ignored like any other key: %j", (section) => {
  const { warnings, ignored } = resolveConfig({ model_list, ...section }, {});
  expect(warnings).toEqual([]);
  expect(ignored).toHaveLength(1);
});
