import { expect, test } from "vitest";
import type { JudgedPair, JudgeSays, Label } from "../labels/label.ts";
import { median, seeded, shareOf } from "./gambler.fixture.ts";
import { LabelGambler } from "./labels-gambler.fixture.ts";

// Hundreds of experiments, looked at after every judged pair. Each bound is the right value, not what came out.

const SHARE = 0.1;
const PROMOTES = 20;
const RUNS = 120;

interface World {
  readonly loss: number;
  readonly margin: number;
  /** How often the judge finds an answer worse that a person does, and fine that a person does. */
  readonly sensitivity: number;
  readonly specificity: number;
}

const FAIR = { sensitivity: 0.85, specificity: 0.95 };
const COIN = { sensitivity: 0.5, specificity: 0.5 };

function pairIn({ loss, sensitivity, specificity }: World, random: () => number): { says: JudgeSays; label: Label } {
  const label = random() < loss ? 1 : 0;
  const worse = label === 1 ? random() < sensitivity : random() >= specificity;
  return { label, says: worse ? "primary" : "same" };
}

/** Labels until a promote, by labels alone and with the judge. */
function labelsUntilPromote(world: World, random: () => number): { readonly alone: number; readonly together: number } {
  const bets = new LabelGambler(world.margin);
  let [labels, alone, together] = [0, Infinity, Infinity];
  while (labels < 2_000 && (alone === Infinity || together === Infinity)) {
    const { says, label } = pairIn(world, random);
    const drawn = random() < SHARE;
    if (drawn) labels += 1;
    bets.add({ says, share: SHARE, outcome: drawn ? label : "not_drawn" });
    if (drawn && alone === Infinity && bets.alone >= PROMOTES) alone = labels;
    if (together === Infinity && bets.has(PROMOTES)) together = labels;
  }
  return { alone, together };
}

function ratio(what: string, world: World, seed: number): number {
  const random = seeded(seed);
  const runs = Array.from({ length: RUNS }, () => labelsUntilPromote(world, random));
  const together = median(runs.map((run) => run.together));
  const alone = median(runs.map((run) => run.alone));
  console.log(`${what}: ${together} labels until a promote, and ${alone} without it (medians of ${RUNS})`);
  return together / alone;
}

test("a judge that is right in 85% and 95% saves three in ten of the labels, at losses of 10 and a margin of 15", () => {
  expect(ratio("a judge of .85 and .95", { loss: 0.1, margin: 0.15, ...FAIR }, 3)).toBeLessThanOrEqual(0.7);
});

test("a judge that tosses a coin costs three in ten more at the most", () => {
  expect(ratio("a coin", { loss: 0.1, margin: 0.15, ...COIN }, 5)).toBeLessThanOrEqual(1.3);
});

interface Late {
  /** Judged pairs that go by until a label is there. */
  readonly delay: number;
  /** Lets pairs that wait for nobody enter before those that do. */
  readonly outOfOrder?: boolean;
}

/** At the margin: in the order of being judged, up to the first drawn pair without a label. */
function everPromoted(world: World, { delay, outOfOrder = false }: Late, random: () => number): boolean {
  const bets = new LabelGambler(world.margin);
  const waiting: { readonly at: number; readonly pair: JudgedPair }[] = [];
  const enter = (pair: JudgedPair): boolean => {
    bets.add(pair);
    return bets.has(PROMOTES);
  };
  for (let judged = 0; judged < 2_500; judged += 1) {
    const { says, label } = pairIn(world, random);
    const drawn = random() < SHARE;
    const pair = { says, share: SHARE, outcome: drawn ? label : ("not_drawn" as const) };
    if (outOfOrder && !drawn) {
      if (enter(pair)) return true;
    } else waiting.push({ at: drawn ? judged + delay : 0, pair });
    while (waiting[0] !== undefined && waiting[0].at <= judged)
      if (enter((waiting.shift() as { pair: JudgedPair }).pair)) return true;
  }
  return false;
}

test.each<[string, World]>([
  ["a fair judge", { loss: 0.15, margin: 0.15, ...FAIR }],
  ["a coin", { loss: 0.15, margin: 0.15, ...COIN }],
])("a candidate at the margin is promoted in 5% at most, with %s, also where labels come late", (judge, world) => {
  const random = seeded(7);
  for (const delay of [0, 500]) {
    const share = shareOf(200, () => everPromoted(world, { delay }, random));
    console.log(`${judge}, labels ${delay} judged pairs late: promoted in ${share * 100}% of 200 experiments`);
    expect(share).toBeLessThanOrEqual(0.05);
  }
});

test("pairs that overtake those that wait for a label would promote it far more often", () => {
  const random = seeded(9);
  const share = shareOf(60, () =>
    everPromoted({ loss: 0.15, margin: 0.15, ...FAIR }, { delay: 1_000, outOfOrder: true }, random),
  );
  console.log(`the others first: promoted in ${Math.round(share * 100)}% of 60 experiments`);
  expect(share).toBeGreaterThan(0.2);
});
