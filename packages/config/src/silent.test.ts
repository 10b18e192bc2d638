import { describe, expect, test } from "vitest";
import type { Config } from "./config.ts";
import { findReplayModel } from "./replay-model.ts";
import { resolveConfig } from "./resolve.ts";

const entry = (model_name: string, silent_model?: unknown) => ({
  model_name,
  litellm_params: { model: "openai/gpt-4o", silent_model },
});

function configOf(silent_model: unknown, rest: object = {}): Config {
  const others = ["evaluation-model", "second-model", "openai/*"].map((name) => entry(name));
  return resolveConfig({ model_list: [entry("primary-model", silent_model), ...others], ...rest }, {});
}

const silentNames = (config: Config) => config.deployments[0]?.silent.map(({ silentModel }) => silentModel);

describe("silent_model", () => {
  test.each([null, undefined, []])("%j mirrors nothing", (value) => {
    const config = configOf(value);
    expect([silentNames(config), config.silentModels, config.experiments]).toEqual([[], [], []]);
  });

  test("as a name mirrors with the defaults", () => {
    const config = configOf("evaluation-model");
    expect(config.deployments[0]?.silent).toEqual([
      {
        experimentId: "primary-model~evaluation-model",
        silentModel: "evaluation-model",
        sampleRate: 1,
        sampleBy: "request",
        match: null,
        maxBodyBytes: 1_048_576,
        maxJobAgeMs: 3_600_000,
        payloads: "full",
        retentionMs: 2_592_000_000,
      },
    ]);
    expect(config.silentModels).toMatchObject([
      {
        name: "evaluation-model",
        concurrency: 8,
        requestsPerMinute: null,
        dailyBudgetUsd: null,
        timeoutMs: 600_000,
        retries: 3,
        maxQueueLength: 10_000,
        review: { judge: null, embeddingModel: null },
      },
    ]);
    expect(config.experiments).toMatchObject([
      { id: "primary-model~evaluation-model", primary: "primary-model", silent: "evaluation-model", control: false },
    ]);
    expect(config.logText).toBe(false);
    expect(config.ignored).toEqual([]);
  });

  test("as a list has its control see what its candidates see, unless the control says its own rate", () => {
    const rates = (control: object) =>
      configOf([
        { model: "evaluation-model", sample_rate: 0.1 },
        { model: "primary-model", control: true, ...control },
      ]).deployments[0]?.silent.map(({ sampleRate }) => sampleRate);
    expect(rates({})).toEqual([0.1, 0.1]);
    expect(rates({ sample_rate: 0.5 })).toEqual([0.1, 0.5]);
  });

  test("as a list mirrors to each, a control among them", () => {
    const config = configOf([
      "evaluation-model",
      { model: "second-model", sample_rate: 0.1 },
      { model: "primary-model", control: true },
    ]);
    expect(silentNames(config)).toEqual(["evaluation-model", "second-model", "primary-model"]);
    expect(config.experiments.map(({ control }) => control)).toEqual([false, false, true]);
  });

  test("through an alias is the group behind it; through a pattern, the name as written", () => {
    const router_settings = { model_group_alias: { candidate: "evaluation-model" } };
    const mirror_settings = { silent_models: { candidate: { concurrency: 2 } } };
    const config = configOf(["candidate", "openai/gpt-4.1"], { router_settings, mirror_settings });
    expect(silentNames(config)).toEqual(["evaluation-model", "openai/gpt-4.1"]);
    expect(config.silentModels.map(({ concurrency }) => concurrency)).toEqual([2, 8]);
  });

  test("of several deployments is one experiment and one queue", () => {
    const raw = { model_list: [entry("a", "b"), entry("a", "b"), entry("b"), entry("c", "b")] };
    const config = resolveConfig(raw, {});
    expect(config.experiments.map(({ id }) => id)).toEqual(["a~b", "c~b"]);
    expect(config.silentModels.map(({ name }) => name)).toEqual(["b"]);
  });
});

describe("mirror_settings", () => {
  test("give way to the silent model's own, and those to the entry's", () => {
    const config = configOf([{ model: "evaluation-model", sample_rate: 0.1 }, "second-model"], {
      mirror_settings: {
        sample_rate: 0.3,
        max_job_age: "10m",
        max_body_bytes: "512kb",
        retention: "7d",
        payloads: "metrics_only",
        timeout: 60,
        requests_per_minute: 100,
        daily_budget_usd: 5,
        log_text: true,
        silent_models: {
          "evaluation-model": {
            sample_rate: 0.2,
            max_job_age: "1m",
            concurrency: 2,
            requests_per_minute: null,
            daily_budget_usd: 0.5,
          },
        },
      },
    });
    const [first, second] = config.deployments[0]?.silent ?? [];
    expect(first).toMatchObject({
      sampleRate: 0.1,
      maxJobAgeMs: 60_000,
      maxBodyBytes: 524_288,
      payloads: "metrics_only",
    });
    expect(second).toMatchObject({ sampleRate: 0.3, maxJobAgeMs: 600_000, retentionMs: 604_800_000 });
    expect(config.silentModels).toMatchObject([
      { name: "evaluation-model", concurrency: 2, timeoutMs: 60_000, requestsPerMinute: null, dailyBudgetUsd: 0.5 },
      { name: "second-model", concurrency: 8, timeoutMs: 60_000, requestsPerMinute: 100, dailyBudgetUsd: 5 },
    ]);
    expect(config.logText).toBe(true);
  });
});

describe("replay_models", () => {
  const replaying = (...replay_models: readonly string[]) =>
    configOf("evaluation-model", {
      mirror_settings: { replay_models, silent_models: { "second-model": { retries: 1 } } },
    });

  test("have a queue and settings of their own, and are no experiment", () => {
    const config = replaying("second-model", "evaluation-model");
    expect(config.silentModels.map(({ name }) => name)).toEqual(["evaluation-model", "second-model"]);
    expect(config.silentModels[1]).toMatchObject({ retries: 1, replay: { maxJobAgeMs: 3_600_000, payloads: "full" } });
    expect(config.experiments.map(({ id }) => id)).toEqual(["primary-model~evaluation-model"]);
    expect(config.ignored).toEqual([]);
  });

  test("must be model groups, and are found again by name, pattern and alias", () => {
    expect(() => replaying("second-model", "third-modle")).toThrow(
      "mirror_settings.replay_models[1]: no model group is called third-modle; ",
    );
    const router_settings = { model_group_alias: { candidate: "second-model" } };
    const mirror_settings = { replay_models: ["candidate", "openai/gpt-4.1"] };
    const config = configOf("evaluation-model", { router_settings, mirror_settings });
    for (const [name, found] of [
      ["candidate", "second-model"],
      ["openai/gpt-4.1", "openai/gpt-4.1"],
      ["evaluation-model", "evaluation-model"],
    ] as const) {
      expect(findReplayModel(config, name, "--silent").name).toBe(found);
    }
  });

  test("that are missing are told with what to write", () => {
    const config = configOf("evaluation-model");
    expect(() => findReplayModel(config, "evaluaton-model", "--silent")).toThrow(
      "--silent: no model group is called evaluaton-model; did you mean evaluation-model?",
    );
    expect(() => findReplayModel(config, "second-model", "--silent")).toThrow(
      "--silent: second-model has no queue, because nothing is mirrored to it; " +
        "write mirror_settings.replay_models: [second-model] in the config.yaml, and restart the worker",
    );
  });
});
