import { describe, expect, test } from "vitest";
import { enterLabels } from "../labels/enter-labels.ts";
import type { JudgedPair, LabelEpoch } from "../labels/label.ts";
import { nextFit } from "../labels/predictions.ts";
import { sampleEvidence } from "../evidence.fixture.ts";
import { logWealthAgainst, logWealthFor } from "../statistics/e-process.ts";
import { seeded } from "./gambler.fixture.ts";
import { labelsCriterion } from "./labels-criterion.ts";
import { LabelGambler } from "./labels-gambler.fixture.ts";
import { betsForFail, betsForPass, logWealthOfLabels, rectified, rectifiedMax } from "./labels-wealth.ts";

const MARGIN = 0.1;
const SHARE = 0.1;
const LEVELS = { pass: 0.05, fail: 0.0125 };

const counted = (values: readonly number[]) => values.map((value) => ({ value, count: 1 }));

test("seven judged pairs of which four are labelled are worth what was worked out apart from this code", () => {
  const predictions = { fine: 0.02, worse: 0.5 };
  const [margin, max] = [0.15, rectifiedMax(Object.values(predictions), SHARE, 1)];
  expect(max).toBeCloseTo(9.82, 6);
  expect(max - margin).toBeCloseTo(9.67, 6);
  const pairs: readonly (readonly [says: keyof typeof predictions, label: number | null])[] = [
    ["fine", null],
    ["fine", 0],
    ["worse", null],
    ["worse", 1],
    ["worse", 0],
    ["fine", null],
    ["fine", 1],
  ];
  const values = pairs.map(([says, label]) => rectified(predictions[says], SHARE, label));
  const rounded = [0.02, -0.18, 0.5, 5.5, -4.5, 0.02, 9.82];
  for (const [index, value] of rounded.entries()) expect(values[index]).toBeCloseTo(value, 6);
  const half = [1.006722, 1.0239, 1.00537, 0.727256, 0.902113, 0.908177, 0.454088];
  let money = 1;
  for (const [index, after] of half.entries()) {
    money *= 1 + (0.5 * (margin - (values[index] ?? 0))) / (max - margin);
    expect(money).toBeCloseTo(after, 6);
  }
  const all = [1.006203, 1.02209, 1.004859, 0.747811, 0.889361, 0.894484, 0.510118];
  for (const [index, after] of all.entries())
    expect(Math.exp(logWealthAgainst(margin, counted(values.slice(0, index + 1)), max))).toBeCloseTo(after, 6);
  const alone = counted([0, 1, 0, 1]);
  expect(Math.exp(logWealthAgainst(margin, alone, 1))).toBeCloseTo(0.411336, 6);
  const bets = { alone, epochs: [{ counts: counted(values), max }] };
  expect(Math.exp(logWealthOfLabels(margin, bets))).toBeCloseTo(0.490362, 6);
});

test("predictions are fitted at 10 labels and whenever these have grown by half", () => {
  const fits: number[] = [];
  for (let labels = nextFit(0); fits.length < 6; labels = nextFit(labels)) fits.push(labels);
  expect(fits).toEqual([10, 15, 23, 35, 53, 80]);
});

/** Pairs of a judge who is right in so many, of a candidate that is worse in `loss` and better in `win` of its answers. */
function judgedPairs(
  pairs: number,
  { loss = 0.1, win = 0, right = 0.85, missing = 0, seed = 5 } = {},
): readonly JudgedPair[] {
  const random = seeded(seed);
  const words = ["silent", "same", "primary"] as const;
  return Array.from({ length: pairs }, () => {
    const draw = random();
    const label = draw < loss ? 1 : draw < loss + win ? -1 : 0;
    const says = random() < right ? words[label + 1] : words[Math.floor(random() * 3)];
    const drawn = random() < SHARE;
    const outcome = !drawn ? "not_drawn" : random() < missing ? "missing" : label;
    return { says: says ?? "same", share: SHARE, outcome } as const;
  });
}

