import { describe, expect, test } from "vitest";
import type { Shape } from "../units/shapes.ts";
import { logWealthAgainst } from "../statistics/e-process.ts";
import { Gambler, median, seeded, shareOf } from "./gambler.fixture.ts";
import { keptOf, measuredKept } from "./kept.ts";

const LEAST = 0.95;
const ASKED = { least: LEAST, levels: { pass: 0.05, fail: 0.0125 } };

/** One request: whether control and candidate differ from the primary. */
function shape(control: number, candidate: number, count: number): Shape {
  return { criterion: "likeness", kind: "", turns: 1, sum: candidate - control, control, count };
}

/** What a request is worth to the bet that more than `LEAST` is kept. */
const worth = (controlDiffers: boolean, candidateDiffers: boolean): number =>
  LEAST * Number(!controlDiffers) - Number(!candidateDiffers);

describe("worked values, computed apart from this code", () => {
  test("of five requests, looked at after each", () => {
    const seen = [worth(false, false), worth(false, true), worth(true, false), worth(true, true), worth(false, false)];
    const wealth = seen.map((_, index) => {
      const counts = seen.slice(0, index + 1).map((value) => ({ value, count: 1 }));
      return Math.exp(logWealthAgainst(0, counts, LEAST));
    });
    for (const [index, value] of [1.024286, 0.546788, 0.715347, 0.715347, 0.728181].entries())
      expect(wealth[index]).toBeCloseTo(value, 6);
  });

  test("of a thousand, with the share and its bounds", () => {
    const shapes = [shape(0, 0, 820), shape(1, 1, 120), shape(0, 1, 28), shape(1, 0, 32)];
    const { estimate, low, high, state, conversations } = keptOf(shapes, "", { ...ASKED, decides: false });
    expect(estimate).toBeCloseTo(1.004717, 6);
    expect(low).toBeCloseTo(0.97733, 6);
    expect(high).toBeCloseTo(1.038222, 6);
    expect([state, conversations]).toEqual(["pass", 1_000]);
  });

  test("of conversations, by the mean of their turns", () => {
    const of = (turns: number, sum: number, control: number, count: number): Shape => ({
      ...shape(0, 0, count),
      turns,
      sum,
      control,
    });
    const shapes = [of(10, 1, 2, 50), of(5, 0, 1, 60), of(2, -1, 1, 20)];
    const measured = measuredKept(shapes, "", ASKED);
    expect(measured.estimate).toBeCloseTo(1.05102, 6);
    // ln E is 6.024147: it has passed at 5%, and would not at 0.2%.
    expect(measured.decidedAt(1)).toBe("pass");
    const stricter = { ...ASKED, levels: { ...ASKED.levels, pass: 0.002 } };
    expect(measuredKept(shapes, "", stricter).decidedAt(1)).toBe("open");
    expect([measured.pairs, measured.conversations]).toEqual([840, 130]);
  });

  test("of nothing that can agree, nothing is kept and nothing is shown", () => {
    const { estimate, state } = keptOf([shape(1, 1, 5_000)], "", { ...ASKED, decides: true });
    expect([estimate, state]).toEqual([null, "open"]);
  });
});

describe("looked at after every pair", () => {
  interface Candidate {
    readonly keeps: number;
    readonly floor: number;
    /** Shared by control and candidate: an odd answer of the primary's makes both differ. */
    readonly overlap?: number;
  }

  /** After how many pairs it is shown to keep 95% of what can agree. */
  function shownAfter({ keeps, floor, overlap = 0.3 }: Candidate, most: number, random: () => number): number {
    const bet = new Gambler((value) => -value / LEAST);
    for (let pair = 1; pair <= most; pair += 1) {
      const shared = random() < overlap ? random() < floor : null;
      const control = shared ?? random() < floor;
      const own = shared ?? random() < floor;
      bet.add(worth(control, own || random() >= keeps));
      if (bet.has(20)) return pair;
    }
    return Infinity;
  }

  test.each([0.02, 0.2, 0.8])("one that keeps exactly 95% is promoted in 5% at most, at a noise of %f", (floor) => {
    const random = seeded(47);
    const share = shareOf(800, () => shownAfter({ keeps: 0.95, floor }, 1_500, random) < Infinity);
    expect(share).toBeLessThanOrEqual(0.05);
  });

  test("one whose answers never agree is never promoted, however seldom the control agrees", () => {
    const random = seeded(53);
    for (const floor of [0.5, 0.95, 0.99, 1])
      expect(shareOf(20, () => shownAfter({ keeps: 0, floor, overlap: 0 }, 2_000, random) < Infinity)).toBe(0);
  });

  test("an equal one takes some hundred and thirty pairs at a noise of 2%, and some eight hundred at 20%", () => {
    const random = seeded(59);
    const taken = (floor: number): number =>
      median(Array.from({ length: 100 }, () => shownAfter({ keeps: 1, floor }, 20_000, random)));
    expect(taken(0.02)).toBeLessThanOrEqual(160);
    expect(taken(0.2)).toBeLessThanOrEqual(1_100);
  });
});
