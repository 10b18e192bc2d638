import { expect, test } from "vitest";
import { describeConfig, ignoredLines } from "./describe.ts";
import { resolveConfig } from "./resolve.ts";
import { secretsOf } from "./secrets.ts";

const canary = "sk-test-canary-7f3a91c2";
const langfuse = { LANGFUSE_PUBLIC_KEY: "pk-test", LANGFUSE_SECRET_KEY: `${canary}-langfuse` };
const raw = {
  model_list: [
    {
      model_name: "chat",
      litellm_params: {
        model: "openai/gpt-4o",
        api_key: canary,
        weight: 3,
        rpm: 600,
        silent_model: [
          { model: "candidate", sample_rate: 0.07 },
          { model: "chat", control: true, payloads: "metrics_only" },
        ],
      },
      model_info: { id: "one", version: 2 },
    },
    {
      model_name: "chat",
      litellm_params: {
        model: "azure/gpt-4o",
        api_key: "short-key",
        drop_params: true,
        api_base: `https://user:${canary}@eu.example.com/openai?key=${canary}`,
        headers: { Authorization: `Bearer ${canary}-header`, "x-team": "blue-team" },
      },
      model_info: { id: "two", version: 2 },
    },
    { model_name: "candidate", litellm_params: { model: "openai/o1" }, model_info: { id: "three" } },
  ],
  router_settings: { num_retries: 4, fallbacks: [{ chat: ["candidate"] }], model_group_alias: { "gpt-4": "chat" } },
  litellm_settings: { success_callback: ["langfuse"], json_logs: true },
  general_settings: { master_key: `${canary}-master` },
};

test("a configuration is described without its secrets", () => {
  const text = describeConfig(resolveConfig(raw, { OPENAI_API_KEY: `${canary}-env`, ...langfuse }));
  expect(text).not.toContain("canary");
  expect(text).toBe(`2 model groups, 3 deployments

chat
  one    openai/gpt-4o  (provider's own)               key sk-...91c2  timeout 10m  4 retries  weight 3  rpm 600
  two    azure/gpt-4o   https://eu.example.com/openai  key set         timeout 10m  4 retries                     drop_params: true

candidate
  three  openai/o1      (provider's own)               no key          timeout 10m  4 retries

alias  gpt-4  ->  chat

experiments
  chat -> candidate  sample 7%  bodies up to 1 MiB  jobs up to 1h old  texts kept 30d  margins quality 5 points, errors 2 points, p95 x1.2, cost x1.1
  chat -> chat       sample 7%  bodies up to 1 MiB  jobs up to 1h old  figures only    control

silent models
  candidate  8 at once  no rate limit  no budget  timeout 10m  3 retries  queue up to 10000
  chat       8 at once  no rate limit  no budget  timeout 10m  3 retries  queue up to 10000

gateway
  master key       sk-...ster
  largest request  32 MiB
  other sites      any may call models with the key
  texts in logs    no

logged to
  langfuse   https://cloud.langfuse.com/  calls that went well
  all sinks  with prompts and answers

router settings other than default
  num_retries  4                  (default 2)
  fallbacks    chat -> candidate
`);
});

test("of a short master key it says only that it is set", () => {
  const text = describeConfig(resolveConfig({ ...raw, general_settings: { master_key: "short" } }, langfuse));
  expect(text).toMatch(/^ {2}master key {7}set$/m);
});

test("ignored keys that differ only in their place in a list share a line", () => {
  expect(ignoredLines(resolveConfig(raw, langfuse).ignored)).toEqual([
    "ignored: model_list[*].model_info.version (2 entries)",
    "ignored: litellm_settings.json_logs",
  ]);
});

test("deployments that mirror differently are told apart", () => {
  const model_list = [0.1, 0.5, 0.5].map((sample_rate, index) => ({
    model_name: "a",
    litellm_params: { model: "openai/x", silent_model: { model: "b", sample_rate } },
    model_info: { id: `d${index}` },
  }));
  const text = describeConfig(
    resolveConfig({ model_list: [...model_list, { model_name: "b", litellm_params: { model: "openai/y" } }] }, {}),
  );
  expect(text).toMatch(/a -> b {2}sample 10% .* from d0\n {2}a -> b {2}sample 50% .* from d1, d2\n/);
});

test("without a silent model or a master key it says so", () => {
  const text = describeConfig(
    resolveConfig({ model_list: [{ model_name: "a", litellm_params: { model: "openai/x" } }] }, {}),
  );
  expect(text).toContain("no experiments: no deployment has a silent_model");
  expect(text).toContain("none: every request is let in");
});

test("every secret that is known is listed for redaction, and no ordinary word", () => {
  const secrets = secretsOf(
    resolveConfig(raw, { ...langfuse, OPENAI_API_KEY: `${canary}-env`, DB_PASSWORD: "short", HOME: "/home/somebody" }),
  );
  expect(secrets.toSorted()).toEqual(
    [
      canary,
      "short-key",
      `Bearer ${canary}-header`,
      `${canary}-header`,
      `${canary}-master`,
      `${canary}-env`,
      `${canary}-langfuse`,
    ].toSorted(),
  );
});