describe("epochs", () => {
  test("are the same however many pairs enter at once, and hold every pair", () => {
    const pairs = judgedPairs(600);
    const atOnce = enterLabels([], pairs, MARGIN);
    let one: readonly LabelEpoch[] = [];
    for (const pair of pairs) one = enterLabels(one, [pair], MARGIN);
    expect(one).toEqual(atOnce);
    expect(atOnce.length).toBeGreaterThan(3);
    expect(atOnce.flatMap(({ cells }) => cells).reduce((sum, { count }) => sum + count, 0)).toBe(600);
  });

  test("never predict from a label that is not there yet: the pair that completes ten is in the first epoch", () => {
    const labelled = { says: "primary", share: SHARE, outcome: 1 } as const;
    const [first, second, ...more] = enterLabels(
      [],
      Array.from({ length: 11 }, () => labelled),
      MARGIN,
    );
    expect(more).toEqual([]);
    expect([first?.cells[0]?.count, second?.cells[0]?.count]).toEqual([10, 1]);
    expect([first?.fitted_on, second?.fitted_on]).toEqual([0, 10]);
    // (10 labels of 1 + 8 x (0.5 x 0.95 + mean x 0.05)) / 18, where the mean is (100 + 0.05) / (100 + 0.5).
    expect(second?.predictions.primary).toBeCloseTo((10 + 8 * (0.475 + (0.05 * 100.05) / 100.5)) / 18, 10);
  });

  test("begin anew where another share is drawn, and keep their predictions", () => {
    const pair = { says: "same", outcome: "not_drawn" } as const;
    const epochs = enterLabels(
      [],
      [
        { ...pair, share: 0.1 },
        { ...pair, share: 0.5 },
      ],
      MARGIN,
    );
    expect(epochs.map(({ share }) => share)).toEqual([0.1, 0.5]);
    expect(epochs[1]?.predictions).toEqual(epochs[0]?.predictions);
  });

  test("are worth what a gambler makes of them pair by pair", () => {
    const gambler = new LabelGambler(MARGIN);
    for (const pair of judgedPairs(900, { missing: 0.1 })) gambler.add(pair);
    expect(Math.log(gambler.together)).toBeCloseTo(logWealthOfLabels(MARGIN, betsForPass(gambler.epochs)), 8);
  });
});

describe("the criterion", () => {
  const about = (pairs: readonly JudgedPair[], margin: number | null = MARGIN) => {
    const epochs = enterLabels([], pairs, margin ?? 0);
    const { progress } = sampleEvidence().labels;
    const labelled = pairs.filter(({ outcome }) => typeof outcome === "number").length;
    return labelsCriterion({ epochs, progress: { ...progress, labelled } }, margin, LEVELS);
  };

  test("passes where people find the answers as good, and fails where they do not", () => {
    expect(about(judgedPairs(6_000, { loss: 0.01 }))).toMatchObject({ name: "labels", state: "pass", pairs: 6_000 });
    const failed = about(judgedPairs(3_000, { loss: 0.4 }));
    expect(failed.state).toBe("fail");
    expect(failed.low).toBeGreaterThan(MARGIN);
    expect(failed.reason).toContain("answers that people prefer the primary's to, net");
  });

  test("is open with few labels, and says how many more it takes and what waits", () => {
    const open = about(judgedPairs(300, { loss: 0.02 }));
    expect(open.state).toBe("open");
    expect(open.note).toMatch(/^has \d+ labels; about \d+ more, and 0 pairs wait for one$/);
  });

  test("is off where no margin asks, and knows nothing where nobody was asked", () => {
    expect(about([], null).state).toBe("off");
    expect(about([])).toMatchObject({ state: "open", estimate: null });
  });

  test("counts what is missing against the candidate for a pass, and for it in a fail", () => {
    const epochs = enterLabels([], judgedPairs(800, { missing: 1, loss: 0 }), MARGIN);
    const drawn = betsForPass(epochs).alone;
    expect(drawn.map(({ value }) => value)).toEqual(drawn.map(() => 1));
    expect(betsForFail(epochs).alone.every(({ value }) => value === 1)).toBe(true);
    expect(logWealthOfLabels(MARGIN, betsForPass(epochs))).toBeLessThan(0);
    expect(logWealthOfLabels(-MARGIN, betsForFail(epochs))).toBeLessThan(0);
  });

  test("takes identical answers and missing ones for what they are, without asking anybody", () => {
    const known = { share: SHARE } as const;
    const pairs: readonly JudgedPair[] = [
      ...Array.from({ length: 90 }, () => ({ ...known, says: "identical", outcome: "not_drawn" }) as const),
      ...Array.from({ length: 10 }, () => ({ ...known, says: "nothing", outcome: "not_drawn" }) as const),
    ];
    expect(about(pairs).estimate).toBeCloseTo(0.1, 10);
  });

  test("bets of a fail are those of a pass in a mirror", () => {
    const turned = { primary: "silent", silent: "primary" } as const;
    const pairs = judgedPairs(400, { loss: 0.3, win: 0.1 });
    const seen = pairs.map(({ says, outcome, share }) => ({
      share,
      says: says in turned ? turned[says as keyof typeof turned] : says,
      outcome: typeof outcome === "number" ? ((-outcome || 0) as -1 | 0 | 1) : outcome,
    }));
    const [one, other] = [enterLabels([], pairs, 0), enterLabels([], seen, 0)];
    expect(logWealthOfLabels(0, betsForFail(one))).toBeCloseTo(logWealthOfLabels(0, betsForPass(other)), 8);
    // By labels alone it is the bet that the house has.
    const { alone } = betsForPass(one);
    expect(logWealthOfLabels(-0.1, { alone: betsForFail(one).alone, epochs: [] })).toBeCloseTo(
      Math.log(0.2 * Math.exp(logWealthFor(0.1, alone, -1)) + 0.8),
      8,
    );
  });
});
