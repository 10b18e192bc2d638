import { describe, expect, test } from "vitest";
import { NO_CLOUDS } from "./clouds/clouds.ts";
import type { Deployment } from "./config.ts";
import { resolveConfig } from "./resolve.ts";
import { DEFAULT_ROUTER_SETTINGS } from "./router-settings.ts";

const entry = (model_name: string, params: object = {}, info: object = {}) => ({
  model_name,
  litellm_params: { model: "openai/gpt-4o", ...params },
  model_info: info,
});

function deploymentOf(params: object, rest: object = {}, env: Record<string, string> = {}): Deployment {
  const raw = { model_list: [entry("primary-model", params), entry("evaluation-model")], ...rest };
  const [deployment] = resolveConfig(raw, env).deployments;
  if (deployment === undefined) throw new Error("no deployment");
  return deployment;
}

const routerOf = (router_settings: object, litellm_settings: object = {}) =>
  resolveConfig({ model_list: ["a", "b", "c"].map((name) => entry(name)), router_settings, litellm_settings }, {})
    .router;

describe("a deployment", () => {
  test("is what its entry says, in milliseconds and null for what it does not say", () => {
    const deployment = deploymentOf({
      custom_llm_provider: "azure",
      api_key: "sk-test-one",
      base_url: "http://127.0.0.1:1/v1",
      api_version: "2024-10-21",
      headers: { "x-one": 1, "x-two": "a" },
      extra_headers: { "x-two": "b" },
      extra_body: { top_k: 3 },
      weight: 2,
      rpm: "60",
      timeout: 1.5,
      stream_timeout: 2,
      cooldown_time: 0,
      num_retries: 0,
      output_cost_per_token: 0.5,
    });
    expect(deployment).toMatchObject({
      path: "model_list[0]",
      modelGroup: "primary-model",
      model: "openai/gpt-4o",
      provider: "azure",
      apiKey: "sk-test-one",
      apiBase: "http://127.0.0.1:1/v1",
      apiVersion: "2024-10-21",
      organization: null,
      headers: { "x-one": "1", "x-two": "b" },
      extraBody: { top_k: 3 },
      weight: 2,
      rpm: 60,
      tpm: null,
      timeoutMs: 1_500,
      streamTimeoutMs: 2_000,
      cooldownMs: 0,
      numRetries: 0,
      maxParallelRequests: null,
      price: { inputPerToken: 0, outputPerToken: 0.5, cacheReadPerToken: null, cacheWritePerToken: null },
      silent: [],
    });
  });

  test("passes on what the provider is meant to see, and nothing that LiteLLM or we keep", () => {
    const raw = {
      model_list: [
        entry("primary-model", {
          temperature: 0.2,
          tools: [{ type: "function" }],
          some_provider_option: { deep: "os.environ/OPTION" },
          silent_model: "primary-model-2",
          mock_response: "hello",
          tags: ["free"],
          s3_region_name: "eu-west-1",
          input_cost_per_second: 1,
          max_retries: 3,
        }),
        entry("primary-model-2"),
      ],
    };
    const config = resolveConfig(raw, { OPTION: "on" });
    expect(config.deployments[0]?.defaults).toEqual({
      temperature: 0.2,
      tools: [{ type: "function" }],
      some_provider_option: { deep: "on" },
    });
    expect(config.ignored).toEqual(
      ["tags", "s3_region_name", "input_cost_per_second", "max_retries"].map(
        (key) => `model_list[0].litellm_params.${key}`,
      ),
    );
  });

  test("takes limits from the entry, then litellm_params, then model_info", () => {
    const raw = {
      model_list: [{ ...entry("a", { rpm: 2, tpm: 20 }, { rpm: 3, tpm: 30 }), rpm: 1 }, entry("b", {}, { rpm: 3 })],
    };
    const { deployments } = resolveConfig(raw, {});
    expect(deployments.map(({ rpm, tpm }) => [rpm, tpm])).toEqual([
      [1, 20],
      [3, null],
    ]);
  });

  test("is made once for each organization", () => {
    const raw = { model_list: [entry("a", { organization: ["org-1", "org-2"] }, { id: "here" })] };
    const { deployments } = resolveConfig(raw, {});
    expect(deployments.map(({ id, organization }) => [id, organization])).toEqual([
      ["here", "org-1"],
      ["here-2", "org-2"],
    ]);
  });

  test("takes from its credential what it does not say itself", () => {
    const credential_list = [
      { credential_name: "shared", credential_values: { api_key: "os.environ/KEY", api_base: "http://a" } },
    ];
    const deployment = deploymentOf(
      { litellm_credential_name: "shared", api_base: "http://b" },
      { credential_list },
      { KEY: "sk-test-shared" },
    );
    expect(deployment).toMatchObject({ apiKey: "sk-test-shared", apiBase: "http://b", defaults: {} });
  });

  test("sends an Azure token as a bearer token", () => {
    expect(deploymentOf({ azure_ad_token: "token-1234" }).headers).toEqual({ Authorization: "Bearer token-1234" });
    expect(deploymentOf({ azure_ad_token: "oidc/google" }).headers).toEqual({});
  });

  test("takes an application in Entra, which a key goes before: then its variables need not be set", () => {
    const entra = { tenant_id: "t", client_id: "c", client_secret: "os.environ/SECRET" };
    expect(deploymentOf(entra, {}, { SECRET: "s" })).toMatchObject({
      clouds: {
        entra: { tenantId: "t", clientId: "c", clientSecret: "s", username: null, password: null, scope: null },
      },
      defaults: {},
    });
    expect(deploymentOf({ ...entra, api_key: "sk-test-key" })).toMatchObject({ clouds: { entra: null }, lacks: [] });
    expect(deploymentOf({}).clouds).toEqual(NO_CLOUDS);
    expect(deploymentOf(entra).lacks).toMatchObject([{ problem: "environment variable SECRET is not set" }]);
  });

  test("takes what AWS is signed with, which a key goes before, and where it is in any case", () => {
    const aws = { aws_access_key_id: "AKIA", aws_secret_access_key: "os.environ/SECRET", aws_region_name: "eu-west-1" };
    const named = deploymentOf({ ...aws, aws_role_name: "arn:r", model_id: "arn:m" }, {}, { SECRET: "s" });
    expect(named).toMatchObject({
      clouds: {
        aws: {
          accessKeyId: "AKIA",
          secretAccessKey: "s",
          role: "arn:r",
          region: "eu-west-1",
          modelId: "arn:m",
          profile: null,
        },
      },
      defaults: {},
    });
    expect(deploymentOf({ ...aws, api_key: "sk-test-key" })).toMatchObject({
      clouds: { aws: { accessKeyId: null, region: "eu-west-1" } },
      lacks: [],
    });
    expect(deploymentOf(aws).lacks).toMatchObject([{ problem: "environment variable SECRET is not set" }]);
  });
});

