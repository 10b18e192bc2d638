import { resolveConfig } from "@understudy/config";
import { type ControlState, type ExperimentControl, NO_SETTINGS } from "@understudy/contracts";
import { rollingOut, sampleRollout, stillControl } from "@understudy/control/fixture";
import { createManualClock } from "@understudy/runtime/fixture";
import { expect, test } from "vitest";
import { modelEntry } from "../fixtures/gateway.fixture.ts";
import { createMirrorRules } from "./mirror-rules.ts";

const config = resolveConfig(
  {
    model_list: [
      modelEntry("main", "gpt-4o", "http://127.0.0.1:1", { silent_model: { model: "cheap", sample_rate: 0.2 } }),
      modelEntry("cheap", "gpt-4o-mini", "http://127.0.0.1:1"),
      modelEntry("other", "gpt-4.1", "http://127.0.0.1:1"),
    ],
  },
  {},
);

function experiment(silent: string, more: Partial<ExperimentControl> = {}): ExperimentControl {
  const key = { id: `main~${silent}`, primary: "main", silent };
  return { ...key, state: "running", settings: NO_SETTINGS, named_by: "config", ...more };
}

function rulesIn(state: Partial<ControlState>) {
  const control = stillControl({ ...rollingOut(), ...state });
  const clock = createManualClock(1_000);
  return { control, clock, rules: createMirrorRules(config, control, clock) };
}

test("a state and a rate are followed as they change, and a date when it comes", async () => {
  const settings = { ...NO_SETTINGS, sample_rate: 0.7, ends_at: 2_000 };
  const { control, clock, rules } = rulesIn({ experiments: [experiment("cheap", { settings })] });
  expect(rules.ruleOf("main~cheap")).toEqual({ stopped: null, sampleRate: 0.7 });
  await clock.advance(1_000);
  expect(rules.ruleOf("main~cheap").stopped).toBe("ended");
  control.set({ ...rollingOut(), experiments: [experiment("cheap", { state: "paused" })] });
  expect(rules.ruleOf("main~cheap")).toEqual({ stopped: "paused", sampleRate: null });
  expect(rules.ruleOf("of nobody")).toEqual({ stopped: null, sampleRate: null });
});

test("an added experiment is one of its primary group's, and in the account", () => {
  const { rules } = rulesIn({ experiments: [experiment("cheap"), experiment("other", { named_by: "api" })] });
  expect(rules.addedTo("main")).toMatchObject([{ experimentId: "main~other", silentModel: "other", sampleRate: 1 }]);
  expect(rules.addedTo("cheap")).toEqual([]);
  expect(rules.experiments().map(({ id }) => id)).toEqual(["main~cheap", "main~other"]);
});

test("a group that has gone from the configuration is mirrored to by nobody", () => {
  const { rules } = rulesIn({ experiments: [experiment("gone", { named_by: "api" })] });
  expect(rules.addedTo("main")).toEqual([]);
});

test("a rollout's reverse goes by the settings of the experiment, until nobody watches", () => {
  const settings = { ...NO_SETTINGS, sample_rate: 0.4 };
  const experiments = [experiment("cheap", { settings, state: "paused" })];
  const { control, rules } = rulesIn({ ...rollingOut(sampleRollout()), experiments });
  expect(rules.reverseOf("rollout_1")).toMatchObject({
    experimentId: "cheap~main",
    silentModel: "main",
    sampleRate: 0.2,
  });
  expect(rules.ruleOf("cheap~main")).toEqual({ stopped: "paused", sampleRate: 0.4 });
  expect(rules.experiments()).toContainEqual({ id: "cheap~main", primary: "cheap", silent: "main" });
  control.set(rollingOut(sampleRollout({ state: "watching" })));
  expect(rules.reverseOf("rollout_1")).not.toBeNull();
  control.set(rollingOut(sampleRollout({ state: "done" })));
  expect(rules.reverseOf("rollout_1")).toBeNull();
});
