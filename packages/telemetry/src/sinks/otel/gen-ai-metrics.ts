import { resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import type { MetricsTarget } from "@understudy/config";
import type { Outgoing } from "@understudy/router";
import type { LoggedCall } from "../logged-call.ts";
import { metricAttributes } from "./gen-ai.ts";
import { openMetricExport } from "./otlp-export.ts";

/** Seconds, and tokens, as the conventions advise. */
const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const TOKENS = [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864];

export interface GenAiMetrics {
  count(call: LoggedCall): void;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** The conventions' client metrics, sent every so often. */
export async function openGenAiMetrics(
  target: MetricsTarget,
  resource: Readonly<Record<string, string>>,
  outgoing: Outgoing,
): Promise<GenAiMetrics> {
  const reader = new PeriodicExportingMetricReader({
    exporter: await openMetricExport(target, outgoing),
    exportIntervalMillis: target.everyMs,
    exportTimeoutMillis: Math.min(target.timeoutMs, target.everyMs),
  });
  const provider = new MeterProvider({ resource: resourceFromAttributes(resource), readers: [reader] });
  const meter = provider.getMeter("understudy");
  const duration = meter.createHistogram("gen_ai.client.operation.duration", {
    unit: "s",
    description: "From the first attempt to the last byte.",
    advice: { explicitBucketBoundaries: SECONDS },
  });
  const firstChunk = meter.createHistogram("gen_ai.client.operation.time_to_first_chunk", {
    unit: "s",
    description: "From the answering attempt's start to the first token of a streamed answer.",
    advice: { explicitBucketBoundaries: SECONDS },
  });
  const tokens = meter.createHistogram("gen_ai.client.token.usage", {
    unit: "{token}",
    description: "Tokens as the provider counted them.",
    advice: { explicitBucketBoundaries: TOKENS },
  });
  return {
    count(call) {
      const attributes = metricAttributes(call);
      const { timing, usage } = call.record;
      duration.record(timing.total_ms / 1000, attributes);
      if (timing.first_token_ms !== null) firstChunk.record(timing.first_token_ms / 1000, attributes);
      if (usage === null) return;
      tokens.record(usage.input_tokens, { ...attributes, "gen_ai.token.type": "input" });
      tokens.record(usage.output_tokens, { ...attributes, "gen_ai.token.type": "output" });
    },
    close: () => provider.shutdown().catch(() => undefined),
  };
}
