import { readFile } from "node:fs/promises";
import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import { OTLPMetricExporterBase, AggregationTemporalityPreference } from "@opentelemetry/exporter-metrics-otlp-http";
import { type IOtlpExportDelegate, OTLPExporterBase } from "@opentelemetry/otlp-exporter-base";
import { createOtlpHttpExportDelegate } from "@opentelemetry/otlp-exporter-base/node-http";
import {
  JsonMetricsSerializer,
  JsonTraceSerializer,
  MetricsExporterMetricsHelper,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
  TraceExporterMetricsHelper,
} from "@opentelemetry/otlp-transformer";
import type { PushMetricExporter } from "@opentelemetry/sdk-metrics";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import type { MetricsTarget, OtlpTarget } from "@understudy/config";
import type { Outgoing } from "@understudy/router";
import { RefusedError } from "../sink.ts";

/*
 * OTLP/HTTP from the SDK's own parts. Its ready-made exporters read OTEL_EXPORTER_OTLP_HEADERS from the environment
 * whatever they are given, so Langfuse would get the collector's credentials, too.
 */

export interface SpanExport {
  /** Resolves when the collector has taken them all. Rejects with `RefusedError` when it never will. */
  send(spans: readonly ReadableSpan[]): Promise<void>;
  close(): Promise<void>;
}

/** Rejects when a file that the target names cannot be read. */
export async function openSpanExport(target: OtlpTarget, outgoing: Outgoing): Promise<SpanExport> {
  const serializer = target.protocol === "http/json" ? JsonTraceSerializer : ProtobufTraceSerializer;
  const options = await transportOptions(target, outgoing);
  const exporter = new OTLPExporterBase<ReadableSpan[]>(
    createOtlpHttpExportDelegate(options, serializer, "otlp_http_span_exporter", TraceExporterMetricsHelper, undefined),
  );
  return {
    send: (spans) =>
      new Promise((resolve, reject) => {
        exporter.export([...spans], (result) => {
          if (result.code === ExportResultCode.SUCCESS) resolve();
          else reject(asSinkError(result));
        });
      }),
    close: () => exporter.shutdown(),
  };
}

const TEMPORALITIES = {
  cumulative: AggregationTemporalityPreference.CUMULATIVE,
  delta: AggregationTemporalityPreference.DELTA,
  lowmemory: AggregationTemporalityPreference.LOWMEMORY,
} as const;

/** Rejects when a file that the target names cannot be read. */
export async function openMetricExport(target: MetricsTarget, outgoing: Outgoing): Promise<PushMetricExporter> {
  const serializer = target.protocol === "http/json" ? JsonMetricsSerializer : ProtobufMetricsSerializer;
  const options = await transportOptions(target, outgoing);
  const delegate: IOtlpExportDelegate<Parameters<PushMetricExporter["export"]>[0]> = createOtlpHttpExportDelegate(
    options,
    serializer,
    "otlp_http_metric_exporter",
    MetricsExporterMetricsHelper,
    undefined,
  );
  return new OTLPMetricExporterBase(delegate, { temporalityPreference: TEMPORALITIES[target.temporality] });
}

async function transportOptions(
  { url, protocol, headers, timeoutMs, compression, tls }: OtlpTarget,
  outgoing: Outgoing,
) {
  const files = await filesOf(tls);
  const type = protocol === "http/json" ? "application/json" : "application/x-protobuf";
  const sent = { ...headers, "Content-Type": type };
  return {
    url,
    headers: () => Promise.resolve(sent),
    timeoutMillis: timeoutMs,
    concurrencyLimit: 30,
    compression,
    agentFactory: () => outgoing.agentFor(new URL(url), files),
  };
}

async function filesOf(tls: OtlpTarget["tls"]): Promise<Readonly<Record<string, Buffer>>> {
  const named = Object.entries(tls).filter((entry): entry is [string, string] => entry[1] !== null);
  return Object.fromEntries(
    await Promise.all(named.map(async ([name, path]) => [name, await readFile(path)] as const)),
  );
}

/** A collector that cannot read what it was sent will not read it the next time. */
function asSinkError({ error }: ExportResult): Error {
  const status = (error as { code?: unknown } | undefined)?.code;
  if (status === 400 || status === 413) return new RefusedError(error?.message ?? "refused", { cause: error });
  return error ?? new Error("the spans could not be exported");
}
