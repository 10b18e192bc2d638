import { SpanKind } from "@opentelemetry/api";
import { shortHash } from "@understudy/runtime";
import type { Outgoing } from "@understudy/router";
import type { ReviewEntry } from "../logged-review.ts";
import type { Sink } from "../sink.ts";
import { EVALUATION_RESULT, evaluationAttributes } from "./gen-ai.ts";
import { resourceOf } from "./otel-sink.ts";
import type { TracingSink } from "./queue-spans.ts";
import { type FinishedSpan, openSpanWriter } from "./spans.ts";
import { parseTraceparent, primaryRef, silentTrace } from "./trace-context.ts";

/**
 * What a judge says of a pair, as the conventions' event. The judged call's span has left long before, so the event stands in
 * a span of its own without length, below it and in its trace.
 */
export async function openOtelReviews(
  settings: TracingSink,
  outgoing: Outgoing,
  service: string,
): Promise<Sink<ReviewEntry>> {
  const { traces: target, sampler } = settings;
  const spans = await openSpanWriter(
    { target, scope: "understudy", resource: resourceOf(settings, service) },
    outgoing,
  );
  const isCollected = ({ traceparent, request_id }: ReviewEntry): boolean =>
    (parseTraceparent(traceparent) ?? primaryRef(request_id, null, sampler)).sampled;
  return {
    async write(reviews) {
      const made = reviews.filter(isCollected).flatMap((entry) => spanOf(entry) ?? []);
      if (made.length > 0) await spans.write(made);
    },
    close: () => spans.close(),
  };
}

/** Same pair, same ids: written again, it is the same span. */
function spanOf(entry: ReviewEntry): FinishedSpan | null {
  const attributes = evaluationAttributes(entry);
  if (attributes === null) return null;
  const { pair_id, created_at: at, experiment } = entry.review;
  const { traceId, spanId } = silentTrace(pair_id);
  return {
    name: EVALUATION_RESULT,
    kind: SpanKind.INTERNAL,
    traceId,
    spanId: shortHash(`judge ${pair_id}`, 16),
    parentSpanId: spanId,
    startedAt: at,
    endedAt: at,
    attributes: { "understudy.pair_id": pair_id, "understudy.experiment": experiment },
    links: [],
    events: [{ name: EVALUATION_RESULT, at, attributes }],
    error: null,
  };
}
