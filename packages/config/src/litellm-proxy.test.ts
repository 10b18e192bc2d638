import path from "node:path";
import { expect, test } from "vitest";
import { loadConfigFile } from "./load-file.ts";

const env = {
  AZURE_API_BASE: "https://first.example.com",
  AZURE_API_KEY: "test-azure-key",
  ANTHROPIC_API_KEY: "sk-test-anthropic",
  OPENAI_API_KEY: "sk-test-openai",
  LITELLM_MASTER_KEY: "sk-test-master",
  LANGFUSE_PUBLIC_KEY: "pk-test-langfuse",
  LANGFUSE_SECRET_KEY: "sk-test-langfuse",
};

const config = loadConfigFile(path.join(import.meta.dirname, "../fixtures/litellm-proxy.yaml"), env);

test("a large LiteLLM configuration loads as it is", () => {
  expect(config.deployments).toHaveLength(8);
  expect(config.deployments[2]).toMatchObject({
    id: "second",
    order: 2,
    dropParams: true,
    additionalDropParams: ["response_format"],
    cooldownMs: 10_000,
    silent: [{ experimentId: "gpt-4o~claude-sonnet" }],
  });
  expect(config.deployments[3]).toMatchObject({
    price: { inputPerToken: 3e-6, outputPerToken: 1.5e-5, cacheReadPerToken: 3e-7, cacheWritePerToken: 3.75e-6 },
    defaults: { max_tokens: 8192 },
    headers: { "anthropic-beta": "context-1m" },
  });
  expect(config.router).toMatchObject({
    numRetries: 2,
    timeoutMs: 600_000,
    fallbacks: { "gpt-4o": ["claude-sonnet"] },
  });
});

test("nothing that LiteLLM keeps to itself reaches a provider", () => {
  const sent = config.deployments.flatMap(({ defaults }) => Object.keys(defaults));
  expect(sent).toEqual(["max_tokens"]);
});

test("nothing in it is taken for a slip", () => {
  expect(config.warnings.filter((warning) => warning.includes("did you mean"))).toEqual([]);
});

test("callbacks become sinks, and those that do not are named", () => {
  expect(config.logging.sinks).toMatchObject([
    { kind: "langfuse", calls: { success: true, failure: false }, host: "https://langfuse.example.com" },
    { kind: "otel", calls: { success: true, failure: true }, text: false },
  ]);
  expect(config.logging.text).toBe(false);
  expect(config.warnings.filter((warning) => warning.includes("callback"))).toEqual([
    expect.stringMatching(/^litellm_settings\.failure_callback\[0\] "sentry" is not built in/),
    expect.stringMatching(/^litellm_settings\.callbacks\[1\] "custom_callbacks\.handler" is a hook in Python/),
  ]);
});

test("what its writer relies on and is not kept is said, with what follows", () => {
  const relied = config.warnings.filter((warning) => !warning.includes("callback"));
  expect(relied.map((warning) => warning.split(" ")[0])).toEqual([
    "model_list[2].litellm_params.max_budget",
    "router_settings.routing_strategy",
    "router_settings.enable_pre_call_checks",
    "router_settings.optional_pre_call_checks",
    "router_settings.enable_tag_filtering",
    "router_settings.provider_budget_config",
    "litellm_settings.cache",
    "general_settings.database_url",
    "general_settings.store_model_in_db",
    "general_settings.custom_auth",
    "general_settings.pass_through_endpoints",
    "guardrails",
  ]);
});

test("what is not used is reported key by key", () => {
  expect(config.ignored.filter((key) => !key.startsWith("model_list"))).toEqual([
    "router_settings.allowed_fails_policy.OtherAllowedFails",
    "credential_list[0].credential_info.description",
    "credential_list[0].credential_info.custom_llm_provider",
    "general_settings.alerting",
    "general_settings.alert_types",
    "general_settings.background_health_checks",
    "router_settings.redis_host",
    "router_settings.redis_port",
    "router_settings.redis_password",
    "router_settings.cache_kwargs",
    "litellm_settings.num_retries",
    "litellm_settings.request_timeout",
    "litellm_settings.set_verbose",
    "litellm_settings.json_logs",
    "litellm_settings.cache_params.type",
    "litellm_settings.cache_params.host",
    "litellm_settings.cache_params.ttl",
    "litellm_settings.cache_params.supported_call_types",
    "litellm_settings.s3_callback_params.s3_bucket_name",
    "litellm_settings.s3_callback_params.s3_aws_secret_access_key",
    "litellm_settings.fallbacks",
    "mcp_servers.docs.url",
    "files_settings",
    "search_tools",
  ]);
  expect(config.ignored.filter((key) => key.startsWith("model_list[3]"))).toEqual([
    "model_list[3].litellm_params.input_cost_per_token_above_200k_tokens",
    "model_list[3].litellm_params.use_in_pass_through",
  ]);
});
