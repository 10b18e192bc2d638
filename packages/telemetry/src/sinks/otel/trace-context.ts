import { shortHash } from "@understudy/runtime";

/** W3C trace context: version, trace id, parent span id, flags. https://www.w3.org/TR/trace-context/ */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

export interface SpanRef {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

/** The primary's own span, and the client's that it is below. */
export interface TraceContext {
  readonly traceparent: string;
  readonly parentSpan: string | null;
}

/** The span that a `traceparent` names; null when it is none. */
export function parseTraceparent(text: unknown): SpanRef | null {
  const parts = typeof text === "string" ? TRACEPARENT.exec(text.trim()) : null;
  if (parts === null) return null;
  const [, traceId = "", spanId = "", flags = ""] = parts;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export function formatTraceparent({ traceId, spanId, sampled }: SpanRef): string {
  return `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;
}

/**
 * Where a primary's span stands: in the client's trace when it sent one, else in one of its own. Ids follow from the
 * request's, so that both services know them without telling each other.
 */
export function primaryTrace(requestId: string, sent: unknown): TraceContext {
  const above = parseTraceparent(sent);
  const traceId = above?.traceId ?? shortHash(`trace ${requestId}`, 32);
  const spanId = shortHash(`primary ${requestId}`, 16);
  return {
    traceparent: formatTraceparent({ traceId, spanId, sampled: above?.sampled ?? true }),
    parentSpan: above?.spanId ?? null,
  };
}

/** What a silent call's provider is told of its span. */
export function silentTraceparent(pairId: string): string {
  return formatTraceparent(silentTrace(pairId));
}

/** The silent call's span: a trace of its own, so that nobody takes its time for the client's. */
export function silentTrace(pairId: string): SpanRef {
  return { traceId: shortHash(`trace ${pairId}`, 32), spanId: shortHash(`silent ${pairId}`, 16), sampled: true };
}
