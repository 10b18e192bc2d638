import { resolveConfig } from "@understudy/config";
import { NO_CONTROL, NO_SETTINGS } from "@understudy/contracts";
import { rollingOut, sampleRollout } from "@understudy/control/fixture";
import { expect, test } from "vitest";
import { unitTasksOf } from "./unit-tasks.ts";

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
    model_list: [entry("main", ["cheap", { model: "main", control: true }]), entry("cheap"), entry("other")],
    mirror_settings: { margins: { latency: 1.3 }, verdict: { conversation_horizon: "10m" } },
  },
  {},
);

const live = (state = NO_CONTROL) =>
  unitTasksOf(config, state).filter(({ experiment }) => !experiment.endsWith("~replay"));
const added = { id: "main~other", primary: "main", silent: "other", state: "running", settings: NO_SETTINGS } as const;

test("those of the configuration, and what was added beside them by the same rules, held against the same control", () => {
  expect(live().map(({ experiment }) => experiment)).toEqual(["main~cheap", "main~main"]);
  const tasks = live({ ...NO_CONTROL, experiments: [{ ...added, named_by: "api" }] });
  expect(tasks.map(({ experiment }) => experiment)).toEqual(["main~cheap", "main~main", "main~other"]);
  expect(tasks[2]).toMatchObject({ control: "main~main", horizonMs: 600_000, rules: { margins: { latency: 1.3 } } });
});

test("the reverse of a rollout enters within a minute, without a control, and the other way round: the candidate may be slower by the margin", () => {
  const reverse = live(rollingOut(sampleRollout())).find(({ experiment }) => experiment === "cheap~main");
  expect(reverse).toMatchObject({
    control: null,
    horizonMs: 60_000,
    reverse: true,
    rules: { controlled: false, margins: { latency: 1 / 1.3 } },
  });
});

test("what the configuration names itself is folded once, as it has it", () => {
  const both = resolveConfig(
    {
      model_list: [entry("main", "cheap"), entry("cheap", "main")],
      mirror_settings: { verdict: { conversation_horizon: "10m" } },
    },
    {},
  );
  const of = unitTasksOf(both, rollingOut(sampleRollout())).filter(({ experiment }) => experiment === "cheap~main");
  expect(of.map(({ horizonMs }) => horizonMs)).toEqual([600_000]);
});
