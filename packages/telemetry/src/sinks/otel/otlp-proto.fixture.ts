import { gunzipSync } from "node:zlib";
import protobuf from "protobufjs";
import type { PlaceRequest } from "../place-server.fixture.ts";

/** Only for tests: the parts of opentelemetry-proto 1.7 that are sent here. */
const { root } = protobuf.parse(`
syntax = "proto3";
message AnyValue {
  oneof value {
    string string_value = 1;
    bool bool_value = 2;
    int64 int_value = 3;
    double double_value = 4;
    ArrayValue array_value = 5;
  }
}
message ArrayValue { repeated AnyValue values = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message Resource { repeated KeyValue attributes = 1; }
message Scope { string name = 1; string version = 2; }
message Traces { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
message Span {
  bytes trace_id = 1;
  bytes span_id = 2;
  bytes parent_span_id = 4;
  string name = 5;
  int32 kind = 6;
  fixed64 start_time_unix_nano = 7;
  fixed64 end_time_unix_nano = 8;
  repeated KeyValue attributes = 9;
  repeated Event events = 11;
  repeated Link links = 13;
  Status status = 15;
}
message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; }
message Link { bytes trace_id = 1; bytes span_id = 2; repeated KeyValue attributes = 4; }
message Status { string message = 2; int32 code = 3; }
message Metrics { repeated ResourceMetrics resource_metrics = 1; }
message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; }
message ScopeMetrics { Scope scope = 1; repeated Metric metrics = 2; }
message Metric { string name = 1; string description = 2; string unit = 3; Histogram histogram = 9; }
message Histogram { repeated Point data_points = 1; int32 aggregation_temporality = 2; }
message Point { fixed64 count = 4; double sum = 5; repeated KeyValue attributes = 9; }
`);

/** The request's body as OTLP's JSON has it, whichever of its two formats it came in. */
export function readOtlp({ headers, body }: PlaceRequest, message: "Traces" | "Metrics"): unknown {
  const bytes = headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
  if (headers["content-type"] === "application/json") return JSON.parse(bytes.toString());
  if (headers["content-type"] !== "application/x-protobuf")
    throw new Error(`no OTLP: ${String(headers["content-type"])}`);
  const type = root.lookupType(message);
  const read = type.toObject(type.decode(bytes), { longs: String, bytes: String, arrays: true });
  return withHexIds(read);
}

const IDS: ReadonlySet<string> = new Set(["traceId", "spanId", "parentSpanId"]);

function withHexIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withHexIds);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, item]): [string, unknown] => {
    return [name, IDS.has(name) ? Buffer.from(item as string, "base64").toString("hex") : withHexIds(item)];
  });
  return Object.fromEntries(entries.filter(([name, item]) => !(IDS.has(name) && item === "")));
}
