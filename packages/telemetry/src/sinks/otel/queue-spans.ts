import { propagation, trace } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  ParentBasedSampler,
  type ReadableSpan,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import type { OtelSink, OtlpTarget } from "@understudy/config";
import type { Outgoing } from "@understudy/router";
import type { Clock, Logger, Service } from "@understudy/runtime";
import { BullMQOtel } from "bullmq-otel";
import type { SinkLimits, SinkState } from "../sink.ts";
import { SinkBuffer } from "../sink-buffer.ts";
import { resourceOf } from "./otel-sink.ts";
import { openSpanExport } from "./otlp-export.ts";

export type TracingSink = OtelSink & { readonly traces: OtlpTarget };

/** The spans of BullMQ's own hop: putting a job on its queue, and working it off. */
export interface QueueSpans {
  /** BullMQ's option of that name. */
  readonly telemetry: BullMQOtel;
  readonly state: () => SinkState;
  /** Its `stop` sends what is held, until the deadline. */
  readonly service: Service;
}

export interface QueueSpansDeps {
  readonly outgoing: Outgoing;
  readonly service: string;
  readonly limits: SinkLimits;
  /** Takes secrets out of what went wrong. */
  readonly clean: (text: string) => string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Of a span, for the bound on what waits: a name and a handful of ids. */
const SPAN_BYTES = 1_000;

/**
 * `bullmq-otel` knows OpenTelemetry's global provider and no other, so this is the one place that sets it, and only where spans are
 * collected. Only what stands below a sampled primary is recorded: BullMQ's looks at its own queues are nobody's
 * trace. There is no context manager, which would cost every promise of the process: parents come with the jobs.
 */
export function createQueueSpans(settings: TracingSink, deps: QueueSpansDeps): QueueSpans {
  const { limits, clean, clock, logger } = deps;
  const calls = { success: true, failure: true };
  const open = async () => {
    const exporting = await openSpanExport(settings.traces, deps.outgoing);
    return { write: (spans: readonly ReadableSpan[]) => exporting.send(spans), close: () => exporting.close() };
  };
  const spec = { name: "otel_queue", calls, limits, open };
  const buffer = new SinkBuffer<ReadableSpan>(spec, { clock, logger, clean });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes(resourceOf(settings, deps.service)),
    sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }),
    spanProcessors: [into(buffer)],
  });
  const isOurs = trace.setGlobalTracerProvider(provider);
  if (!isOurs) logger.info("OpenTelemetry is set up in this process already; the queue's spans go there");
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return {
    telemetry: new BullMQOtel({ tracerName: "understudy.queue" }),
    state: () => buffer.state(),
    service: {
      name: "spans of the queue",
      start: () => Promise.resolve(),
      async stop(deadline) {
        await buffer.close(deadline);
        if (isOurs) trace.disable();
      },
    },
  };
}

function into(buffer: SinkBuffer<ReadableSpan>): SpanProcessor {
  return {
    onStart: () => undefined,
    onEnd(span) {
      withoutWords(span);
      buffer.take({ bytes: SPAN_BYTES, prepared: () => span });
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}

/** Why a job failed may quote what a provider said, and that what it was asked. */
function withoutWords({ events }: ReadableSpan): void {
  for (const event of events) {
    const type = event.attributes?.["exception.type"];
    event.attributes = type === undefined ? {} : { "exception.type": type };
  }
}
