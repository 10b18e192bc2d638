import { ConfigError, resolveConfig } from "@understudy/config";
import { describe, expect, test } from "vitest";
import { linesOf, servedConfig } from "./served.ts";

const KEYS = { OPENAI_API_KEY: "sk-test-openai" };
const entry = (model_name: string, params: object = {}) => ({
  model_name,
  litellm_params: { model: "openai/gpt-4o", ...params },
});
const ABSENT = { api_key: "os.environ/ABSENT" };

test("what cannot be called is left out by name, and the rest is served", () => {
  const model_list = [entry("a"), entry("a", ABSENT), entry("b", { model: "sagemaker/claude" }), entry("c", ABSENT)];
  const served = servedConfig(resolveConfig({ model_list }, KEYS));
  expect(served.config.deployments.map(({ modelGroup, path }) => [modelGroup, path])).toEqual([["a", "model_list[0]"]]);
  const absent = "environment variable ABSENT is not set; export ABSENT=… or write the value";
  const aws = "AWS signs every request (SigV4); put a LiteLLM proxy before it and use `litellm_proxy/`";
  expect(linesOf(served).warnings).toEqual([
    `not served: a: ${absent} (model_list[1].litellm_params.api_key)`,
    `not served: b: the provider "sagemaker" cannot be called; ${aws} (model_list[2].litellm_params.model)`,
    `not served: c: ${absent} (model_list[3].litellm_params.api_key)`,
  ]);
  expect(served.off).toEqual([]);
});

test("nothing left is a fault with a line for each deployment", () => {
  const config = resolveConfig({ model_list: [entry("a", ABSENT), entry("b", { model: "x" })] }, KEYS);
  expect(() => servedConfig(config)).toThrow(ConfigError);
  expect(() => servedConfig(config)).toThrow(/ABSENT is not set.*\n.*does not say which provider/);
});

test("an alias of a group that nothing serves is no name to ask for", () => {
  const router_settings = { model_group_alias: { one: "a", two: "b" } };
  const { config } = servedConfig(
    resolveConfig({ model_list: [entry("a"), entry("b", ABSENT)], router_settings }, KEYS),
  );
  expect(Object.keys(config.router.aliases)).toEqual(["one"]);
});

test("an experiment whose silent model nothing serves is off, and its primary is served", () => {
  const model_list = [entry("main", { silent_model: ["good", "bad"] }), entry("good"), entry("bad", ABSENT)];
  const { config, off } = servedConfig(resolveConfig({ model_list }, KEYS));
  expect(config.deployments.map(({ silent }) => silent.map(({ silentModel }) => silentModel))).toEqual([["good"], []]);
  expect(config.silentModels.map(({ name }) => name)).toEqual(["good"]);
  expect(config.experiments.map(({ id }) => id)).toEqual(["main~good"]);
  expect(off).toEqual([
    {
      path: "model_list[0].litellm_params.silent_model",
      problem: "nothing serves bad: environment variable ABSENT is not set",
      fix: "export ABSENT=… or write the value",
    },
  ]);
});

test("a worker without the primary's key still takes the copies", () => {
  const model_list = [entry("main", { ...ABSENT, silent_model: "good" }), entry("good")];
  const { config, off } = servedConfig(resolveConfig({ model_list }, KEYS));
  expect(config.silentModels.map(({ name }) => name)).toEqual(["good"]);
  expect(config.experiments.map(({ id }) => id)).toEqual(["main~good"]);
  expect(off).toEqual([]);
});

test.each([
  ["judge", { judge: { model: "bad" } }, "mirror_settings.judge.model"],
  ["embedding model", { embedding_model: "bad" }, "mirror_settings.embedding_model"],
  ["replay model", { replay_models: ["bad"] }, "mirror_settings.replay_models"],
])("a %s that nothing serves is off", (_, mirror_settings, path) => {
  const model_list = [entry("main", { silent_model: "good" }), entry("good"), entry("bad", ABSENT)];
  const { config, off } = servedConfig(resolveConfig({ model_list, mirror_settings }, KEYS));
  expect(config.silentModels.map(({ name, review }) => [name, review])).toEqual([
    ["good", { judge: null, embeddingModel: null, labels: null }],
  ]);
  expect(off.map((fault) => fault.path)).toEqual([path]);
});

describe("a judge that is one of the two sides", () => {
  const entries = [
    entry("main", { model: "openai/gpt-4o", silent_model: ["good", "other"] }),
    entry("good", { model: "openai/gpt-4o-mini" }),
    entry("other", { model: "anthropic/claude-x" }),
    entry("copy", { model: "openai/gpt-4o" }),
    entry("neither", { model: "gemini/gemini-x" }),
    entry("kin", { model: "openrouter/anthropic/claude-y" }),
  ];
  const router_settings = { model_group_alias: { referee: "main" } };
  const keys = {
    ...KEYS,
    ANTHROPIC_API_KEY: "sk-test-2",
    GEMINI_API_KEY: "sk-test-3",
    OPENROUTER_API_KEY: "sk-test-4",
  };
  const under = (mirror_settings: object) =>
    servedConfig(resolveConfig({ model_list: entries, router_settings, mirror_settings }, keys));
  const ofTheJudge = ({ warnings }: ReturnType<typeof under>) =>
    warnings.filter(({ path }) => path.startsWith("mirror_settings."));
  const judgesIn = ({ config }: ReturnType<typeof under>) =>
    config.silentModels.map(({ name, review }) => [name, review.judge?.model ?? null]);

  test.each([["main"], ["referee"], ["copy"]])(
    "%s: the primary, by name, alias or deployment, is off and a fault",
    (model) => {
      const served = under({ judge: { model } });
      expect(judgesIn(served)).toEqual([
        ["good", null],
        ["other", null],
      ]);
      expect(served.off).toEqual([
        {
          path: "mirror_settings.judge.model",
          problem: `${model} is to judge its own answers: it is the same model as main`,
          fix: "name a judge that is neither the primary nor the silent model, or write judge: null",
        },
      ]);
    },
  );

  test("is off for the silent model that it is, and goes on judging the others", () => {
    const served = under({ judge: { model: "neither" }, silent_models: { good: { judge: { model: "good" } } } });
    expect(judgesIn(served)).toEqual([
      ["good", null],
      ["other", "neither"],
    ]);
    expect(served.off.map(({ path }) => path)).toEqual(["mirror_settings.silent_models.good.judge.model"]);
    expect(ofTheJudge(served)).toEqual([]);
  });

  test("of one family with a side is a warning", () => {
    const served = under({ judge: { model: "kin" } });
    expect(served.off).toEqual([]);
    expect(ofTheJudge(served)).toMatchObject([
      { path: "mirror_settings.judge.model", problem: expect.stringMatching(/^kin is of one family with other/) },
    ]);
  });
});
