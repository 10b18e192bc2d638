import { describe, expect, test } from "vitest";
import type { Shape } from "../units/shapes.ts";
import { countsOf, meanOf } from "../units/shapes.ts";
import { lowerBound, upperBound } from "./bounds.ts";
import { afterBlock } from "./change-detector.ts";
import { BETS, logOfMixture, logWealthAgainst, logWealthFor, type ValueCount } from "../statistics/e-process.ts";
import { headroomOf } from "./headroom.ts";
import { MOST_LOST_IN_A_KIND } from "./kinds.ts";
import { quantileRanks } from "./quantile-ranks.ts";

// Values worked out apart from this code, to six digits.

const counts = (...pairs: readonly (readonly [value: number, count: number])[]): readonly ValueCount[] =>
  pairs.map(([value, count]) => ({ value, count }));

describe("wealth", () => {
  test("of forty bets on five values, looked at after each", () => {
    const values = [0, 0, 1, 0, -1];
    const after = values.map((_, index) =>
      Math.exp(
        logWealthAgainst(
          0.05,
          values.slice(0, index + 1).map((value) => ({ value, count: 1 })),
          1,
        ),
      ),
    );
    for (const [index, value] of [1.024286, 1.049417, 0.555216, 0.563864, 0.75025].entries())
      expect(after[index]).toBeCloseTo(value, 6);
  });

  test("of a thousand paired differences, with their bounds", () => {
    const differences = counts([1, 58], [0, 880], [-1, 62]);
    expect(logWealthAgainst(0.05, differences, 1)).toBeCloseTo(9.65806, 5);
    expect(upperBound(differences, 1, 0.05)).toBeCloseTo(0.029748, 6);
    expect(upperBound(differences, 1, 0.025)).toBeCloseTo(0.032321, 6);
    expect(lowerBound(differences, -1, 0.0125)).toBeCloseTo(-0.042946, 6);
  });

  test("of a judge's preferences", () => {
    const preferences = counts([1, 40], [0, 130], [-1, 30]);
    expect(logWealthAgainst(0.1, preferences, 1)).toBeCloseTo(-0.614629, 5);
    expect(upperBound(preferences, 1, 0.05)).toBeCloseTo(0.176092, 6);
    expect(lowerBound(preferences, -1, 0.0125)).toBeCloseTo(-0.094445, 6);
  });

  test("of requests that are slower, at the margin, or faster", () => {
    expect(logWealthAgainst(0.5, counts([1, 35], [0.5, 2], [0, 63]), 1)).toBeCloseTo(2.583233, 5);
  });

  test("of a kind that always fails, and of one that never does", () => {
    const failing = [1, 2, 3, 10, 11].map((n) => Math.exp(logWealthFor(0.05, counts([1, n]), -1)));
    for (const [index, value] of [1.417481, 2.084923, 3.171373, 109.51914, 190.985793].entries())
      expect(failing[index]).toBeCloseTo(value, 5);
    expect(Math.exp(logWealthAgainst(MOST_LOST_IN_A_KIND, counts([0, 16]), 1))).toBeCloseTo(21.353902, 5);
  });
});

test("of a control that agrees 330 times in 1,000 headroom is shown, of 20 in 100 open, of 5 in 100 there is none", () => {
  const of = (agreed: number, all: number) =>
    headroomOf(
      [
        shape({ kind: "closed", control: 0, count: agreed }),
        shape({ kind: "closed", control: 1, count: all - agreed }),
      ],
      "closed",
      { margin: 0.05, alpha: 0.05 },
    );
  const shown = of(330, 1_000);
  expect([shown.state, of(20, 100).state, of(5, 100).state]).toEqual(["shown", "open", "cannot_tell"]);
  expect(shown.low).toBeCloseTo(0.280669, 6);
  expect(shown.high).toBeCloseTo(0.379551, 6);
  expect(of(20, 100).low).toBeCloseTo(0.093654, 6);
  expect(of(20, 100).high).toBeCloseTo(0.331545, 6);
  expect(of(5, 100).high).toBeCloseTo(0.13555, 5);
});

test("a conversation is one bet, of the mean of its turns", () => {
  const rows = [
    [1, 0, 20],
    [3, 0, 15],
    [3, 1, 2],
    [10, 0, 30],
    [10, 1, 6],
    [10, 2, 2],
    [10, -1, 5],
    [20, 1, 4],
    [20, -2, 3],
  ] as const;
  const shapes = rows.map(([turns, sum, count]) => shape({ turns, sum, count }));
  const values = countsOf(shapes, "likeness");
  expect(values.reduce((sum, { count }) => sum + count, 0)).toBe(87);
  expect(meanOf(values)).toBeCloseTo(0.012261, 6);
  expect(logWealthAgainst(0.05, values, 1)).toBeCloseTo(1.918401, 5);
  expect(upperBound(values, 1, 0.05)).toBeCloseTo(0.065471, 6);
  expect(lowerBound(values, -1, 0.0125)).toBeCloseTo(-0.060251, 6);
});

describe("the change detector", () => {
  const money = (blocks: readonly (readonly ValueCount[])[]) => {
    let bets: readonly number[] = BETS.map(() => 0);
    return blocks.map((block) => {
      bets = afterBlock(bets, block, { margin: 0.05, min: -1 });
      return bets.reduce((sum, one) => sum + one, 0);
    });
  };

  test("looked at after every value", () => {
    const seen = money([0, 1, 0, 1, 1, -1].map((value) => counts([value, 1])));
    for (const [index, value] of [0.978027, 2.799834, 3.708765, 6.800102, 11.592593, 5.271177].entries())
      expect(seen[index]).toBeCloseTo(value, 5);
  });

  test("looked at after every block", () => {
    const seen = money([
      counts([1, 3], [0, 44], [-1, 3]),
      counts([1, 6], [0, 40], [-1, 4]),
      counts([1, 9], [0, 38], [-1, 3]),
      counts([1, 10], [0, 36], [-1, 4]),
    ]);
    for (const [index, value] of [0.317502, 0.65097, 1.905186, 3.269281].entries())
      expect(seen[index]).toBeCloseTo(value, 5);
  });
});

test("the median of so many ratios lies between these ranks", () => {
  expect(quantileRanks(100, 0.5, 0.05)).toEqual({ low: 36, high: 65 });
  expect(quantileRanks(300, 0.5, 0.05)).toEqual({ low: 123, high: 178 });
  expect(quantileRanks(600, 0.5, 0.05)).toEqual({ low: 261, high: 340 });
});

test("four calls of a known cap are bet on one by one", () => {
  const cap = 0.01;
  const calls = [
    [0.001, 0.0006],
    [0.002, 0.0011],
    [0.0008, 0.004],
    [0.0015, 0.0009],
  ] as const;
  let logs: readonly number[] = BETS.map(() => 0);
  const wealth = calls.map(([primary, silent]) => {
    const saved = 1.1 * primary - silent;
    logs = logs.map((log, index) => log + Math.log1p(((BETS[index]?.share ?? 0) * saved) / cap));
    return Math.exp(logOfMixture(logs));
  });
  for (const [index, value] of [1.023071, 1.075508, 0.915908, 0.94625].entries())
    expect(wealth[index]).toBeCloseTo(value, 6);
});

function shape(changes: Partial<Shape>): Shape {
  return { criterion: "likeness", kind: "", turns: 1, sum: 0, control: 0, count: 1, ...changes };
}
