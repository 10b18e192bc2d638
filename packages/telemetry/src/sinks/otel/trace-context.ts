import type { TraceSampler } from "@understudy/config";
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

/** Where the span of a request's primary call stands, given the client's `traceparent`. Costs two hashes. */
export type TracePrimary = (requestId: string, sent: unknown) => TraceContext;

/**
 * Where a primary's span stands: in the client's trace when it sent one, else in one of its own. Ids follow from the
 * request's, so that both services know them without telling each other.
 */
export function primaryTrace(requestId: string, sent: unknown, sampler: TraceSampler): TraceContext {
  const above = parseTraceparent(sent);
  return {
    traceparent: formatTraceparent(primaryRef(requestId, above, sampler)),
    parentSpan: above?.spanId ?? null,
  };
}

export function primaryRef(requestId: string, above: SpanRef | null, { parentBased, ratio }: TraceSampler): SpanRef {
  const traceId = above?.traceId ?? shortHash(`trace ${requestId}`, 32);
  const spanId = shortHash(`primary ${requestId}`, 16);
  const sampled = parentBased && above !== null ? above.sampled : isWithin(traceId, ratio);
  return { traceId, spanId, sampled };
}

/** Decides as OpenTelemetry's own sampler by trace id does, so that all services of a trace come to the same. */
function isWithin(traceId: string, ratio: number): boolean {
  let mixed = 0;
  for (let at = 0; at < 32; at += 8) mixed = (mixed ^ Number.parseInt(traceId.slice(at, at + 8), 16)) >>> 0;
  return mixed < Math.floor(ratio * 0xff_ff_ff_ff);
}

/** What a silent call's provider is told of its span: collected if its primary's is. */
export function silentTraceparent(pairId: string, primary: string): string {
  return formatTraceparent({ ...silentTrace(pairId), sampled: parseTraceparent(primary)?.sampled ?? true });
}

/** The silent call's span: a trace of its own, so that nobody takes its time for the client's. */
export function silentTrace(pairId: string): Omit<SpanRef, "sampled"> {
  return { traceId: shortHash(`trace ${pairId}`, 32), spanId: shortHash(`silent ${pairId}`, 16) };
}
