import type { ExperimentEvent, Rollout } from "@understudy/contracts";
import { expect, test } from "vitest";
import { sharePicture } from "./share-picture.ts";

const rollout = {
  started_at: 500,
  stage_at: 600,
  ended_at: null,
  state: "running",
  stages: [5, 25, 100],
  stage: 1,
} as unknown as Rollout;
const event = (
  at: number,
  kind: ExperimentEvent["kind"],
  changes: ExperimentEvent["changes"] = {},
): ExperimentEvent => ({
  id: String(at),
  experiment: "a~b",
  rollout: "ro",
  at,
  who: "page",
  kind,
  changes,
  reason: null,
});

test("each change of the share is a step, tries before are drawn too, and a hold lasts until it goes on", () => {
  const events = [
    event(700, "released"),
    event(650, "held"),
    event(600, "advanced", { share: [5, 25] }),
    event(500, "rollout_started", { share: [0, 5] }),
    event(200, "rolled_back", { share: [5, 0] }),
    event(100, "rollout_started", { share: [0, 5] }),
  ];
  const picture = sharePicture({ rollout, events, plan: [], now: 1_000 });
  expect(picture.steps).toEqual([
    { at: 100, share: 5 },
    { at: 200, share: 0 },
    { at: 500, share: 5 },
    { at: 600, share: 25 },
  ]);
  expect(picture.pins.map(({ kind, share }) => [kind, share])).toEqual([
    ["stage", 5],
    ["back", 5],
    ["stage", 5],
    ["stage", 25],
    ["held", 25],
  ]);
  expect(picture.held).toEqual([{ from: 650, to: 700 }]);
  expect(sharePicture({ rollout, events: events.slice(1), plan: [], now: 1_000 }).held).toEqual([
    { from: 650, to: 1_000 },
  ]);
});

test("without events what the rollout says is drawn, and the plan reaches beyond now", () => {
  const plan = [{ share: 100, state: "later", expected_at: 2_000_000, held: 0 } as const];
  const picture = sharePicture({ rollout, events: [], plan, now: 1_000_000 });
  expect(picture.steps.map(({ share }) => share)).toEqual([5, 25]);
  expect(picture.planned).toEqual([{ share: 100, at: 2_000_000 }]);
  expect(picture.to).toBeGreaterThan(2_000_000);
});
