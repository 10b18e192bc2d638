import { NO_REVIEWS, type Review } from "@understudy/evaluation";
import { describe, expect, test } from "vitest";

import type { Bench } from "../database/conformance-bench.fixture.ts";
import { experiment, pairNumber } from "../pairs/pair.fixture.ts";

/** A review named by its pair's number. */
function reviewNumber(number: number, of: Partial<Review> = {}): Review {
  return {
    pair_id: `pair_${number}`,
    experiment: experiment.id,
    created_at: 1_000_000 + number,
    judgement: "prefer_silent",
    not_judged: null,
    choices: { primary_first: "B", silent_first: "A" },
    judge: "judge-1",
    judge_prompt: 1,
    judge_cost_usd: 0.25,
    similarity: 0.5,
    similarity_failed: false,
    embedding_cost_usd: 0.125,
    ...of,
  };
}

const unjudged = { judgement: null, choices: null, judge: null, judge_cost_usd: null } as const;
const unmeasured = { similarity: null, embedding_cost_usd: null } as const;

export function reviewsConform(bench: Bench): void {
  describe("reviews", () => {
    test("are written once, and read back as they were", async () => {
      await bench.save(pairNumber(1));
      expect(await bench.store.reviews.read("pair_1")).toBeNull();
      expect(await bench.store.reviews.save(reviewNumber(1))).toBe("stored");
      expect(await bench.store.reviews.save(reviewNumber(1, { judgement: "tie" }))).toBe("duplicate");
      expect(await bench.store.reviews.read("pair_1")).toEqual(reviewNumber(1));
      expect(await bench.store.pairs.read("pair_1")).toEqual(pairNumber(1));
      const without = reviewNumber(2, {
        ...unjudged,
        ...unmeasured,
        not_judged: "over_budget",
        similarity_failed: true,
      });
      await bench.store.reviews.save(without);
      expect(await bench.store.reviews.read("pair_2")).toEqual(without);
      const half = reviewNumber(3, { judgement: "unparseable", choices: { primary_first: null, silent_first: "tie" } });
      await bench.store.reviews.save(half);
      expect(await bench.store.reviews.read("pair_3")).toEqual(half);
    });

    test("enter the evidence of their experiment", async () => {
      await bench.save(pairNumber(1));
      expect((await bench.store.experiments.evidence(experiment.id))?.reviews).toEqual(NO_REVIEWS);
      const first = { judgement: "order_dependent", choices: { primary_first: "A", silent_first: "A" } } as const;
      const last = { judgement: "order_dependent", choices: { primary_first: "B", silent_first: "B" } } as const;
      await bench.store.reviews.save(reviewNumber(1, { similarity: 0 }));
      await bench.store.reviews.save(reviewNumber(2, { similarity: 1 }));
      await bench.store.reviews.save(reviewNumber(3, first));
      await bench.store.reviews.save(reviewNumber(4, last));
      await bench.store.reviews.save(reviewNumber(5, { ...unjudged, ...unmeasured, not_judged: "over_budget" }));
      await bench.store.reviews.save(
        reviewNumber(6, { ...unjudged, ...unmeasured, not_judged: "judge_failed", similarity_failed: true }),
      );
      await bench.store.reviews.save(reviewNumber(7, { experiment: "another" }));
      expect((await bench.store.experiments.evidence(experiment.id))?.reviews).toEqual({
        judgements: { prefer_silent: 2, order_dependent: 2 },
        not_judged: { over_budget: 1, judge_failed: 1 },
        first_place_won: 1,
        judge_cost_usd: 1,
        similarity: {
          pairs: 4,
          failed: 1,
          mean: 0.5,
          p5: expect.closeTo(0.075, 9),
          p50: 0.5,
          p95: expect.closeTo(0.925, 9),
        },
        embedding_cost_usd: 0.5,
      });
    });
  });
}
