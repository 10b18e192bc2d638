import { type Config, type SinkSettings, secretsOf } from "@understudy/config";
import { createOutgoing, type Outgoing } from "@understudy/router";
import { type Clock, type Logger, whereInstalled } from "@understudy/runtime";
import manifest from "../../package.json" with { type: "json" };
import { createRedactor } from "../redaction.ts";
import type { ReviewEntry } from "./logged-review.ts";
import { type CallSinks, createCallSinks } from "./call-sinks.ts";
import type { QueueSpans, TracingSink } from "./otel/queue-spans.ts";
import { primaryTrace, type TracePrimary } from "./otel/trace-context.ts";
import { type SinkLimits, type SinkSpec, USUAL_LIMITS } from "./sink.ts";

export interface OpenSinksDeps {
  /** `gateway`, `worker`. */
  readonly service: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The sinks that the configuration asks for; null when it asks for none, so that nobody pays for what is not there. */
export function openSinks(config: Config, { service, clock, logger }: OpenSinksDeps): CallSinks | null {
  const { sinks, text, keyInfo, patterns } = config.logging;
  if (sinks.length === 0) return null;
  const secrets = secretsOf(config);
  const outgoing = createOutgoing(config.network);
  const specs = sinks.map((sink) => specOf(sink, outgoing, service));
  const reviews = sinks.flatMap((sink) => reviewSpecOf(sink, outgoing, service) ?? []);
  return createCallSinks({ specs, reviews, secrets, patterns, text, keyInfo, clock, logger });
}

/** How primaries are placed in traces; null where no spans are collected, or nobody is to be told of them. */
export function tracePrimaries(config: Config): TracePrimary | null {
  const otel = tracingOf(config);
  return otel === null ? null : (requestId, sent) => primaryTrace(requestId, sent, otel.sampler);
}

/** The queue's spans, for BullMQ; null where nobody collects them: then nothing of it is loaded. */
export async function openQueueSpans(config: Config, deps: OpenSinksDeps): Promise<QueueSpans | null> {
  const otel = tracingOf(config);
  if (otel === null) return null;
  const { clean } = createRedactor(secretsOf(config));
  const { createQueueSpans } = await import("./otel/queue-spans.ts");
  return createQueueSpans(otel, { ...deps, outgoing: createOutgoing(config.network), limits: limitsOf(otel), clean });
}

function tracingOf({ logging }: Config): TracingSink | null {
  return (
    logging.sinks.find((sink): sink is TracingSink => {
      return sink.kind === "otel" && sink.traces !== null && sink.propagates;
    }) ?? null
  );
}

function specOf(sink: SinkSettings, outgoing: Outgoing, service: string): SinkSpec {
  const name = "name" in sink ? sink.name : sink.kind;
  return {
    name,
    calls: sink.calls,
    limits: limitsOf(sink),
    open: () => OPEN[sink.kind](sink as never, outgoing, service),
  };
}

/** A buffer of its own for what comes later than its pair; null for a sink that has no place for it. */
function reviewSpecOf(sink: SinkSettings, outgoing: Outgoing, service: string): SinkSpec<ReviewEntry> | null {
  if (!("calls" in sink) || !sink.calls.success) return null;
  if (sink.kind === "otel" && sink.traces !== null) {
    const settings = { ...sink, traces: sink.traces };
    const open = async () => (await import("./otel/otel-reviews.ts")).openOtelReviews(settings, outgoing, service);
    return { name: "otel_reviews", calls: sink.calls, limits: limitsOf(sink), open };
  }
  if (sink.kind !== "langfuse") return null;
  const open = async () => (await import("./langfuse/langfuse-reviews.ts")).openLangfuseReviews(sink, outgoing);
  return { name: "langfuse_reviews", calls: sink.calls, limits: USUAL_LIMITS, open };
}

/** What a sink is made of is loaded when its first calls are written: a library that nobody asked for costs nothing. */
const OPEN: { readonly [Kind in SinkSettings["kind"]]: OpenSink<Kind> } = {
  file: async (settings, _outgoing, service) =>
    (await import("./winston/file-sink.ts")).openFileSink(settings, service),
  winston: async (settings) => (await import("./winston/winston-sink.ts")).openWinstonSink(settings),
  s3: async (settings, outgoing) => (await forS3(import("./s3/s3-sink.ts"))).openS3Sink(settings, outgoing),
  s3_batches: async (settings, outgoing, service) =>
    (await forS3(import("./s3/s3-batch-sink.ts"))).openS3BatchSink(settings, outgoing, service),
  langfuse: async (settings, outgoing) =>
    (await import("./langfuse/langfuse-sink.ts")).openLangfuseSink(settings, outgoing),
  otel: async (settings, outgoing, service) =>
    (await import("./otel/otel-sink.ts")).openOtelSink(settings, outgoing, service),
  generic_api: async (settings, outgoing) => (await import("./http/http-sink.ts")).openHttpSink(settings, outgoing),
};

/** The sdk of AWS is most of what a package of ours would weigh. */
function forS3<T>(loading: Promise<T>): Promise<T> {
  const tried = Object.entries(manifest.dependencies).filter(([name]) => name.startsWith("@aws-sdk/"));
  return whereInstalled(
    "logging to S3 takes",
    tried.map((one) => one.join("@")),
    loading,
  );
}

type OpenSink<Kind> = (
  settings: Extract<SinkSettings, { kind: Kind }>,
  outgoing: Outgoing,
  service: string,
) => Promise<Awaited<ReturnType<SinkSpec["open"]>>>;

function limitsOf(sink: SinkSettings): SinkLimits {
  if (sink.kind === "s3_batches") {
    const { maxCalls: batchCalls, everyMs: gatherMs } = sink;
    return { ...USUAL_LIMITS, batchCalls, gatherMs, maxHeld: 2 * batchCalls, batchBytes: 32 * 1024 ** 2 };
  }
  // One that is refused must not take others with it.
  if (sink.kind === "generic_api" && sink.format === "single") return { ...USUAL_LIMITS, batchCalls: 1 };
  if (sink.kind !== "otel") return USUAL_LIMITS;
  const { calls: batchCalls, held: maxHeld, everyMs: gatherMs } = sink.batch;
  return { ...USUAL_LIMITS, batchCalls, maxHeld, gatherMs };
}
