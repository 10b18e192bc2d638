import type { Rollout } from "@understudy/contracts";
import { describe, expect, test } from "vitest";
import { NO_UNITS, type Shape, UNITS_IN_BLOCK } from "../units/shapes.ts";
import type { UnitCriterion } from "../units/unit.ts";
import { guardRollout, type GuardInput } from "./guard-rollout.ts";

const HOUR_MS = 3_600_000;
const ROLLOUT: Rollout = {
  id: "ro_1",
  experiment: "main~candidate",
  primary: "main",
  silent: "candidate",
  state: "running",
  stages: [5, 25, 100],
  stage: 0,
  sticky: "session",
  hold: { pairs: 400, hours: 1 },
  automatic: true,
  fallback: true,
  watch_ms: 24 * HOUR_MS,
  forced: false,
  baseline: { error_rate: 0, first_token_p95_ms: null },
  started_at: 0,
  stage_at: 0,
  ended_at: null,
  reason: null,
};
const MARGINS = { qualityLoss: 0.05, judge: 0.1, errorRate: 0.02, latency: 1.2, p95Latency: null, cost: null };
const JUDGED = { judge: true, labels: false };

/** So many conversations of one turn with this value. */
function came(criterion: UnitCriterion, sum: number, count: number, control = 0): Shape {
  return { criterion, kind: "", turns: 1, sum, control, count };
}

function half(
  shapes: readonly Shape[],
  base: readonly Shape[] = [],
  blocks: GuardInput["forward"]["units"]["blocks"] = [],
) {
  return { units: { ...NO_UNITS, controlled: true, shapes, blocks }, base };
}

function asked(changes: Partial<GuardInput> = {}): GuardInput {
  return {
    rollout: ROLLOUT,
    forward: half([came("likeness", 0, 900), came("likeness", 0, 100, 1)]),
    reverse: half([]),
    margins: MARGINS,
    asked: { judge: false, labels: false },
    answers: 500,
    stageAnswers: 500,
    releasedAt: null,
    now: 2 * HOUR_MS,
    ...changes,
  };
}

describe("who is worse", () => {
  test("is told the other way round in what the candidate answered clients: the old model's gain is its loss", () => {
    const lost = guardRollout(asked({ reverse: half([came("checks", -1, 30), came("checks", 0, 100)]) }));
    expect(lost).toMatchObject({
      action: "roll_back",
      reason: expect.stringContaining("checks in answers that clients got"),
    });
    expect(lost.guards.find(({ name, of }) => name === "checks" && of === "served")?.now).toBeCloseTo(30 / 130, 9);
    const gained = guardRollout(asked({ reverse: half([came("checks", 1, 30), came("checks", 0, 100)]) }));
    expect(gained.action).toBe("advance");
  });

  test("counts a failed answer of the candidate, and not one of the old model's that only shadowed it", () => {
    const shapes = (sum: number) => half([came("errors", sum, 20), came("errors", 0, 200)]);
    expect(guardRollout(asked({ reverse: shapes(-1) })).reason).toMatch(/^errors in answers that clients got/);
    expect(guardRollout(asked({ reverse: shapes(1) })).action).toBe("advance");
  });

  test("takes what a judge could not say at its best for the candidate before rolling back", () => {
    // What is unreadable is 1 for the old model's worst, and -1 for its best.
    const unread = [came("judge", 1, 60), came("judge_low", -1, 60), came("judge", 0, 60), came("judge_low", 0, 60)];
    const status = guardRollout(asked({ asked: JUDGED, reverse: half(unread) }));
    const served = status.guards.find(({ name, of }) => name === "judge" && of === "served");
    expect(served).toMatchObject({ state: "open", now: 0.5 });
    const worse = [came("judge", -1, 60), came("judge_low", -1, 60), came("judge", 0, 60), came("judge_low", 0, 60)];
    expect(guardRollout(asked({ asked: JUDGED, reverse: half(worse) })).reason).toMatch(/^judge/);
  });

  test("asks likeness only where nothing else can say it, and holds it against what differs by chance", () => {
    const differing = half([came("likeness", 1, 60), came("likeness", 0, 140)]);
    expect(guardRollout(asked({ reverse: differing })).reason).toMatch(/^likeness/);
    expect(guardRollout(asked({ reverse: differing, asked: JUDGED })).guards.map(({ name }) => name)).not.toContain(
      "likeness",
    );
    const byChance = half([came("likeness", 0, 600), came("likeness", 0, 400, 1)]);
    expect(guardRollout(asked({ reverse: differing, forward: byChance })).action).toBe("advance");
    const uncontrolled = half([came("likeness", 1, 60)]);
    const without = { ...uncontrolled, units: { ...uncontrolled.units, controlled: false } };
    expect(guardRollout(asked({ reverse: differing, forward: without })).guards.map(({ name }) => name)).not.toContain(
      "likeness",
    );
  });

  test("reads a slower answer from signs that are of the old model's over the candidate's", () => {
    // 1: the old model took longer than the candidate by more than one over the margin, which is within it.
    expect(
      guardRollout(asked({ reverse: half([came("latency", 1, 300)]) })).guards.find(({ name }) => name === "latency"),
    ).toMatchObject({ state: "holds", now: 0 });
    expect(guardRollout(asked({ reverse: half([came("latency", 0, 60)]) })).reason).toMatch(
      /^latency in answers that clients got: at least 8\d/,
    );
  });

  test("holds a slow candidate at first, and takes it back where it still is five minutes after the start", () => {
    const slow = { reverse: half([came("latency", 0, 60)]) };
    const soon = guardRollout(asked({ ...slow, now: 4 * 60_000 }));
    expect(soon).toMatchObject({ action: "hold", reason: expect.stringContaining("still so 5 minutes after") });
    expect(guardRollout(asked({ ...slow, now: 5 * 60_000 })).action).toBe("roll_back");
    const wrong = { reverse: half([came("checks", -1, 60)]) };
    expect(guardRollout(asked({ ...wrong, now: 1_000 })).action).toBe("roll_back");
  });
});

