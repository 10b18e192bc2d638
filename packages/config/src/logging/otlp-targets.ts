import type { MetricsTarget, OtlpTarget } from "./logging.ts";
import type { OtelVariables } from "./otel-variables.ts";

const OTLP = "OTEL_EXPORTER_OTLP_";
const EXPORTERS = ["otlp", "none"] as const;
/** LiteLLM's own words for it beside the standard's. */
const PROTOCOLS: Readonly<Record<string, OtlpTarget["protocol"]>> = {
  "http/protobuf": "http/protobuf",
  "http/json": "http/json",
  otlp_http: "http/protobuf",
};
const TEMPORALITIES = ["cumulative", "delta", "lowmemory"] as const;

/** Null when they are not wanted. */
export function readTracesTarget(variables: OtelVariables): OtlpTarget | null {
  return wanted("OTEL_TRACES_EXPORTER", variables) ? readTarget("TRACES", "v1/traces", variables) : null;
}

/** Null when they are not wanted. */
export function readMetricsTarget(variables: OtelVariables): MetricsTarget | null {
  if (!wanted("OTEL_METRICS_EXPORTER", variables)) return null;
  return {
    ...readTarget("METRICS", "v1/metrics", variables),
    everyMs: variables.amount("OTEL_METRIC_EXPORT_INTERVAL") ?? 60_000,
    temporality: variables.choice(`${OTLP}METRICS_TEMPORALITY_PREFERENCE`, TEMPORALITIES) ?? "cumulative",
  };
}

function wanted(name: string, variables: OtelVariables): boolean {
  return variables.choices(name, EXPORTERS)?.includes("otlp") ?? true;
}

/** A signal's own variables go before those of all signals, and headers are laid over them. */
function readTarget(signal: "TRACES" | "METRICS", path: string, variables: OtelVariables): OtlpTarget {
  const both = (name: string) => [`${OTLP}${signal}_${name}`, `${OTLP}${name}`] as const;
  const general = variables.text(`${OTLP}HEADERS`) === null ? "OTEL_HEADERS" : `${OTLP}HEADERS`;
  return {
    url: readUrl(signal, path, variables),
    protocol: readProtocol([...both("PROTOCOL"), "OTEL_EXPORTER"], variables),
    headers: variables.pairs(general, `${OTLP}${signal}_HEADERS`),
    timeoutMs: variables.amount(...both("TIMEOUT")) ?? 10_000,
    compression: readCompression(both("COMPRESSION"), variables),
    tls: {
      ca: variables.text(...both("CERTIFICATE")),
      cert: variables.text(...both("CLIENT_CERTIFICATE")),
      key: variables.text(...both("CLIENT_KEY")),
    },
  };
}

function readProtocol(names: readonly string[], variables: OtelVariables): OtlpTarget["protocol"] {
  const name = names.find((each) => variables.text(each) !== null);
  const written = name === undefined ? null : variables.text(name);
  if (name === undefined || written === null) return "http/protobuf";
  const protocol = Object.hasOwn(PROTOCOLS, written) ? PROTOCOLS[written] : undefined;
  if (protocol !== undefined) return protocol;
  const fix = "http/protobuf or http/json with the collector's port for HTTP (4318 as a rule)";
  variables.fault(name, `is ${JSON.stringify(written)}, and spans and metrics go over HTTP here`, fix);
  return "http/protobuf";
}

function readCompression(names: readonly string[], variables: OtelVariables): OtlpTarget["compression"] {
  const name = names.find((each) => variables.text(each) !== null);
  return name === undefined ? "none" : (variables.choice(name, ["gzip", "none"]) ?? "none");
}

/** A signal's own address is whole; the general one has the signal's path added. */
function readUrl(signal: "TRACES" | "METRICS", path: string, variables: OtelVariables): string {
  const own = `${OTLP}${signal}_ENDPOINT`;
  const whole = variables.text(own);
  if (whole !== null) return httpUrl(own, whole, variables);
  const general = variables.text(`${OTLP}ENDPOINT`) === null ? "OTEL_ENDPOINT" : `${OTLP}ENDPOINT`;
  const base = variables.text(general);
  return base === null ? `http://localhost:4318/${path}` : below(httpUrl(general, base, variables), path);
}

function httpUrl(name: string, url: string, variables: OtelVariables): string {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) {
    variables.fault(name, "is not an http address", "http://… or https://…");
  }
  return url;
}

/** LiteLLM's variable may hold the whole path already. */
function below(base: string, path: string): string {
  const trimmed = base.replace(/\/+$/, "");
  return trimmed.endsWith(`/${path}`) ? trimmed : `${trimmed.replace(/\/v1\/(?:traces|metrics)$/, "")}/${path}`;
}
