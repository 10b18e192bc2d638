import { expect, test } from "vitest";
import type { CostEvidence } from "../evidence.ts";
import { sampleEvidence } from "../evidence.fixture.ts";
import { asymptoticCost, asymptoticLower } from "./asymptotic-cost.ts";
import { costCriterion } from "./cost-criterion.ts";
import { seeded } from "./gambler.fixture.ts";

const LEVELS = { pass: 0.05, fail: 0.0125 };
const MARGIN = 1.1;

test("the bound of a mean, computed apart from this code", () => {
  expect(asymptoticLower({ n: 400, sum: 120, squares: 200 }, 0.05)).toBeCloseTo(0.210942, 6);
});

function costOf(pairs: readonly (readonly [primary: number, silent: number])[]): CostEvidence {
  const sum = (of: (primary: number, silent: number) => number) =>
    pairs.reduce((all, [primary, silent]) => all + of(primary, silent), 0);
  return {
    pairs: pairs.length,
    primary: sum((primary) => primary),
    silent: sum((_, silent) => silent),
    primary_squares: sum((primary) => primary ** 2),
    silent_squares: sum((_, silent) => silent ** 2),
    products: sum((primary, silent) => primary * silent),
    primary_most: Math.max(...pairs.map(([primary]) => primary)),
    silent_most: Math.max(...pairs.map(([, silent]) => silent)),
  };
}

/** A candidate 0.8 times as dear, with a giant now and then that nobody has seen yet. */
function cheapSoFar(pairs: number) {
  const random = seeded(83);
  return Array.from({ length: pairs }, () => {
    const primary = 0.001 * (0.5 + random());
    return [primary, 0.8 * primary * (0.9 + 0.2 * random())] as const;
  });
}

const capped = (cap: number | null, logs: number | null = 0) => ({
  conversations: 0,
  pairs: 0,
  silent_cap: cap,
  primary_cap: cap,
  below: logs === null ? null : Array.from({ length: 40 }, () => logs),
  above: logs === null ? null : Array.from({ length: 40 }, () => 0),
});

function criterionOn(pairs: number, cap: number | null) {
  const evidence = sampleEvidence({ pairs, cost: costOf(cheapSoFar(pairs)) });
  const cost = cap === null ? capped(null, null) : capped(cap);
  return costCriterion({
    evidence: { ...evidence, units: { ...evidence.units, cost } },
    margin: MARGIN,
    levels: LEVELS,
  });
}

test("stands beside a cost whose cap is not known, and never decides it", () => {
  const criterion = criterionOn(60, null);
  // It would have passed; what decides has not.
  expect(criterion.asymptotic?.high).toBeLessThan(MARGIN);
  expect(criterion).toMatchObject({ state: "open", basis: "conditional" });
});

test("stands beside one whose cap is over 100 times the mean, and not where it is closer", () => {
  expect(criterionOn(60, 1)).toMatchObject({ state: "open", basis: "exact", asymptotic: { high: expect.any(Number) } });
  expect(criterionOn(60, 0.01)).toMatchObject({ state: "open", basis: "exact", asymptotic: null });
});

test("has its estimate between its bounds, and none of fewer than thirty pairs", () => {
  const cost = costOf(cheapSoFar(400));
  const { low, high } = asymptoticCost(cost, LEVELS) ?? {};
  const estimate = cost.silent / cost.primary;
  expect(low).toBeGreaterThan(0.75);
  expect(low).toBeLessThan(estimate);
  expect(high).toBeGreaterThan(estimate);
  expect(high).toBeLessThan(0.85);
  expect(asymptoticCost(costOf(cheapSoFar(29)), LEVELS)).toBeNull();
});
