import { JUDGE_PROMPT, type NotJudged, type Review } from "@understudy/evaluation";
import type { MirrorJob, ReviewJob, ReviewLogging, ReviewQueue } from "@understudy/mirror";
import { type Clock, errorFields, type Logger } from "@understudy/runtime";
import type { Pair, Store } from "@understudy/store";
import { type Reviewed, reviewJobOf } from "./review-job-of.ts";

export interface AdmitDeps {
  readonly queue: ReviewQueue;
  readonly store: Pick<Store, "pairs" | "reviews">;
  readonly reviewed: () => Reviewed;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What sinks are to be told beside a review; null where no sink takes reviews. */
  readonly loggingOf?: ((pair: Pair, traceparent: string | undefined) => ReviewLogging | undefined) | null;
  /** Told of a review once it is stored. */
  readonly onReview: (review: Review, job: ReviewJob) => void;
}

/** Has a stored pair reviewed; `logging` is what its client says of how it may be logged. Never rejects. */
export type AdmitReview = (pair: Pair, how: "stored" | "duplicate", logging: MirrorJob["logging"]) => Promise<void>;

/** With judge or embedding model away, reviews pile up until they expire; some 100 KB each at the most. */
const MOST_WAITING = 10_000;

/**
 * Puts the review of a stored pair on its queue, if there is anything to ask. Of a pair that another delivery has stored, it
 * is that one's answers that are reviewed. Never rejects: the pair is stored already.
 */
export function createReviewAdmission(deps: AdmitDeps): AdmitReview {
  const { store, reviewed, clock, logger } = deps;
  return async (pair, how, asked) => {
    try {
      const stored = how === "stored" ? pair : await store.pairs.read(pair.id);
      const job = stored === null ? null : reviewJobOf(stored, reviewed(), clock.now());
      if (stored === null || job === null) return;
      const logging = asked?.none === true ? undefined : deps.loggingOf?.(stored, asked?.traceparent);
      await admit(logging === undefined ? job : { ...job, logging }, deps);
    } catch (error) {
      logger.error("a review is lost", { pair_id: pair.id, ...errorFields(error) });
    }
  };
}

/** Rejects when neither the queue nor the store can be written. */
async function admit(job: ReviewJob, { queue, store, clock, logger, onReview }: AdmitDeps): Promise<void> {
  try {
    const { waiting, delayed } = await queue.producer.depth();
    if (waiting + delayed >= MOST_WAITING) throw new Error(`${MOST_WAITING} reviews wait already`);
    await queue.producer.add([job]);
  } catch (error) {
    logger.warn("a review could not be put on its queue", { pair_id: job.pair_id, ...errorFields(error) });
    // Should it have arrived all the same, its consumer finds this and asks nobody.
    const review = reviewWithout(job, "queue_unavailable", clock.now());
    if ((await store.reviews.save(review)) === "stored") onReview(review, job);
  }
}

/** The review of a pair about which nothing could be learnt, and why. */
export function reviewWithout(job: ReviewJob, reason: NotJudged, now: number): Review {
  return {
    pair_id: job.pair_id,
    experiment: job.experiment,
    created_at: now,
    judgement: null,
    not_judged: job.judge === null ? job.not_judged : reason,
    choices: null,
    judge: null,
    judge_prompt: JUDGE_PROMPT,
    judge_cost_usd: null,
    similarity: null,
    similarity_failed: job.embedding_model !== null,
    embedding_cost_usd: null,
    rubrics: job.rubrics === undefined ? null : { set: job.rubrics.set, results: [] },
  };
}
