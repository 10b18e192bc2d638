import type { Link } from "@opentelemetry/api";
import type { OtelSink, TraceSampler } from "@understudy/config";
import type { Outgoing } from "@understudy/router";
import type { LoggedCall } from "../logged-call.ts";
import type { Sink } from "../sink.ts";
import { spanAttributes } from "./gen-ai.ts";
import { openGenAiMetrics } from "./gen-ai-metrics.ts";
import { type FinishedSpan, openSpanWriter } from "./spans.ts";
import { parseTraceparent, primaryRef, silentTrace, type SpanRef } from "./trace-context.ts";

/** Spans and metrics by the conventions for generative AI, over OTLP/HTTP. */
export async function openOtelSink(settings: OtelSink, outgoing: Outgoing, service: string): Promise<Sink> {
  const resource = resourceOf(settings, service);
  const { traces: target, sampler, text } = settings;
  const spans = target === null ? null : await openSpanWriter({ target, scope: "understudy", resource }, outgoing);
  const metrics = settings.metrics === null ? null : await openGenAiMetrics(settings.metrics, resource, outgoing);
  return {
    async write(calls) {
      const made = calls.map((call) => ({ call, primary: primarySpan(call, sampler) }));
      const sampled = made.filter(({ primary }) => primary.sampled);
      if (sampled.length > 0) await spans?.write(sampled.map(({ call, primary }) => spanOf(call, primary, text)));
      // Only what has arrived is counted: a batch may be written again.
      for (const call of calls) metrics?.count(call);
    },
    async close() {
      await metrics?.close();
      await spans?.close();
    },
  };
}

/** `OTEL_SERVICE_NAME` goes before a name in `OTEL_RESOURCE_ATTRIBUTES`, and that before ours. */
export function resourceOf(
  { serviceName, resource }: Pick<OtelSink, "serviceName" | "resource">,
  service: string,
): Readonly<Record<string, string>> {
  const name = { "service.name": serviceName ?? resource["service.name"] ?? `understudy-${service}` };
  return { ...resource, ...name };
}

/** The span of the request's primary call: as the gateway has told of it, else as it would have. */
function primarySpan({ traceparent, record }: LoggedCall, sampler: TraceSampler): SpanRef {
  return parseTraceparent(traceparent) ?? primaryRef(record.request_id, null, sampler);
}

function spanOf(call: LoggedCall, primary: SpanRef, text: boolean): FinishedSpan {
  const { record } = call;
  const { started_at: startedAt, total_ms } = record.timing;
  return {
    name: `${record.operation} ${record.model ?? record.model_group}`,
    ...placeOf(call, primary),
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
function placeOf(
  call: LoggedCall,
  { traceId, spanId }: SpanRef,
): Pick<FinishedSpan, "traceId" | "spanId" | "parentSpanId" | "links"> {
  if (call.primary === null) return { traceId, spanId, parentSpanId: call.parent_span, links: [] };
  const link: Link = {
    context: { traceId, spanId, traceFlags: 1, isRemote: true },
    attributes: { "understudy.link": "primary" },
  };
  return { ...silentTrace(call.pair_id ?? call.record.id), parentSpanId: null, links: [link] };
}
