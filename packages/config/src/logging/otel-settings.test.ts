import { expect, test } from "vitest";
import { resolveConfig } from "../resolve.ts";
import type { OtelSink } from "./logging.ts";

const base = {
  model_list: [{ model_name: "a", litellm_params: { model: "openai/x" } }],
  litellm_settings: { callbacks: ["otel"] },
};

function otelWith(env: Record<string, string>, more: object = {}): OtelSink {
  const [sink] = resolveConfig({ ...base, ...more }, env).logging.sinks;
  if (sink?.kind !== "otel") throw new Error("no otel sink");
  return sink;
}

function faultOf(env: Record<string, string>): string {
  try {
    otelWith(env);
    return "no fault";
  } catch (error) {
    return (error as Error).message;
  }
}

test("without any variable it is what the specification says", () => {
  const target = {
    protocol: "http/protobuf",
    headers: {},
    timeoutMs: 10_000,
    compression: "none",
    tls: { ca: null, cert: null, key: null },
  };
  expect(otelWith({})).toEqual({
    kind: "otel",
    calls: { success: true, failure: true },
    traces: { url: "http://localhost:4318/v1/traces", ...target },
    metrics: { url: "http://localhost:4318/v1/metrics", ...target, everyMs: 60_000, temporality: "cumulative" },
    serviceName: null,
    resource: {},
    sampler: { parentBased: true, ratio: 1 },
    propagates: true,
    batch: { calls: 100, held: 10_000, everyMs: 500 },
    text: false,
  });
});

test("the general variables hold for both signals, each signal's own go before them", () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20x,x-all=1",
    OTEL_EXPORTER_OTLP_TIMEOUT: "5000",
    OTEL_EXPORTER_OTLP_COMPRESSION: "gzip",
    OTEL_EXPORTER_OTLP_CERTIFICATE: "/etc/ca.pem",
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: "https://metrics.example.com/own/path",
    OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: "http/protobuf",
    OTEL_EXPORTER_OTLP_METRICS_HEADERS: "x-all=2",
    OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: "700",
    OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: "none",
    OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY: "/etc/key.pem",
    OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE: "/etc/cert.pem",
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: "delta",
    OTEL_METRIC_EXPORT_INTERVAL: "1000",
  };
  expect(otelWith(env)).toMatchObject({
    traces: {
      url: "http://collector:4318/v1/traces",
      protocol: "http/json",
      headers: { authorization: "Bearer x", "x-all": "1" },
      timeoutMs: 5_000,
      compression: "gzip",
      tls: { ca: "/etc/ca.pem", cert: null, key: null },
    },
    metrics: {
      url: "https://metrics.example.com/own/path",
      protocol: "http/protobuf",
      headers: { authorization: "Bearer x", "x-all": "2" },
      timeoutMs: 700,
      compression: "none",
      tls: { ca: "/etc/ca.pem", cert: "/etc/cert.pem", key: "/etc/key.pem" },
      everyMs: 1_000,
      temporality: "delta",
    },
  });
});

test("LiteLLM's own variables hold where the standard's are not set", () => {
  const env = {
    OTEL_EXPORTER: "otlp_http",
    OTEL_ENDPOINT: "https://api.honeycomb.io/v1/traces",
    OTEL_HEADERS: "x-honeycomb-team=abc",
    OTEL_ENVIRONMENT_NAME: "staging",
    OTEL_SERVICE_NAME: "mine",
    OTEL_RESOURCE_ATTRIBUTES: "team=blue",
  };
  expect(otelWith(env, { callback_settings: { otel: { message_logging: true } } })).toMatchObject({
    traces: { url: "https://api.honeycomb.io/v1/traces", headers: { "x-honeycomb-team": "abc" } },
    metrics: { url: "https://api.honeycomb.io/v1/metrics" },
    serviceName: "mine",
    resource: { "deployment.environment": "staging", team: "blue" },
    text: true,
  });
  const both = { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: "http://other:4318", OTEL_EXPORTER_OTLP_HEADERS: "a=b" };
  expect(otelWith(both).traces).toMatchObject({ url: "http://other:4318/v1/traces", headers: { a: "b" } });
});

test.each([
  [{ OTEL_SDK_DISABLED: "true" }, { traces: null, metrics: null, propagates: false }],
  [{ OTEL_TRACES_EXPORTER: "none" }, { traces: null, metrics: { everyMs: 60_000 } }],
  [{ OTEL_METRICS_EXPORTER: "none" }, { traces: { timeoutMs: 10_000 }, metrics: null }],
  [{ OTEL_PROPAGATORS: "none" }, { propagates: false }],
  [{ OTEL_PROPAGATORS: "tracecontext,baggage" }, { propagates: true }],
  [{ OTEL_TRACES_SAMPLER: "always_off" }, { sampler: { parentBased: false, ratio: 0 } }],
  [{ OTEL_TRACES_SAMPLER: "traceidratio" }, { sampler: { parentBased: false, ratio: 1 } }],
  [
    { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.25" },
    { sampler: { parentBased: true, ratio: 0.25 } },
  ],
  [
    { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "7", OTEL_BSP_MAX_QUEUE_SIZE: "8", OTEL_BSP_SCHEDULE_DELAY: "9" },
    { batch: { calls: 7, held: 8, everyMs: 9 } },
  ],
])("%o is heeded", (env, expected) => {
  expect(otelWith(env)).toMatchObject(expected);
});

const OVER_HTTP =
  "export %s=http/protobuf or http/json with the collector's port for HTTP (4318 as a rule), or unset it";

test.each([
  ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", OVER_HTTP],
  ["OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "grpc", OVER_HTTP],
  ["OTEL_EXPORTER", "otlp_grpc", OVER_HTTP],
  ["OTEL_TRACES_EXPORTER", "zipkin", "export %s=otlp or none, or unset it"],
  ["OTEL_METRICS_EXPORTER", "prometheus", "export %s=otlp or none, or unset it"],
  ["OTEL_PROPAGATORS", "b3", "export %s=tracecontext or baggage or none, or unset it"],
  ["OTEL_TRACES_SAMPLER", "xray", "parentbased_traceidratio, or unset it"],
  ["OTEL_EXPORTER_OTLP_COMPRESSION", "zstd", "export %s=gzip or none, or unset it"],
  ["OTEL_EXPORTER_OTLP_TIMEOUT", "soon", "export %s=a whole number above 0, or unset it"],
  ["OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "export %s=http://… or https://…, or unset it"],
])("%s=%s stops the start, with what to write instead", (name, value, fix) => {
  const fault = faultOf({ [name]: value });
  expect(fault).toMatch(new RegExp(`^litellm_settings \\(callback otel\\): ${name} is `));
  expect(fault).toContain(fix.replace("%s", name));
  expect(fault.split("\n")).toHaveLength(1);
});

test("what is wrong with OpenTelemetry's variables is nobody's business where the callback is off", () => {
  const env = { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" };
  expect(resolveConfig({ ...base, litellm_settings: {} }, env).logging.sinks).toEqual([]);
});