test("what came before the rollout began is not held against it", () => {
  const before = [came("checks", -1, 200), came("checks", 0, 200)];
  expect(guardRollout(asked({ reverse: half(before, before) })).action).toBe("advance");
  expect(guardRollout(asked({ reverse: half(before) })).action).toBe("roll_back");
});

test("a loss of the model itself is seen in what it answers silently", () => {
  const shadow = half([came("checks", 1, 200), came("checks", 0, 1_000), came("likeness", 0, 1_200)]);
  expect(guardRollout(asked({ forward: shadow })).reason).toMatch(/^checks over both halves/);
});

describe("a stage", () => {
  test("lasts for its pairs and its hours, and goes on by itself only where it may", () => {
    expect(guardRollout(asked())).toMatchObject({ action: "advance", stage_answers: 500, not_before: HOUR_MS });
    expect(guardRollout(asked({ stageAnswers: 399 }))).toMatchObject({
      action: "go_on",
      reason: expect.stringMatching(/^1 more pair/),
    });
    expect(guardRollout(asked({ now: HOUR_MS - 1 })).reason).toMatch(/^this stage lasts until 1970/);
    expect(guardRollout(asked({ rollout: { ...ROLLOUT, automatic: false } })).action).toBe("go_on");
    expect(guardRollout(asked({ rollout: { ...ROLLOUT, state: "held" } })).action).toBe("go_on");
  });

  test("at which it answers all begins the watch at once, and a watch that is over ends it", () => {
    const all = { ...ROLLOUT, stage: 2 };
    expect(guardRollout(asked({ rollout: all, stageAnswers: 0, now: 1 })).action).toBe("advance");
    const watching = { ...all, state: "watching" } as const;
    expect(guardRollout(asked({ rollout: watching })).action).toBe("go_on");
    expect(guardRollout(asked({ rollout: watching, now: 24 * HOUR_MS })).action).toBe("advance");
  });
});

describe("a change of late", () => {
  /** Twenty conversations each; so many of them lose a check. */
  function blocksOf(losses: readonly number[]) {
    return losses.map((lost, number) => ({
      number,
      from: number + 1,
      to: number + 1,
      units: UNITS_IN_BLOCK,
      shapes: [came("checks", -1, lost), came("checks", 0, UNITS_IN_BLOCK - lost)].filter(({ count }) => count > 0),
    }));
  }
  const good = Array.from({ length: 400 }, () => 0);
  const guarded = (losses: readonly number[], changes: Partial<GuardInput> = {}) => {
    const blocks = blocksOf(losses);
    return guardRollout(
      asked({
        reverse: half(
          blocks.flatMap(({ shapes }) => shapes),
          [],
          blocks,
        ),
        ...changes,
      }),
    );
  };

  test("is rolled back by the detector though all of it together still holds", () => {
    const changed = guarded([...good, ...Array.from({ length: 12 }, () => 3)]);
    expect(changed.guards.every(({ state }) => state !== "beyond")).toBe(true);
    expect(changed).toMatchObject({
      action: "roll_back",
      reason: expect.stringMatching(/^since about 1970.* in checks$/),
    });
  });

  test("holds the stage while only the newest answers are beyond the margin", () => {
    expect(guarded([...good, ...Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? 1 : 2))])).toMatchObject({
      action: "hold",
      reason: expect.stringMatching(/^the newest 200 conversations lose/),
    });
    expect(guarded(good).action).toBe("advance");
  });
});