describe("a deployment's id", () => {
  test("is the same whatever the order of keys, the value of a variable, or the silent model", () => {
    const ids = [
      deploymentOf({ api_key: "os.environ/KEY", rpm: 1 }, {}, { KEY: "sk-test-old" }),
      deploymentOf({ rpm: 1, api_key: "os.environ/KEY" }, {}, { KEY: "sk-test-new" }),
      deploymentOf({ rpm: 1, api_key: "os.environ/KEY", silent_model: "evaluation-model" }, {}, { KEY: "sk-test-new" }),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[0-9a-f]{12}$/);
    expect(deploymentOf({ rpm: 2, api_key: "os.environ/KEY" }, {}, { KEY: "sk-test-new" }).id).not.toBe(ids[0]);
  });

  test("is numbered where two entries are the same", () => {
    const { deployments } = resolveConfig({ model_list: [entry("a"), entry("a"), entry("a")] }, {});
    const [first, second, third] = deployments.map(({ id }) => id);
    expect([second, third]).toEqual([`${first}-2`, `${first}-3`]);
  });
});

describe("the environment", () => {
  test("the process has the first word, the file the second, and empty is unset", () => {
    const raw = {
      model_list: [
        entry("a", { api_key: "os.environ/KEY", timeout: "os.environ/SECONDS", api_base: "os.environ/BASE" }),
      ],
      environment_variables: { KEY: "from-file", SECONDS: 30, BASE: "http://from-file", COPY: "os.environ/KEY" },
    };
    const config = resolveConfig(raw, { KEY: "from-process", BASE: "", UNUSED: undefined });
    expect(config.deployments[0]).toMatchObject({
      apiKey: "from-process",
      timeoutMs: 30_000,
      apiBase: "http://from-file",
    });
    expect(config.env).toEqual({ KEY: "from-process", SECONDS: "30", BASE: "http://from-file", COPY: "from-process" });
  });

  test("a variable that only an unused key asks for need not be set", () => {
    const raw = {
      model_list: [entry("a", { tags: "os.environ/ABSENT" })],
      general_settings: { alerting: "os.environ/ABSENT" },
    };
    expect(resolveConfig(raw, {}).ignored).toEqual(["model_list[0].litellm_params.tags", "general_settings.alerting"]);
  });

  test("a variable made of one that is not set is not set, and is said", () => {
    const config = resolveConfig({ model_list: [entry("a")], environment_variables: { A: "os.environ/ABSENT" } }, {});
    expect(config.env).toEqual({});
    expect(config.warnings).toEqual([
      "environment_variables.A has no value, since environment variable ABSENT is not set: it is not set; export ABSENT=… or write the value",
    ]);
  });

  test("a map among environment_variables is no variable, and is said", () => {
    const config = resolveConfig({ model_list: [entry("a")], environment_variables: { A: { b: 1 }, C: "d" } }, {});
    expect(config.env).toEqual({ C: "d" });
    expect(config.warnings).toEqual(["environment_variables.A is a map, not text, and is not set"]);
  });

  test("the master key comes from the file, else from LITELLM_MASTER_KEY", () => {
    const model_list = [entry("a")];
    const env = { LITELLM_MASTER_KEY: "sk-test-env" };
    expect(resolveConfig({ model_list, general_settings: { master_key: "sk-test-file" } }, env).gateway.masterKey).toBe(
      "sk-test-file",
    );
    expect(resolveConfig({ model_list }, env).gateway.masterKey).toBe("sk-test-env");
    expect(resolveConfig({ model_list }, {}).gateway).toMatchObject({ masterKey: null, maxRequestBytes: 33_554_432 });
  });
});

