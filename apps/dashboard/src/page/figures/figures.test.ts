import type { CriterionOverview } from "@understudy/contracts";
import { expect, test } from "vitest";
import { accountSum } from "./account-bar.tsx";
import { barPath } from "./bound-glyph.tsx";
import { facingWords, sentenceOf } from "./criterion-words.ts";
import { columnOf } from "./quality.ts";
import { glyphPlace } from "./scale.ts";
import { standingOf } from "./standing.ts";

const criterion = (more: Partial<CriterionOverview>): CriterionOverview => ({
  name: "judge",
  unit: "points",
  margin: 0.1,
  low: -0.061,
  high: 0.029,
  estimate: -0.016,
  state: "pass",
  pairs: 2_394,
  conversations: 1_029,
  control: null,
  reason: "",
  ...more,
});

test("the margin is in the middle, no difference at a quarter, and a doubling an eighth where the margin is none", () => {
  expect([0, 0.1, 0.029, -0.061].map((value) => Math.round(100 * glyphPlace(value, "points", 0.1)) / 100)).toEqual([
    25, 50, 32.25, 9.75,
  ]);
  expect(glyphPlace(1.5, "ratio", 1.5)).toBe(50);
  expect(glyphPlace(1, "ratio", 1.5)).toBe(25);
  expect(glyphPlace(0.5, "ratio", 1)).toBe(37.5);
});

test("a bar that runs out of the picture ends in a point, and none is too narrow to be seen", () => {
  expect(barPath(10, 40)).toBe("M10.0 5.5H40.0V12.5H10.0Z");
  expect(barPath(74, 120)).toBe("M74.0 5.5H96.5L100 9L96.5 12.5H74.0Z");
  expect(barPath(-30, -20)).toBe("M3.5 5.5H11.5V12.5H3.5L0 9Z");
  expect(barPath(20, 20.1)).toBe("M19.1 5.5H21.1V12.5H19.1Z");
});

test("the bound that faces the margin is what is said, the least while it holds and the most when it is beyond", () => {
  expect(facingWords(criterion({}))).toBe("at most 2.9 points worse");
  expect(facingWords(criterion({ state: "fail", low: 0.098, high: 0.189 }))).toBe("at least 9.8 points worse");
  expect(facingWords(criterion({ state: "open" }))).toBe("−6.1 to 2.9 points worse");
  expect(facingWords(criterion({ name: "cost", unit: "ratio", high: 0.064, margin: 1 }))).toBe(
    "at most 0.064× as dear",
  );
  expect(facingWords(criterion({ state: "open", low: null, high: null }))).toBeNull();
  // A bet on the margin alone has no bounds: once it is won, the margin is one.
  const won = criterion({ name: "cost", unit: "ratio", low: null, high: null, margin: 1 });
  expect(facingWords(won)).toBe("at most 1.00× as dear");
  expect(facingWords({ ...won, state: "open" })).toBeNull();
  expect(sentenceOf("Quality", criterion({}))).toBe("Quality holds: at most 2.9 points worse, margin 10 points");
  expect(sentenceOf("Quality", criterion({ state: "cannot_tell" }))).toBe("Quality: cannot tell");
});

test("quality is what needs a look first, and else the rung with the least room", () => {
  const holds = criterion({ name: "checks", margin: 0.05, low: 0, high: 0.045 });
  const roomy = criterion({ name: "judge" });
  const open = criterion({ name: "labels", state: "open" });
  const beyond = criterion({ name: "likeness", state: "fail" });
  const named = (criteria: readonly CriterionOverview[]) => columnOf(criteria, "Quality")?.name;
  expect(named([roomy, holds])).toBe("checks");
  expect(named([roomy, holds, open])).toBe("labels");
  expect(named([roomy, holds, open, beyond])).toBe("likeness");
  expect(columnOf([roomy], "Cost")).toBeNull();
});

test("a rollout goes before its verdict, a pause takes the colour and not the word", () => {
  const verdict = { decision: "keep_watching", pairs: 1_386, pairs_needed: 1_160 } as const;
  const stood = { primary: "a", silent: "b", state: "running", rollout: null, verdict } as const;
  expect(standingOf(stood)).toMatchObject({ kind: "watch", word: "Keep watching", after: null });
  expect(standingOf(stood).part).toBeCloseTo(0.544, 3);
  expect(standingOf({ ...stood, verdict: { ...verdict, pairs_needed: null } }).after).toBe("no date");
  expect(standingOf({ ...stood, state: "paused" })).toMatchObject({ kind: "watch", after: "paused", still: true });
  const rollout = { state: "running", stages: [5, 25, 50, 100], stage: 1 } as const;
  expect(standingOf({ ...stood, rollout })).toMatchObject({ kind: "rollout", word: "Rollout 25%", part: 0.25 });
  expect(standingOf({ ...stood, rollout: { ...rollout, state: "rolled_back" }, state: "rolled_back" })).toMatchObject({
    word: "Keep watching",
    after: "rolled back",
  });
  expect(standingOf({ ...stood, silent: "a" }).kind).toBe("control");
});

test("the account is a sum, and says nothing of what is none", () => {
  const account = {
    admitted: 30,
    paired: 27,
    failed: 2,
    expired: 0,
    dropped: { full: 1 },
    lost: 0,
    pending: 0,
    skipped: {},
  };
  expect(accountSum(account)).toBe("30 admitted = 27 paired + 2 failed + 1 dropped");
});
