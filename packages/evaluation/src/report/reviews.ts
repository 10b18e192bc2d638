import type { ReviewEvidence } from "../judge/review.ts";
import type { Judgement } from "../judge/judgement.ts";
import { rateOf } from "../statistics/rate.ts";
import type { Rate } from "../statistics/rate.ts";

/** What judge and embedding model say of an experiment, pair by pair. What decides is the criterion `judge`, by conversation. */
export interface ReviewReport {
  /** Pairs that a judge was asked about. */
  readonly judged: number;
  readonly not_judged: ReviewEvidence["not_judged"];
  /** Of the pairs of which both orders say the same. */
  readonly prefer_silent: Rate;
  readonly prefer_primary: Rate;
  readonly tie: Rate;
  /** Flip rate: judgements that the order of the answers changes, of those that can be read. */
  readonly order_dependent: Rate;
  /** Of the order-dependent ones, those in which the first place won both times. */
  readonly first_place_won: Rate;
  /** Replies that are no judgement, of all judged pairs. */
  readonly unparseable: Rate;
  readonly judge_cost_usd: number;
  readonly similarity: ReviewEvidence["similarity"];
  readonly embedding_cost_usd: number;
}

export function reviewReport(reviews: ReviewEvidence): ReviewReport {
  const of = (judgement: Judgement): number => reviews.judgements[judgement] ?? 0;
  const agreed = of("prefer_silent") + of("prefer_primary") + of("tie");
  const readable = agreed + of("order_dependent");
  const judged = readable + of("unparseable");
  return {
    judged,
    not_judged: reviews.not_judged,
    prefer_silent: rateOf(of("prefer_silent"), agreed),
    prefer_primary: rateOf(of("prefer_primary"), agreed),
    tie: rateOf(of("tie"), agreed),
    order_dependent: rateOf(of("order_dependent"), readable),
    first_place_won: rateOf(reviews.first_place_won, of("order_dependent")),
    unparseable: rateOf(of("unparseable"), judged),
    judge_cost_usd: reviews.judge_cost_usd,
    similarity: reviews.similarity,
    embedding_cost_usd: reviews.embedding_cost_usd,
  };
}

/** What stands between a reader and the judge's figures. */
export function reviewWarnings(reviews: ReviewEvidence): readonly string[] {
  const { over_budget = 0, price_unknown = 0, judge_failed = 0 } = reviews.not_judged;
  const { order_dependent, unparseable } = reviewReport(reviews);
  return [
    over_budget === 0
      ? null
      : `${pairs(over_budget)} not judged, because the day's budget was spent: the judged pairs are from the earlier part of those days`,
    price_unknown === 0
      ? null
      : `${pairs(price_unknown)} not judged, because the judge's price is not known: write input_cost_per_token and output_cost_per_token on its deployment`,
    judge_failed === 0 ? null : `${pairs(judge_failed)} not judged, because the judge did not answer`,
    mostly(order_dependent) ? "the judge mostly prefers a place, not an answer: its preferences say little" : null,
    mostly(unparseable) ? "most of the judge's replies cannot be read" : null,
  ].filter((warning) => warning !== null);
}

/** With certainty, or at least with 95% of it. */
function mostly({ low }: Rate): boolean {
  return low !== null && low > 0.5;
}

function pairs(count: number): string {
  return count === 1 ? "1 pair was" : `${count} pairs were`;
}