describe("router settings", () => {
  test("have their defaults", () => {
    expect(routerOf({})).toEqual(DEFAULT_ROUTER_SETTINGS);
  });

  test("are read from router_settings first, then litellm_settings, and the loser is reported", () => {
    const raw = {
      model_list: [entry("a")],
      router_settings: { num_retries: 5, timeout: null },
      litellm_settings: { num_retries: 1, request_timeout: 30, allowed_fails: 4, drop_params: true },
    };
    const config = resolveConfig(raw, {});
    expect(config.router).toMatchObject({ numRetries: 5, timeoutMs: 30_000, allowedFails: 4 });
    expect(config.deployments[0]?.dropParams).toBe(true);
    expect(config.ignored).toEqual(["litellm_settings.num_retries"]);
  });

  test("name failures by our kinds", () => {
    const router = routerOf({
      retry_policy: { RateLimitErrorRetries: 5, BadRequestErrorRetries: 0, DefaultRetries: 1 },
      allowed_fails_policy: { ServiceUnavailableErrorAllowedFails: 3, BadGatewayErrorAllowedFails: 9 },
      model_group_retry_policy: { a: { TimeoutErrorRetries: 2 } },
    });
    expect(router.retryPolicy).toMatchObject({
      rate_limit: 5,
      bad_request: 0,
      timeout: 1,
      connection: 1,
      server_error: 1,
    });
    expect(router.allowedFailsPolicy).toEqual({ unavailable: 3 });
    expect(router.groupRetryPolicy).toEqual({ a: { timeout: 2 } });
  });

  test("hold fallbacks by group, the default under *, and aliases", () => {
    const router = routerOf({
      fallbacks: [{ a: ["b", "other"] }],
      default_fallbacks: ["c"],
      context_window_fallbacks: [{ a: ["c"] }],
      model_group_alias: { other: "b", secret: { model: "c", hidden: true } },
      routing_strategy: "latency-based-routing",
      routing_strategy_args: { ttl: 60, lowest_latency_buffer: 0.5 },
    });
    expect(router).toMatchObject({
      fallbacks: { a: ["b", "other"], "*": ["c"] },
      contextWindowFallbacks: { a: ["c"] },
      aliases: { other: { group: "b", hidden: false }, secret: { group: "c", hidden: true } },
      strategy: "latency-based-routing",
      latency: { ttlMs: 60_000, buffer: 0.5, samples: 10 },
    });
  });

  test("a strategy that only LiteLLM has, and fallbacks of nobody, are reported", () => {
    const router_settings = {
      routing_strategy: "cost-based-routing",
      fallbacks: [{ gone: ["a"] }, { a: ["b"] }, { a: ["a"] }],
    };
    const config = resolveConfig({ model_list: [entry("a"), entry("b")], router_settings }, {});
    expect(config.router).toMatchObject({ strategy: "simple-shuffle", fallbacks: { a: ["b"] } });
    expect(config.warnings).toEqual([
      "router_settings.routing_strategy is cost-based-routing, which needs what only LiteLLM keeps: simple-shuffle is used",
      "router_settings.fallbacks[0].gone has no effect: no model group is called gone; add a model_list entry with model_name: gone",
      "router_settings.fallbacks[2].a has no effect: its fallbacks are listed before",
    ]);
  });
});
