import { expect, test } from "vitest";
import { experimentBetween, reverseBetween } from "./experiment-between.ts";
import { resolveConfig } from "./resolve.ts";

const entry = (group: string, silent?: unknown) => ({
  model_name: group,
  litellm_params: {
    model: `openai/${group}`,
    api_key: "sk-test",
    ...(silent === undefined ? {} : { silent_model: silent }),
  },
});

const config = resolveConfig(
  {
    model_list: [
      entry("main", { model: "cheap", sample_rate: 0.2 }),
      entry("main", { model: "cheap", sample_rate: 0.4 }),
      entry("cheap"),
      entry("other"),
      entry("any/*", "other"),
    ],
    mirror_settings: {
      retention: "2d",
      margins: { quality_loss: 0.03 },
      verdict: { conversation_horizon: "10m" },
      concurrency: 3,
    },
  },
  {},
);

test("an experiment of the file is as the file has it", () => {
  const found = experimentBetween(config, "main", "cheap");
  expect(found?.experiment).toBe(config.experiments[0]);
  expect(found?.target).toMatchObject({ experimentId: "main~cheap", silentModel: "cheap", sampleRate: 0.4 });
  expect(found?.model).toBe(config.silentModels.find(({ name }) => name === "cheap"));
});

test("one that no file names has what mirror_settings says of all", () => {
  const found = experimentBetween(config, "cheap", "main");
  expect(found?.experiment).toMatchObject({ id: "cheap~main", control: false, sampleRate: 1 });
  expect(found?.experiment.margins.qualityLoss).toBe(0.03);
  expect(found?.target).toMatchObject({ experimentId: "cheap~main", silentModel: "main", retentionMs: 2 * 86_400_000 });
  expect(found?.model).toMatchObject({ name: "main", concurrency: 3 });
});

test("no copy goes to a pattern, or to what is no group", () => {
  expect(experimentBetween(config, "main", "any/*")).toBeNull();
  expect(experimentBetween(config, "main", "nobody")).toBeNull();
  expect(reverseBetween(config, "any/*", "other")).toBeNull();
});

test("the reverse goes by the settings of the first, and its conversations enter within a minute", () => {
  const found = reverseBetween(config, "main", "cheap");
  expect(found?.target).toMatchObject({ experimentId: "cheap~main", silentModel: "main", sampleRate: 0.4 });
  expect(found?.experiment.verdict.horizonMs).toBe(60_000);
  expect(found?.experiment.margins).toEqual(config.experiments[0]?.margins);
});
