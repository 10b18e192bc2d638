import { describe, expect, test } from "vitest";
import { coveredCost, upperCostRatio } from "./cost-bounds.ts";
import { logWealthAgainst } from "../statistics/e-process.ts";
import { seeded, shareOf } from "./gambler.fixture.ts";
import type { CostEvidence } from "../evidence.ts";
import { ALPHA } from "./verdict.ts";

const MARGIN = 0.1;
const LONGEST = 1_000;
const RUNS = 4_000;

const LEVELS = { pass: 0.05, fail: 0.0125 };

/** Whether so many pairs of which so many are lost pass the margin. */
function promotedAt(lost: number, pairs: number): boolean {
  const counts = [
    { value: 1, count: lost },
    { value: 0, count: pairs - lost },
  ];
  return logWealthAgainst(MARGIN, counts, 1) >= Math.log(1 / LEVELS.pass);
}

/** For each number of pairs the most losses that promote; -1 where none does. The bets themselves fill it. */
const mostLosses: readonly number[] = (() => {
  const table = [-1];
  let most = -1;
  for (let pairs = 1; pairs <= LONGEST; pairs += 1) {
    while (promotedAt(most + 1, pairs) && most + 1 <= pairs) most += 1;
    table.push(most);
  }
  return table;
})();

interface Outcome {
  readonly share: number;
  readonly medianPairs: number | null;
}

/** Experiments that are looked at after every single pair, and end when `promotes` says so. */
function watch(trueLoss: number, promotes: (lost: number, pairs: number) => boolean): Outcome {
  const random = seeded(20_261_124);
  const ends: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    let lost = 0;
    for (let pairs = 1; pairs <= LONGEST; pairs += 1) {
      if (random() < trueLoss) lost += 1;
      if (!promotes(lost, pairs)) continue;
      ends.push(pairs);
      break;
    }
  }
  ends.sort((one, other) => one - other);
  return { share: ends.length / RUNS, medianPairs: ends[Math.floor(ends.length / 2)] ?? null };
}

/** Printed for docs/evaluation.md. */
function told(what: string, outcome: Outcome): Outcome {
  console.log(`${what}: promoted in ${Number((100 * outcome.share).toPrecision(3))}% of ${RUNS} experiments`);
  return outcome;
}

const byVerdict = (lost: number, pairs: number): boolean => lost <= (mostLosses[pairs] ?? -1);
const naively = (lost: number, pairs: number): boolean => pairs >= 50 && lost / pairs <= MARGIN;

describe("a verdict that is looked at after every pair, up to 1,000, with a margin of 10%", () => {
  test("promotes a candidate beyond the margin in under 5% of experiments", () => {
    const share = (loss: number): number => told(`the verdict, true loss ${loss}`, watch(loss, byVerdict)).share;
    expect(share(0.12)).toBeLessThan(0.02);
    expect(share(0.1)).toBeLessThan(0.05);
    expect(share(0.15)).toBeLessThan(0.002);
  });

  test("where a rule of thumb is wrong in most", () => {
    // At least 50 pairs and no more than 10% lost, checked as often.
    expect(told("the rule of thumb, true loss 0.12", watch(0.12, naively)).share).toBeGreaterThan(0.6);
  });

  test.each([
    [0.02, 1, 67],
    [0.04, 1, 121],
    [0.06, 0.9765, 284],
  ])("promotes one that loses %f, nearly always and soon", (loss, share, medianPairs) => {
    expect(watch(loss, byVerdict)).toEqual({ share, medianPairs });
  });
});

describe("a cost without a cap, with a margin of 1.1 times", () => {
  const COST_MARGIN = 1.1;
  let random = seeded(11);
  const normal = (): number => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  /** Each with a mean of 1. The rare call costs 20 times the primary's mean, the most that the bounds hold for. */
  const distributions = {
    normal: () => Math.max(0, 1 + 0.3 * normal()),
    exponential: () => -Math.log(random()),
    lognormal: () => Math.exp(1.5 * normal() - 1.125),
    rare: () => (random() < 0.5 / 17.682 ? 20 / COST_MARGIN : 0.5),
  };
  type Distribution = keyof typeof distributions;

  const bound = (cost: CostEvidence) => upperCostRatio(cost, coveredCost(cost).silent, ALPHA);

  /** Share of the runs that pass at the margin itself, looked at after every third pair. */
  function passed(name: Distribution, runs: number, length: number): number {
    const draw = distributions[name];
    random = seeded(11);
    return shareOf(runs, () => {
      let cost = { ...NO_COST };
      for (let pair = 1; pair <= length; pair += 1) {
        cost = withPair(cost, name === "rare" ? 0.001 : 0.001 * draw(), 0.001 * COST_MARGIN * draw());
        if (pair % 3 !== 0 || cost.silent >= COST_MARGIN * cost.primary) continue;
        if ((bound(cost) ?? Infinity) <= COST_MARGIN) return true;
      }
      return false;
    });
  }

  test.each<Distribution>(["normal", "exponential", "lognormal", "rare"])(
    "of %s calls passes in under 5% of experiments at the margin",
    (name) => {
      expect(passed(name, 100, 600)).toBeLessThan(0.05);
    },
  );
});

const NO_COST: CostEvidence = {
  pairs: 0,
  primary: 0,
  silent: 0,
  primary_squares: 0,
  silent_squares: 0,
  products: 0,
  primary_most: 0,
  silent_most: 0,
};

function withPair(cost: CostEvidence, primary: number, silent: number): CostEvidence {
  return {
    pairs: cost.pairs + 1,
    primary: cost.primary + primary,
    silent: cost.silent + silent,
    primary_squares: cost.primary_squares + primary ** 2,
    silent_squares: cost.silent_squares + silent ** 2,
    products: cost.products + primary * silent,
    primary_most: Math.max(cost.primary_most, primary),
    silent_most: Math.max(cost.silent_most, silent),
  };
}
