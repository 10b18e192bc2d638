import { type Attributes, type Link, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  type ReadableSpan,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import type { OtlpTarget } from "@understudy/config";
import type { Outgoing } from "@understudy/router";
import { openSpanExport } from "./otlp-export.ts";

/** A span that is over, whose ids are known. */
export interface FinishedSpan {
  readonly name: string;
  /** A call of ours, unless it says otherwise. */
  readonly kind?: SpanKind;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: Attributes;
  readonly links: readonly Link[];
  readonly events: readonly { readonly name: string; readonly at: number; readonly attributes: Attributes }[];
  /** Null: it went well. */
  readonly error: string | null;
}

export interface SpanWriterOptions {
  readonly target: OtlpTarget;
  readonly scope: string;
  readonly resource: Readonly<Record<string, string>>;
}

export interface SpanWriter {
  /** Resolves when the collector has taken them all. The same span always has the same ids. */
  write(spans: readonly FinishedSpan[]): Promise<void>;
  close(): Promise<void>;
}

/** Writes finished spans over OTLP/HTTP. Nothing global is set: other users of OpenTelemetry are left alone. */
export async function openSpanWriter(
  { target, scope, resource }: SpanWriterOptions,
  outgoing: Outgoing,
): Promise<SpanWriter> {
  const exporting = await openSpanExport(target, outgoing);
  let ended: ReadableSpan[] = [];
  const collecting: SpanProcessor = {
    onStart: () => undefined,
    onEnd: (span) => void ended.push(span),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  let ids = { traceId: "", spanId: "" };
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes(resource),
    sampler: new AlwaysOnSampler(),
    idGenerator: { generateTraceId: () => ids.traceId, generateSpanId: () => ids.spanId },
    spanProcessors: [collecting],
  });
  const tracer = provider.getTracer(scope);

  const make = (span: FinishedSpan): void => {
    const { traceId, spanId, parentSpanId } = span;
    ids = { traceId, spanId };
    const above =
      parentSpanId === null
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: parentSpanId, traceFlags: 1, isRemote: true });
    const { attributes, startedAt: startTime } = span;
    const made = tracer.startSpan(
      span.name,
      { kind: span.kind ?? SpanKind.CLIENT, attributes, links: [...span.links], startTime },
      above,
    );
    for (const { name, attributes, at } of span.events) made.addEvent(name, attributes, at);
    if (span.error !== null) made.setStatus({ code: SpanStatusCode.ERROR, message: span.error });
    made.end(span.endedAt);
  };

  return {
    write(spans) {
      ended = [];
      for (const span of spans) make(span);
      return exporting.send(ended);
    },
    close: () => exporting.close(),
  };
}
