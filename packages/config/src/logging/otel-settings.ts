import type { Env } from "../reading.ts";
import type { OtelSink, SinkCalls } from "./logging.ts";

const SECOND_MS = 1_000;

/**
 * OpenTelemetry's own variables, and LiteLLM's `OTEL_ENDPOINT` and `OTEL_HEADERS` where those are not set.
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function readOtel(calls: SinkCalls, env: Env, text: boolean): OtelSink {
  const base = env["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? env["OTEL_ENDPOINT"] ?? "http://localhost:4318";
  const off = env["OTEL_SDK_DISABLED"]?.toLowerCase() === "true";
  return {
    kind: "otel",
    calls,
    tracesUrl: env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] ?? below(base, "v1/traces"),
    metricsUrl: env["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] ?? below(base, "v1/metrics"),
    headers: readPairs(env["OTEL_EXPORTER_OTLP_HEADERS"] ?? env["OTEL_HEADERS"]),
    serviceName: env["OTEL_SERVICE_NAME"] ?? null,
    resource: readPairs(env["OTEL_RESOURCE_ATTRIBUTES"]),
    timeoutMs: amount(env["OTEL_EXPORTER_OTLP_TIMEOUT"], 10 * SECOND_MS),
    metricsEveryMs: amount(env["OTEL_METRIC_EXPORT_INTERVAL"], 60 * SECOND_MS),
    traces: !off && env["OTEL_TRACES_EXPORTER"] !== "none",
    metrics: !off && env["OTEL_METRICS_EXPORTER"] !== "none",
    text,
  };
}

/** LiteLLM's variable may hold the whole path already. */
function below(base: string, path: string): string {
  const trimmed = base.replace(/\/+$/, "");
  return trimmed.endsWith(`/${path}`) ? trimmed : `${trimmed.replace(/\/v1\/(?:traces|metrics)$/, "")}/${path}`;
}

/** `name=value,other=value`, values percent-encoded. */
export function readPairs(text: string | undefined): Readonly<Record<string, string>> {
  const pairs = (text ?? "").split(",").map((pair) => {
    const [name = "", ...value] = pair.split("=");
    return [name.trim(), decoded(value.join("=").trim())] as const;
  });
  return Object.fromEntries(pairs.filter(([name]) => name !== ""));
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function amount(text: string | undefined, otherwise: number): number {
  const number = Number(text);
  return text !== undefined && Number.isFinite(number) && number > 0 ? number : otherwise;
}
