import { describe, expect, test } from "vitest";
import { NO_REVIEWS, type ReviewEvidence } from "../judge/review.ts";
import { reviewReport, reviewWarnings } from "./reviews.ts";

function reviews(of: Partial<ReviewEvidence>): ReviewEvidence {
  return { ...NO_REVIEWS, ...of };
}

describe("what reviews say", () => {
  const judgements = { prefer_silent: 81, prefer_primary: 150, tie: 32, order_dependent: 37, unparseable: 10 };

  test("rates have the pairs they are of, and Wilson's interval", () => {
    const report = reviewReport(reviews({ judgements, first_place_won: 30 }));
    expect(report.judged).toBe(310);
    // Newcombe 1998: 81 of 263.
    expect(report.prefer_silent).toMatchObject({ count: 81, of: 263 });
    expect(report.prefer_silent.low).toBeCloseTo(0.2553, 4);
    expect(report.prefer_silent.high).toBeCloseTo(0.3662, 4);
    expect(report.order_dependent).toMatchObject({ count: 37, of: 300 });
    expect(report.first_place_won).toMatchObject({ count: 30, of: 37 });
    expect(report.unparseable).toMatchObject({ count: 10, of: 310 });
  });

  test("of nothing is nothing", () => {
    expect(reviewReport(NO_REVIEWS)).toMatchObject({ judged: 0, tie: { of: 0, value: null, low: null } });
    expect(reviewWarnings(NO_REVIEWS)).toEqual([]);
  });

  test("comes with warnings where a reader would be misled", () => {
    const not_judged = { over_budget: 1, price_unknown: 2, judge_failed: 3, identical: 4, not_sampled: 5 };
    expect(reviewWarnings(reviews({ not_judged }))).toEqual([
      expect.stringContaining("1 pair was not judged, because the day's budget was spent"),
      expect.stringContaining("2 pairs were not judged, because the judge's price is not known"),
      expect.stringContaining("3 pairs were not judged, because the judge did not answer"),
    ]);
    expect(reviewWarnings(reviews({ judgements: { order_dependent: 40, tie: 10 } }))).toEqual([
      "the judge mostly prefers a place, not an answer: its preferences say little",
    ]);
    expect(reviewWarnings(reviews({ judgements: { order_dependent: 2, tie: 1 } }))).toEqual([]);
    expect(reviewWarnings(reviews({ judgements: { unparseable: 40 } }))).toEqual([
      "most of the judge's replies cannot be read",
    ]);
  });
});
