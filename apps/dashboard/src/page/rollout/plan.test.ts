import type { Rollout, RolloutStatus } from "@understudy/contracts";
import { expect, test } from "vitest";
import { planOf } from "./plan.ts";
import { readStages, stagesFault } from "./stages.ts";

const HOUR = 3_600_000;
const rollout = {
  state: "running",
  stages: [5, 25, 50, 100],
  stage: 1,
  hold: { pairs: 400, hours: 48 },
  automatic: true,
  stage_at: 0,
} as unknown as Rollout;
const status = (stage_answers: number): RolloutStatus => ({ stage_answers }) as RolloutStatus;

test("a stage is over when its hours and its answers are, and the next are expected from there", () => {
  const plan = planOf(rollout, status(3_600), 24 * HOUR);
  expect(plan.map(({ state }) => state)).toEqual(["passed", "now", "later", "later"]);
  expect(plan[1]?.held).toBe(0.5);
  expect(plan.map(({ expected_at }) => expected_at)).toEqual([null, null, 48 * HOUR, 96 * HOUR]);
  // Ten answers an hour take 40 hours at a quarter: what is missing is pairs, not hours.
  const slow = planOf({ ...rollout, hold: { pairs: 400, hours: 12 } }, status(100), 10 * HOUR);
  expect(slow[1]?.held).toBe(0.25);
  expect(slow.map(({ expected_at }) => expected_at)).toEqual([null, null, 40 * HOUR, 60 * HOUR]);
});

test("nothing is expected of what is held, goes on by hand, has no answers, or was taken back", () => {
  const expected = (more: Partial<Rollout>, answers = 3_600) =>
    planOf({ ...rollout, ...more }, status(answers), 24 * HOUR).map(({ expected_at }) => expected_at);
  const none = [null, null, null, null];
  expect([expected({ state: "held" }), expected({ automatic: false }), expected({}, 0)]).toEqual([none, none, none]);
  const back = planOf({ ...rollout, state: "rolled_back" }, null, 24 * HOUR);
  expect(back.map(({ state }) => state)).toEqual(["passed", "never", "never", "never"]);
  const all = planOf({ ...rollout, state: "watching", stage: 3 }, null, 24 * HOUR);
  expect(all.every(({ state }) => state === "passed")).toBe(true);
});

test("stages are written as per cents that ascend to 100", () => {
  expect(readStages("5, 25 50%;100")).toEqual([5, 25, 50, 100]);
  expect(stagesFault(readStages("5, 25, 50, 100"))).toBeNull();
  for (const wrong of ["", "5, 25", "25, 5, 100", "0, 100", "5, x, 100", "50, 100, 200"])
    expect(stagesFault(readStages(wrong)), wrong).toContain("5, 25, 50, 100");
});
