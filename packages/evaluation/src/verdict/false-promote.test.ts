import { describe, expect, test } from "vitest";
import { sampleEvidence } from "../sample-evidence.ts";
import { coveredCost, upperCostRatio } from "./cost-bounds.ts";
import { decideVerdict } from "./decide-verdict.ts";
import type { CostEvidence } from "../evidence.ts";
import { errorExcess, qualityLoss } from "./measures.ts";
import { ALPHA } from "./verdict.ts";

const MARGIN = 0.1;
const LONGEST = 1_000;
const RUNS = 4_000;
const ONLY_QUALITY = { qualityLoss: MARGIN, errorRate: null, p95Latency: null, cost: null };

/** Park and Miller's generator: the same experiments in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function promotedAt(lost: number, pairs: number): boolean {
  const evidence = sampleEvidence({ agreed: { count: pairs - lost, of: pairs } });
  const verdict = decideVerdict({ evidence, control: null, margins: ONLY_QUALITY, isControl: false });
  return verdict.decision === "promote";
}

/** For each number of pairs the most losses that promote; -1 where none does. The verdict itself fills it. */
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

describe("at the edge of a margin, the bounds", () => {
  const runs = 300;
  const length = 600;

  test("of errors, pair by pair, are wrong in under 5% of experiments", () => {
    const random = seeded(5);
    let wrong = 0;
    for (let run = 0; run < runs; run += 1) {
      const errors = { both: 0, primary_only: 0, silent_only: 0, neither: 0 };
      for (let pair = 1; pair <= length; pair += 1) {
        const chance = random();
        // 5% of the silent calls fail and 3% of the primary's: two points apart.
        if (chance < 0.05) errors.silent_only += 1;
        else if (chance < 0.08) errors.primary_only += 1;
        else errors.neither += 1;
        if (pair % 20 === 0 && (errorExcess(errors).high ?? 1) < 0.02) {
          wrong += 1;
          break;
        }
      }
    }
    expect(wrong / runs).toBeLessThan(0.05);
  });

  test("of disagreement beyond a control's are wrong in under 5% of experiments", () => {
    const random = seeded(9);
    let wrong = 0;
    for (let run = 0; run < runs; run += 1) {
      const agreed = { candidate: 0, control: 0 };
      for (let pair = 1; pair <= length; pair += 1) {
        agreed.candidate += random() < 0.8 ? 1 : 0;
        agreed.control += random() < 0.9 ? 1 : 0;
        if (pair % 20 !== 0) continue;
        const evidence = sampleEvidence({ agreed: { count: agreed.candidate, of: pair } });
        const control = sampleEvidence({ agreed: { count: agreed.control, of: pair } });
        if ((qualityLoss(evidence, control).high ?? 1) < MARGIN) {
          wrong += 1;
          break;
        }
      }
    }
    expect(wrong / runs).toBeLessThan(0.05);
  });
});

describe("a cost that is looked at after every pair, with a margin of 1.1 times", () => {
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

  /** How many of the runs pass at a true ratio, and the median of the pairs that takes. */
  function watchCost(name: Distribution, ratio: number, runs: number, length: number): Outcome {
    const draw = distributions[name];
    random = seeded(11);
    const ends: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      let cost = { ...NO_COST };
      for (let pair = 1; pair <= length; pair += 1) {
        cost = withPair(cost, name === "rare" ? 0.001 : 0.001 * draw(), 0.001 * ratio * draw());
        if (cost.silent >= COST_MARGIN * cost.primary || (bound(cost) ?? Infinity) > COST_MARGIN) continue;
        ends.push(pair);
        break;
      }
    }
    ends.sort((one, other) => one - other);
    return { share: ends.length / runs, medianPairs: ends[Math.floor(ends.length / 2)] ?? null };
  }

  test.each<Distribution>(["normal", "exponential", "lognormal", "rare"])(
    "of %s calls passes in under 5% of experiments at the margin",
    (name) => {
      expect(watchCost(name, COST_MARGIN, 200, 1_000).share).toBeLessThan(0.05);
    },
  );

  test.each<[Distribution, number, number, Outcome]>([
    ["normal", 0.5, 1_000, { share: 1, medianPairs: 387 }],
    ["normal", 0.9, 5_000, { share: 1, medianPairs: 1_998 }],
    ["exponential", 0.5, 1_000, { share: 1, medianPairs: 419 }],
    ["exponential", 0.9, 5_000, { share: 0.825, medianPairs: 3_347 }],
    ["lognormal", 0.5, 2_000, { share: 0.975, medianPairs: 739 }],
    ["lognormal", 0.9, 5_000, { share: 0, medianPairs: null }],
  ])("of %s calls at %f of the margin passes, the sooner the more even", (name, part, length, outcome) => {
    expect(watchCost(name, part * COST_MARGIN, 40, length)).toEqual(outcome);
  });
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
