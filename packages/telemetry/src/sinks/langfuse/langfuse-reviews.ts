import type { LangfuseSink } from "@understudy/config";
import type { Outgoing } from "@understudy/router";
import type { ReviewEntry } from "../logged-review.ts";
import type { Sink } from "../sink.ts";
import { createScoreWriter } from "./langfuse-api.ts";
import { reviewScores } from "./langfuse-scores.ts";

/** What judge and embedding model say of a pair, which comes later than the pair: as scores of its silent generation. */
export function openLangfuseReviews(settings: LangfuseSink, outgoing: Outgoing): Promise<Sink<ReviewEntry>> {
  const writeScores = createScoreWriter(settings, outgoing);
  return Promise.resolve({
    write: (reviews, signal) =>
      writeScores(
        reviews.flatMap((entry) => reviewScores(entry, settings.environment)),
        signal,
      ),
    close: () => Promise.resolve(),
  });
}
