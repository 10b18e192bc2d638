import { resolveConfig } from "@understudy/config";
import { type ExperimentControl, type ExperimentSettings, NO_CONTROL, NO_SETTINGS } from "@understudy/contracts";
import { expect, test } from "vitest";
import { isFed, silentModelsIn } from "./silent-models.ts";
import { rollingOut, sampleRollout } from "./still-control.fixture.ts";

const entry = (group: string, silent?: string) => ({
  model_name: group,
  litellm_params: {
    model: `openai/${group}`,
    api_key: "sk-test",
    ...(silent === undefined ? {} : { silent_model: silent }),
  },
});
const config = resolveConfig(
  {
    model_list: [entry("main", "cheap"), entry("second", "cheap"), entry("cheap"), entry("other")],
    mirror_settings: { concurrency: 6, silent_models: { cheap: { concurrency: 4, daily_budget_usd: 20 } } },
  },
  {},
);

const experiment = (
  primary: string,
  silent: string,
  settings: Partial<ExperimentSettings> = {},
  named_by: ExperimentControl["named_by"] = "config",
): ExperimentControl => ({
  id: `${primary}~${silent}`,
  primary,
  silent,
  state: "running",
  settings: { ...NO_SETTINGS, ...settings },
  named_by,
});

const limitsIn = (experiments: readonly ExperimentControl[], state = NO_CONTROL) =>
  silentModelsIn(config, { ...state, experiments }).map(({ name, concurrency, dailyBudgetUsd }) => [
    name,
    concurrency,
    dailyBudgetUsd,
  ]);

test("without a word they are those of the configuration", () => {
  expect(silentModelsIn(config, NO_CONTROL)).toEqual(config.silentModels);
});

test("the least counts of several experiments, and one that says nothing has what the configuration says", () => {
  const one = experiment("main", "cheap", { concurrency: 9, max_usd_per_day: 5 });
  expect(limitsIn([one])).toEqual([["cheap", 9, 5]]);
  expect(limitsIn([one, experiment("second", "cheap")])).toEqual([["cheap", 4, 5]]);
  expect(limitsIn([one, experiment("second", "cheap", { concurrency: 2, max_usd_per_day: 50 })])).toEqual([
    ["cheap", 2, 5],
  ]);
});

test("an added experiment brings its silent model, a rollout its old primary under the same budget", () => {
  const added = experiment("main", "other", { max_usd_per_day: 1 }, "api");
  const handed = experiment("main", "cheap", { max_usd_per_day: 7 });
  expect(limitsIn([added, handed], rollingOut(sampleRollout()))).toEqual([
    ["cheap", 4, 7],
    ["other", 6, 1],
    ["main", 6, 7],
  ]);
});

test("what has gone from the configuration is called by nobody", () => {
  expect(limitsIn([experiment("main", "gone", {}, "api")])).toEqual([["cheap", 4, 20]]);
});

test("copies go to those of the file always, to others while something that was begun sends them there", () => {
  const fed = (name: string, state = NO_CONTROL, experiments: readonly ExperimentControl[] = []): boolean =>
    isFed(name, { config, state: { ...state, experiments }, now: 1_000 });
  const added = (more: Partial<ExperimentControl> = {}) => [{ ...experiment("main", "other", {}, "api"), ...more }];
  expect(fed("cheap")).toBe(true);
  expect(fed("other")).toBe(false);
  expect(fed("other", NO_CONTROL, added())).toBe(true);
  expect(fed("other", NO_CONTROL, added({ state: "paused" }))).toBe(true);
  expect(fed("other", NO_CONTROL, added({ state: "ended" }))).toBe(false);
  expect(fed("other", NO_CONTROL, added({ settings: { ...NO_SETTINGS, ends_at: 1_000 } }))).toBe(false);
  for (const [state, is] of [
    ["running", true],
    ["watching", true],
    ["rolled_back", false],
    ["done", false],
  ] as const) {
    expect([state, fed("main", rollingOut(sampleRollout({ state })))]).toEqual([state, is]);
  }
});
