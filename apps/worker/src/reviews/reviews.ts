import type { Config } from "@understudy/config";
import type { Review } from "@understudy/evaluation";
import { parseReviewJob, type Queues, type ReviewJob } from "@understudy/mirror";
import { createCostEstimate, createJsonFormatOf } from "@understudy/providers";
import type { CallRecord } from "@understudy/contracts";
import type { CallRouter } from "@understudy/router";
import { type Clock, type Logger, type Service, systemRandom } from "@understudy/runtime";
import type { Store } from "@understudy/store";
import { type CallSinks, logCall, type Metrics } from "@understudy/telemetry";
import { type AdmitReview, createReviewAdmission, reviewWithout } from "./admit-review.ts";
import { createReviewHandler } from "./handle-review-job.ts";
import type { Reviewed } from "./review-job-of.ts";
import { reviewLoggingOf } from "./review-logging-of.ts";
import { createVerdictFormat } from "./verdict-format.ts";

export interface ReviewsDeps {
  readonly config: Config;
  readonly reviewed: () => Reviewed;
  readonly queues: Queues;
  readonly router: CallRouter;
  readonly store: Store;
  readonly metrics: Metrics;
  /** Null when there is no sink. */
  readonly sinks: Pick<CallSinks, "review"> | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Judging and embedding of stored pairs, on a queue of their own. */
export interface Reviews {
  /** Never rejects. */
  readonly admit: AdmitReview;
  readonly consumer: () => Service;
}

/** In one worker process. A review is one to three calls, one after another. */
const CONCURRENCY = 4;

export function createReviews(deps: ReviewsDeps): Reviews {
  const { config, queues, store, metrics, clock, logger } = deps;
  const onCall = (record: CallRecord, { pair_id, experiment }: ReviewJob): void => {
    metrics.callFinished(record);
    logCall(logger, record, { pairIds: [pair_id], experiments: [experiment], logText: config.logText });
  };
  const tellSinks = deps.sinks?.review ?? null;
  const onReview = (review: Review, { request_id, logging }: ReviewJob): void => {
    const { experiment, judgement, not_judged } = review;
    metrics.pairReviewed(experiment, judgement ?? not_judged ?? "not_asked");
    if (logging !== undefined) tellSinks?.({ review, request_id, ...logging });
  };
  const handle = createReviewHandler({
    ...deps,
    estimate: createCostEstimate(config),
    format: createVerdictFormat(createJsonFormatOf(config)),
    random: systemRandom,
    onCall,
    onReview,
  });
  return {
    admit: createReviewAdmission({
      ...deps,
      queue: queues.reviews,
      loggingOf: tellSinks === null ? null : reviewLoggingOf,
      onReview,
    }),
    consumer: () =>
      queues.reviews.consumer({
        concurrency: CONCURRENCY,
        requestsPerMinute: null,
        lostAfterMs: config.lostAfterMs,
        handle,
        async lost(data, reason) {
          const job = parseReviewJob(data);
          logger.error("a review was lost", { pair_id: job?.pair_id ?? null, reason });
          if (job === null) return;
          const review = reviewWithout(job, "judge_failed", clock.now());
          if ((await store.reviews.save(review)) === "stored") onReview(review, job);
        },
      }),
  };
}
