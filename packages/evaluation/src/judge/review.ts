import type { OwnChecked } from "../own-checks/outcome.ts";
import type { Choices, Judgement } from "./judgement.ts";

/** Why a pair that was to be reviewed has no judgement. `identical`: there is nothing to prefer, so nobody was asked. */
export const NOT_JUDGED = [
  "not_sampled",
  "identical",
  "over_budget",
  "price_unknown",
  "judge_failed",
  "queue_unavailable",
  "expired",
] as const;
export type NotJudged = (typeof NOT_JUDGED)[number];

/** What judge and embedding model say of one pair, as it is stored and as the API gives it. USD. */
export interface Review {
  readonly pair_id: string;
  readonly experiment: string;
  /** Epoch milliseconds. */
  readonly created_at: number;
  /** Null without a judge, and where `not_judged` says why. */
  readonly judgement: Judgement | null;
  readonly not_judged: NotJudged | null;
  readonly choices: Choices | null;
  /** The judge as its provider names it. */
  readonly judge: string | null;
  /** Version of the judge's prompt. */
  readonly judge_prompt: number;
  /** Of both orders, failed tries included as far as they are known. */
  readonly judge_cost_usd: number | null;
  /** Cosine of the two answers' embeddings, -1 to 1; null without an embedding model, or where it gave none. */
  readonly similarity: number | null;
  /** Whether an embedding model was asked and gave no vectors. */
  readonly similarity_failed: boolean;
  readonly embedding_cost_usd: number | null;
  /** How the judge graded both answers by the operator's rubrics; null or absent where it was not asked to, or could not be paid. */
  readonly rubrics?: OwnChecked | null | undefined;
}

/** Counts and sums over the reviews of an experiment. */
export interface ReviewEvidence {
  readonly judgements: Readonly<Partial<Record<Judgement, number>>>;
  readonly not_judged: Readonly<Partial<Record<NotJudged, number>>>;
  /** Of `order_dependent`: those in which the first place won both times. */
  readonly first_place_won: number;
  readonly judge_cost_usd: number;
  readonly similarity: {
    readonly pairs: number;
    readonly failed: number;
    readonly mean: number | null;
    readonly p5: number | null;
    readonly p50: number | null;
    readonly p95: number | null;
  };
  readonly embedding_cost_usd: number;
}

export const NO_REVIEWS: ReviewEvidence = {
  judgements: {},
  not_judged: {},
  first_place_won: 0,
  judge_cost_usd: 0,
  similarity: { pairs: 0, failed: 0, mean: null, p5: null, p50: null, p95: null },
  embedding_cost_usd: 0,
};
