import type { CriterionHistory } from "@understudy/contracts";
import { expect, test } from "vitest";
import { apart, timeTicks } from "./axis.ts";
import { criterionPicture } from "./criterion-picture.ts";

const HOUR = 3_600_000;
const START = new Date(2026, 10, 20, 9).getTime();

function history(hours: readonly number[], more: Partial<CriterionHistory> = {}): CriterionHistory {
  const points = hours.map((hour, index) => ({
    pairs: 100 * (index + 1),
    conversations: 40 * (index + 1),
    at: START + hour * HOUR,
    low: -0.1 + 0.01 * index,
    high: index === 0 ? null : 0.2 - 0.01 * index,
    estimate: 0.01,
    control: null,
  }));
  return { name: "judge", unit: "points", margin: 0.1, points, decided: null, ...more };
}

test("by time a gap is as wide as it was long, and nothing is drawn through it", () => {
  const picture = criterionPicture(history([0, 1, 2, 3, 4, 44, 45, 46, 47, 48]), "time");
  expect(picture?.runs.map((run) => run.length)).toEqual([5, 5]);
  expect(picture?.runs[1]?.[0]?.x).toBeCloseTo(44 / 48, 9);
  const byPairs = criterionPicture(history([0, 1, 2, 3, 4, 44, 45, 46, 47, 48]), "pairs");
  expect(byPairs?.runs).toHaveLength(1);
  expect(byPairs?.runs[0]?.[0]?.x).toBeCloseTo(0.1, 9);
});

test("days are marked where they truly fell among the pairs, which begin at 0", () => {
  const ticks = criterionPicture(history([0, 10, 20, 30, 40, 50]), "pairs")?.ticks ?? [];
  expect(ticks[0]).toEqual({ x: 0, label: "0", end: "start" });
  expect(ticks.at(-1)).toEqual({ x: 1, label: "600", end: "end" });
  // Midnight is 15 hours after the start: between the second point, 200 pairs, and the third.
  const midnight = ticks.find(({ label }) => label === "21 Nov");
  expect(midnight?.x).toBeCloseTo(250 / 600, 9);
});

test("what must be seen is inside the picture, up is worse, and an early bound is cut by its edge", () => {
  const picture = criterionPicture(history([0, 1, 2]), "pairs");
  const at = (value: number | null | undefined): number => picture?.y(value ?? 0) ?? -1;
  for (const value of [picture?.margin, picture?.low, picture?.high]) {
    expect(at(value)).toBeGreaterThan(0);
    expect(at(value)).toBeLessThan(1);
  }
  expect(at(0.1)).toBeLessThan(at(0));
  expect(at(5)).toBeLessThan(0);
  expect(criterionPicture(history([0]), "pairs")).toBeNull();
});

test("likeness is drawn in answers that differ: the margin lies above what the control does by chance", () => {
  const one = history([0, 1], { name: "likeness", margin: 0.05 });
  const picture = criterionPicture(
    { ...one, points: one.points.map((point) => ({ ...point, control: 0.041 })) },
    "pairs",
  );
  expect(picture?.floor).toBe(0.041);
  expect(picture?.margin).toBeCloseTo(0.091, 9);
});

test("ticks are round moments, few enough, and labels that would touch are pushed apart", () => {
  expect(timeTicks(START, START + 2 * HOUR, 5).map((at) => new Date(at).getMinutes())).toEqual([0, 30, 0, 30, 0]);
  const days = timeTicks(START, START + 20 * 24 * HOUR, 4).map((at) => new Date(at));
  expect(days.every((day) => day.getHours() === 0)).toBe(true);
  expect(days.length).toBeLessThanOrEqual(4);
  expect(apart([50, 52, 10], 13, 156)).toEqual([50, 63, 10]);
  expect(apart([150, 156, 158], 13, 156)).toEqual([130, 143, 156]);
});
