import type { Link } from "@opentelemetry/api";
import type { OtelSink } from "@understudy/config";
import type { LoggedCall } from "../logged-call.ts";
import type { Sink } from "../sink.ts";
import { spanAttributes } from "./gen-ai.ts";
import { createGenAiMetrics } from "./gen-ai-metrics.ts";
import { createSpanWriter, type FinishedSpan } from "./spans.ts";
import { parseTraceparent, primaryTrace, silentTrace } from "./trace-context.ts";

/** Spans and metrics by the conventions for generative AI, over OTLP/HTTP. */
export function openOtelSink(settings: OtelSink, service: string): Promise<Sink> {
  const resource = { ...settings.resource, "service.name": settings.serviceName ?? `understudy-${service}` };
  const { tracesUrl: url, headers, timeoutMs, text } = settings;
  const spans = settings.traces ? createSpanWriter({ url, headers, timeoutMs, scope: "understudy", resource }) : null;
  const metrics = settings.metrics ? createGenAiMetrics(settings, resource) : null;
  return Promise.resolve({
    async write(calls) {
      await spans?.write(calls.map((call) => spanOf(call, text)));
      // Only what has arrived is counted: a batch may be written again.
      for (const call of calls) metrics?.count(call);
    },
    async close() {
      await metrics?.close();
      await spans?.close();
    },
  });
}

function spanOf(call: LoggedCall, text: boolean): FinishedSpan {
  const { record } = call;
  const { started_at: startedAt, total_ms } = record.timing;
  return {
    name: `chat ${record.model ?? record.model_group}`,
    ...placeOf(call),
    startedAt,
    endedAt: startedAt + total_ms,
    attributes: spanAttributes(call, text),
    events: record.attempts.map(({ deployment, outcome, started_at, duration_ms, http_status }) => ({
      name: "understudy.attempt",
      at: started_at,
      attributes: { deployment, outcome, duration_ms, ...(http_status === null ? {} : { http_status }) },
    })),
    error: record.status === "ok" ? null : (record.error?.message ?? record.status),
  };
}

/** A primary's span stands in the client's trace; a silent one in its own, with a link to the primary's. */
function placeOf(call: LoggedCall): Pick<FinishedSpan, "traceId" | "spanId" | "parentSpanId" | "links"> {
  const primary =
    parseTraceparent(call.traceparent) ?? parseTraceparent(primaryTrace(call.record.request_id, null).traceparent);
  const { traceId = "", spanId = "" } = primary ?? {};
  if (call.primary === null) return { traceId, spanId, parentSpanId: call.parent_span, links: [] };
  const link: Link = {
    context: { traceId, spanId, traceFlags: 1, isRemote: true },
    attributes: { "understudy.link": "primary" },
  };
  return { ...silentTrace(call.pair_id ?? call.record.id), parentSpanId: null, links: [link] };
}
