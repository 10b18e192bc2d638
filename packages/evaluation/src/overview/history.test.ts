import type { CriterionHistory, CriterionOverview } from "@understudy/contracts";
import { expect, test } from "vitest";
import { MOST_POINTS, withMoment } from "./history.ts";

function at(pairs: number, changes: Partial<CriterionOverview> = {}): CriterionOverview {
  const figures = { low: -1 / pairs, high: 1 / pairs, estimate: 0, control: null, pairs, conversations: pairs };
  return { name: "checks", unit: "points", margin: 0.05, state: "open", reason: "", ...figures, ...changes };
}

function grown(criteria: readonly CriterionOverview[]): CriterionHistory {
  let history: CriterionHistory | null = null;
  for (const criterion of criteria) history = withMoment(history, { now: criterion, at: criterion.pairs });
  if (history === null) throw new Error("there were none");
  return history;
}

test("of too many points those stay at which a bound moved most, with the first, the newest and the one that decided", () => {
  const jump = 700;
  const criteria = Array.from({ length: 1_000 }, (_, index) => {
    const pairs = index + 1;
    return at(pairs, { high: pairs < jump ? 0.5 : 0.1, state: pairs < 333 ? "open" : "pass" });
  });
  const { points, decided } = grown(criteria);
  expect(points).toHaveLength(MOST_POINTS);
  const pairs = points.map((point) => point.pairs);
  expect(pairs).toEqual(pairs.toSorted((one, other) => one - other));
  expect([pairs[0], pairs.at(-1)]).toEqual([1, 1_000]);
  expect(pairs).toEqual(expect.arrayContaining([jump - 1, jump, 333]));
  expect(decided).toEqual({ state: "pass", pairs: 333, at: 333 });
});

test("a bound that comes after long is where it came", () => {
  const criteria = Array.from({ length: 400 }, (_, index) =>
    at(index + 1, index < 50 ? { low: null, high: null } : {}),
  );
  const { points } = grown(criteria);
  expect(points.map((point) => point.pairs)).toEqual(expect.arrayContaining([50, 51]));
});
