import { describe, expect, test } from "vitest";
import { ConfigError, unservedLine } from "./fault.ts";
import { resolveConfig } from "./resolve.ts";

function faultsOf(raw: unknown, env: Record<string, string> = {}): string[] {
  try {
    resolveConfig(raw, env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split("\n");
  }
}

/** What is left out, in an order that does not matter. */
function unservedOf(raw: unknown, env: Record<string, string> = {}): string[] {
  const { unserved, deployments } = resolveConfig(raw, env);
  const lacking = deployments.flatMap(({ modelGroup: name, lacks }) => lacks.map((lack) => ({ name, ...lack })));
  return [...unserved, ...lacking].map(unservedLine);
}

/** A sound configuration with one more key in the primary's `litellm_params`. */
const withParam = (key: string, value: unknown) => ({
  model_list: [
    { model_name: "primary-model", litellm_params: { model: "openai/gpt-3.5-turbo", [key]: value } },
    { model_name: "evaluation-model", litellm_params: { model: "openai/gpt-4o" } },
  ],
});
const withSection = (key: string, value: unknown) => ({
  ...withParam("silent_model", "evaluation-model"),
  [key]: value,
});
const params = "model_list[0].litellm_params";

describe("model_list", () => {
  test.each<[string, unknown, string[]]>([
    ["nothing at all", null, ["model_list: is missing; write a model_list with at least one model"]],
    ["a list instead of a map", [], ["model_list: is missing; write a model_list with at least one model"]],
    ["no list", {}, ["model_list: is missing; write at least one entry with model_name and litellm_params.model"]],
    [
      "an empty list",
      { model_list: [] },
      ["model_list: is empty; write at least one entry with model_name and litellm_params.model"],
    ],
    [
      "a map",
      { model_list: {} },
      ["model_list: is a map, not a list; write at least one entry with model_name and litellm_params.model"],
    ],
    [
      "an entry that is text",
      { model_list: ["gpt-4o"] },
      ["model_list[0]: is text, not a map; write key: value lines under it"],
    ],
    [
      "an entry without names",
      { model_list: [{}] },
      ["model_list[0].model_name: is missing; give the entry a name for clients to ask for: model_name: NAME"],
    ],
    [
      "a name that is a number",
      { model_list: [{ model_name: 4, litellm_params: { model: "" } }] },
      ["model_list[0].model_name: is a number, not text; write it as text, in quotes if it looks like a number"],
    ],
    [
      "entries of which none names a model",
      {
        model_list: [
          { model_name: "a", litellm_params: { model: "" } },
          { model_name: "b", litellm_params: {} },
        ],
      },
      [
        "model_list[0].litellm_params.model: is empty; write the provider and its model: model: openai/gpt-4o",
        "model_list[1].litellm_params.model: is missing; write the provider and its model: model: openai/gpt-4o",
      ],
    ],
    [
      "include in an object",
      { include: ["a.yaml"] },
      ["include: only a file can include others; load the file with loadConfigFile, or put what it includes here"],
    ],
  ])("%s", (_, raw, lines) => {
    expect(faultsOf(raw)).toEqual(lines);
  });
});

describe("litellm_params", () => {
  test.each<[string, unknown, string]>([
    ["rpm", -5, "-5 is negative; write a number of 0 or more"],
    ["rpm", "many", "is text, not a number; write a number of 0 or more"],
    ["tpm", Number.NaN, "is not a finite number; write a number of 0 or more"],
    ["weight", -1, "-1 is negative; write a number of 0 or more"],
    ["weight", [1], "is a list, not a number; write a number of 0 or more"],
    ["order", 1.5, "1.5 is not whole; write a whole number of 0 or more"],
    ["timeout", 0, "0 is not above 0; write a number above 0"],
    ["max_parallel_requests", 0, "0 is below 1; write a whole number of 1 or more"],
    ["input_cost_per_token", -0.1, "-0.1 is negative; write a number of 0 or more"],
    ["drop_params", "perhaps", "is text, not true or false; write true or false"],
    ["api_key", { a: 1 }, "is a map, not text; write it as text, in quotes if it looks like a number"],
    ["extra_headers", "x", "is text, not a map; write key: value lines under it"],
    ["additional_drop_params", "user", "is text, not a list; write a list: [first, second]"],
    ["silent_models", "evaluation-model", "is not a key here; did you mean silent_model?"],
    ["slient_model", "evaluation-model", "is not a key here; did you mean silent_model?"],
  ])("%s: %j", (key, value, line) => {
    expect(faultsOf(withParam(key, value), { EMPTY: "" })).toEqual([`${params}.${key}: ${line}`]);
  });

  test("a silent_model outside litellm_params is not passed over", () => {
    const [primary, silent] = withParam("seed", 1).model_list;
    const raw = { model_list: [{ ...primary, silent_model: "evaluation-model" }, silent] };
    expect(faultsOf(raw)).toEqual(["model_list[0].silent_model: has no effect here; write it under litellm_params"]);
  });
});

describe("silent_model", () => {
  const path = `${params}.silent_model`;
  test.each<[string, unknown, string[]]>([
    ["a number", 42, [`${path}: is a number, not a model group; write the model_name of another model_list entry`]],
    [
      "a mixed list",
      ["evaluation-model", 42],
      [`${path}[1]: is a number, not a model group; write the model_name of another model_list entry`],
    ],
    [
      "an empty text",
      [""],
      [`${path}[0]: is empty, not a model group; write the model_name of another model_list entry`],
    ],
    [
      "a slip",
      "evaluation-modle",
      [`${path}: no model group is called evaluation-modle; did you mean evaluation-model?`],
    ],
    [
      "a name from nowhere",
      { model: "claude" },
      [`${path}.model: no model group is called claude; add a model_list entry with model_name: claude`],
    ],
    [
      "a list as one text",
      "evaluation-model, primary-model",
      [
        `${path}: no model group is called "evaluation-model, primary-model"; write a list: [evaluation-model, primary-model]`,
      ],
    ],
    [
      "a name with a blank behind it",
      "evaluation-model ",
      [`${path}: no model group is called "evaluation-model "; did you mean evaluation-model?`],
    ],
    [
      "a pattern",
      "openai/*",
      [`${path}: openai/* is a pattern, not a model group; name one model that the pattern takes`],
    ],
    ["a map without a model", {}, [`${path}.model: is missing; name the model group that copies go to: model: NAME`]],
    [
      "the group itself",
      "primary-model",
      [
        `${path}: primary-model would be mirrored to itself; name another group, or write {model: primary-model, control: true} to measure how much answers differ by chance`,
      ],
    ],
    [
      "a control of another group",
      { model: "evaluation-model", control: true },
      [
        `${path}.control: a control mirrors a group to itself, and evaluation-model is not primary-model; remove control`,
      ],
    ],
    [
      "one target twice",
      ["evaluation-model", { model: "evaluation-model" }],
      [`${path}[1]: evaluation-model is listed twice; remove one of the two`],
    ],
    [
      "a rate above 1",
      { model: "evaluation-model", sample_rate: 10 },
      [`${path}.sample_rate: 10 is above 1; write a number from 0 to 1`],
    ],
    [
      "a typo",
      { model: "evaluation-model", sample_rte: 1 },
      [`${path}.sample_rte: is not a key here; did you mean sample_rate?`],
    ],
    [
      "a key of the queue",
      { model: "evaluation-model", concurrency: 4 },
      [
        `${path}.concurrency: belongs to the silent model's queue, not to one deployment; write it as mirror_settings.silent_models.evaluation-model.concurrency`,
      ],
    ],
    [
      "unknown payloads",
      { model: "evaluation-model", payloads: "metrics" },
      [`${path}.payloads: "metrics" is not a choice; write one of full, metrics_only`],
    ],
    [
      "a wordy duration",
      { model: "evaluation-model", max_job_age: "ten minutes" },
      [`${path}.max_job_age: is not a duration; write seconds as a number, or 500ms, 30s, 5m, 1h, 7d`],
    ],
    [
      "a wordy size",
      { model: "evaluation-model", max_body_bytes: "big" },
      [`${path}.max_body_bytes: is not a size; write bytes as a number, or 512kb, 1mb, 8MiB`],
    ],
  ])("%s", (_, value, lines) => {
    expect(faultsOf(withParam("silent_model", value))).toEqual(lines);
  });
});

describe("sections", () => {
  test.each<[string, unknown, string]>([
    ["router_settings", [], "router_settings: is a list, not a map; write key: value lines under it"],
    [
      "router_settings",
      { routing_strategy: "least-bussy" },
      "router_settings.routing_strategy: least-bussy is not a routing strategy; did you mean least-busy?",
    ],
    [
      "router_settings",
      { routing_strategy: "best" },
      "router_settings.routing_strategy: best is not a routing strategy; write one of simple-shuffle, least-busy, latency-based-routing",
    ],
    [
      "router_settings",
      { num_retries: -1 },
      "router_settings.num_retries: -1 is negative; write a whole number of 0 or more",
    ],
    [
      "router_settings",
      { retry_policy: { TimeoutErrorRetries: "x" } },
      "router_settings.retry_policy.TimeoutErrorRetries: is text, not a number; write a whole number of 0 or more",
    ],
    [
      "router_settings",
      { fallbacks: { a: ["b"] } },
      "router_settings.fallbacks: is a map, not a list; write each group as an item of a list: - a: [b]",
    ],
    [
      "router_settings",
      { fallbacks: [{ a: ["b"], c: ["d"] }] },
      "router_settings.fallbacks[0]: is not a map of one model group to a list; write - primary: [first, second]",
    ],
    [
      "general_settings",
      { max_request_size_mb: 0 },
      "general_settings.max_request_size_mb: 0 is not above 0; write a number above 0",
    ],
    ["environment_variables", ["A"], "environment_variables: is a list, not a map; write NAME: value lines under it"],
    [
      "credential_list",
      { a: 1 },
      "credential_list: is a map, not a list; write - credential_name: NAME for each credential",
    ],
    ["mirror_setting", {}, "mirror_setting: is not a section; did you mean mirror_settings?"],
    ["mirror_settings", { sample_rte: 1 }, "mirror_settings.sample_rte: is not a key here; did you mean sample_rate?"],
    [
      "mirror_settings",
      { concurrency: 0 },
      "mirror_settings.concurrency: 0 is below 1; write a whole number of 1 or more",
    ],
    [
      "mirror_settings",
      { silent_models: { "evaluation-model": { log_text: true } } },
      "mirror_settings.silent_models.evaluation-model.log_text: is not a key here; write one of sample_rate, sample_by, max_body_bytes, max_job_age, payloads, retention, concurrency, requests_per_minute, daily_budget_usd, timeout, retries, max_queue_length, margins, verdict, embedding_model, judge, labels",
    ],
    [
      "mirror_settings",
      { silent_models: { "evaluation-modle": {} } },
      "mirror_settings.silent_models.evaluation-modle: nothing is mirrored or replayed to this silent model; did you mean evaluation-model?",
    ],
    [
      "mirror_settings",
      { silent_models: { "primary-model": {} } },
      "mirror_settings.silent_models.primary-model: nothing is mirrored or replayed to this silent model; write silent_model: primary-model on a deployment, list it in replay_models, or remove it",
    ],
  ])("%s: %j", (key, value, line) => {
    expect(faultsOf(withSection(key, value))).toEqual([line]);
  });
});

test("all faults are told at once", () => {
  const raw = {
    ...withParam("rpm", -1),
    router_settings: { routing_strategy: "best", num_retries: "x" },
    mirror_settings: { sample_rate: 2 },
  };
  expect(faultsOf(raw)).toHaveLength(4);
});

describe("what one deployment lacks leaves that deployment out", () => {
  const credential_list = [{ credential_name: "azure-eu" }];
  test.each<[string, object, object, string]>([
    [
      "a variable",
      { api_key: "os.environ/ABSENT" },
      {},
      "environment variable ABSENT is not set; export ABSENT=… or write the value (PARAMS.api_key)",
    ],
    [
      "an empty variable",
      { timeout: "os.environ/EMPTY" },
      {},
      "environment variable EMPTY is not set; export EMPTY=… or write the value (PARAMS.timeout)",
    ],
    [
      "a variable deep inside a value",
      { extra_body: { safety: [{ token: "os.environ/DEEP" }] } },
      {},
      "environment variable DEEP is not set; export DEEP=… or write the value (PARAMS.extra_body.safety[0].token)",
    ],
    [
      "a name behind os.environ/",
      { api_key: "os.environ/sk-test-canary" },
      {},
      "the variable that it names is not set; export it, or write the value (PARAMS.api_key)",
    ],
    [
      "a credential",
      { litellm_credential_name: "azure" },
      {},
      "no credential is called azure; add it to credential_list (PARAMS.litellm_credential_name)",
    ],
    [
      "a credential with a near name",
      { litellm_credential_name: "azure-ue" },
      { credential_list },
      "no credential is called azure-ue; did you mean azure-eu? (PARAMS.litellm_credential_name)",
    ],
  ])("%s", (_, given, sections, line) => {
    const [primary, silent] = withParam("seed", 1).model_list;
    const raw = {
      model_list: [{ ...primary, litellm_params: { ...primary?.litellm_params, ...given } }, silent],
      ...sections,
    };
    expect(unservedOf(raw, { EMPTY: "" })).toEqual([`primary-model: ${line.replace("PARAMS", params)}`]);
  });

  test("a model", () => {
    const raw = { model_list: [{ model_name: "a", litellm_params: {} }, ...withParam("seed", 1).model_list] };
    expect(unservedOf(raw)).toEqual([
      "a: model is missing; write the provider and its model: model: openai/gpt-4o (model_list[0].litellm_params.model)",
    ]);
  });

  test("a name that prints: a line break in it could write lines of its own", () => {
    const [primary, silent] = withParam("seed", 1).model_list;
    const model_list = [{ ...primary, model_name: "a\nnot served: b\u001b[2K" }, silent];
    const [line, ...more] = unservedOf({ model_list });
    expect(line).toBe(
      String.raw`"a\nnot served: b\u001b[2K": model_name holds a line break or another character that does not print; write a name on one line, without escape codes (model_list[0].model_name)`,
    );
    expect(more).toEqual([]);
  });

  test("a name whose variable is not set", () => {
    const model_list = [
      { model_name: "os.environ/ABSENT", litellm_params: { model: "openai/x" } },
      ...withParam("seed", 1).model_list,
    ];
    expect(unservedOf({ model_list })).toEqual([
      "model_list[0]: environment variable ABSENT is not set; export ABSENT=… or write the value (model_list[0].model_name)",
    ]);
  });

  test("the environment that LITELLM_ENVIRONMENT has to name", () => {
    const [primary, silent] = withParam("seed", 1).model_list;
    const model_list = [{ ...primary, model_info: { supported_environments: ["production"] } }, silent];
    const path = "model_list[0].model_info.supported_environments";
    expect(unservedOf({ model_list }, { LITELLM_ENVIRONMENT: "production" })).toEqual([]);
    expect(unservedOf({ model_list }, { LITELLM_ENVIRONMENT: "staging" })).toEqual([
      `primary-model: it is for production, and LITELLM_ENVIRONMENT is staging; set LITELLM_ENVIRONMENT, or remove supported_environments (${path})`,
    ]);
    expect(unservedOf({ model_list })[0]).toContain("LITELLM_ENVIRONMENT is not set");
  });

  test("a variable of a credential, told for each deployment that names it", () => {
    const use = { model: "azure/x", litellm_credential_name: "shared" };
    const raw = {
      model_list: ["a", "b"].map((model_name) => ({ model_name, litellm_params: use })),
      credential_list: [{ credential_name: "shared", credential_values: { api_key: "os.environ/ABSENT" } }],
    };
    const why = "environment variable ABSENT is not set; export ABSENT=… or write the value";
    expect(unservedOf(raw)).toEqual(
      ["a", "b"].map((name) => `${name}: ${why} (credential_list[0].credential_values.api_key)`),
    );
  });
});

test("a name under router_settings that is no model group is warned of and passed over, as LiteLLM does", () => {
  const raw = {
    ...withParam("seed", 1),
    router_settings: {
      fallbacks: [{ "primary-model": ["primary-modle", "evaluation-model", 7] }, { nobody: ["primary-model"] }],
      default_fallbacks: ["claude"],
      model_group_alias: { "gpt-4.1": "primary-modle", known: "primary-model" },
    },
  };
  const { router, warnings } = resolveConfig(raw, {});
  expect(router.fallbacks).toEqual({
    "*": [],
    "primary-model": ["evaluation-model"],
    nobody: ["primary-model"],
  });
  expect(router.aliases).toEqual({ known: { group: "primary-model", hidden: false } });
  const meant = "no model group is called primary-modle; did you mean primary-model?";
  expect(warnings).toEqual([
    `router_settings.fallbacks[0].primary-model[0] is passed over: ${meant}`,
    "router_settings.fallbacks[0].primary-model[2] is passed over: it is a number, not a model group; write the model_name of a model_list entry",
    "router_settings.fallbacks[1].nobody has no effect: no model group is called nobody; add a model_list entry with model_name: nobody",
    "router_settings.default_fallbacks[0] is passed over: no model group is called claude; add a model_list entry with model_name: claude",
    `router_settings.model_group_alias["gpt-4.1"] has no effect: ${meant}`,
  ]);
});

test("one id twice is warned of, and both deployments are told apart", () => {
  const model_list = ["a", "b"].map((model_name) => ({
    model_name,
    litellm_params: { model: "openai/x" },
    model_info: { id: 7 },
  }));
  const { deployments, warnings } = resolveConfig({ model_list }, {});
  expect(deployments.map(({ id }) => id)).toEqual(["7", "7-2"]);
  expect(warnings).toEqual([
    "model_list[1].model_info.id is also model_list[0].model_info.id: this deployment gets a number behind it; give each an id of its own",
  ]);
});

test("a variable that a silent_model or a router's setting wants and nobody set is warned of", () => {
  const raw = { ...withParam("silent_model", "os.environ/ABSENT"), router_settings: { timeout: "os.environ/ABSENT" } };
  const { deployments, router, warnings } = resolveConfig(raw, {});
  expect([deployments[0]?.silent, deployments[0]?.lacks, router.timeoutMs]).toEqual([[], [], 600_000]);
  expect(warnings).toEqual([
    `${params}.silent_model has no value, since environment variable ABSENT is not set: nothing is mirrored; export ABSENT=… or write the value`,
    "router_settings.timeout has no value, since environment variable ABSENT is not set: the default holds; export ABSENT=… or write the value",
  ]);
});
