import { ROOT_CONTEXT } from "@opentelemetry/api";
import { SamplingDecision, TraceIdRatioBasedSampler } from "@opentelemetry/sdk-trace-base";
import type { OtelSink, OtlpTarget } from "@understudy/config";
import { expect, test } from "vitest";
import { createRedactor } from "../../redaction.ts";
import { sampleEmbeddings, samplePair, withRecord } from "../call-entry.fixture.ts";
import { type CallEntry, prepareCall } from "../logged-call.ts";
import { type PlaceServer, startPlaceServer } from "../place-server.fixture.ts";
import { type SinkPlace, testSink } from "../sink.conformance.ts";
import { openOtelSink } from "./otel-sink.ts";
import { readOtlp } from "./otlp-proto.fixture.ts";
import { decode, decodeSpans } from "./otlp.fixture.ts";
import { formatTraceparent, parseTraceparent, primaryTrace, silentTrace, silentTraceparent } from "./trace-context.ts";
import { STRAIGHT } from "../straight.fixture.ts";

const PROTOCOLS = ["http/protobuf", "http/json"] as const;
const ALWAYS = { parentBased: true, ratio: 1 };

function targetOf(server: PlaceServer, path: string, changes: Partial<OtlpTarget> = {}): OtlpTarget {
  return {
    url: `${server.url}${path}`,
    protocol: "http/protobuf",
    headers: { "x-tenant": "blue" },
    timeoutMs: 200,
    compression: "none",
    tls: { ca: null, cert: null, key: null },
    ...changes,
  };
}

function settingsFor(server: PlaceServer, changes: Partial<OtelSink> = {}): OtelSink {
  return {
    kind: "otel",
    calls: { success: true, failure: true },
    traces: targetOf(server, "/v1/traces"),
    metrics: null,
    serviceName: null,
    resource: { "deployment.environment.name": "test" },
    sampler: ALWAYS,
    propagates: true,
    batch: { calls: 100, held: 1_000, everyMs: 5 },
    text: true,
    ...changes,
  };
}

const spansOf = (server: PlaceServer) => decodeSpans(server.requests, "/v1/traces");

async function makePlace(): Promise<SinkPlace> {
  const server = await startPlaceServer();
  return {
    open: () => openOtelSink(settingsFor(server), STRAIGHT, "gateway"),
    trouble: server.trouble,
    calls: () =>
      Promise.resolve(
        spansOf(server).map(({ attributes }) => {
          return `${String(attributes["understudy.pair_id"])} ${String(attributes["understudy.role"])}`;
        }),
      ),
    everything: () => Promise.resolve(server.requests.map(({ body }) => body.toString()).join("\n")),
    close: () => server.close(),
  };
}

testSink({ name: "otel", make: makePlace, repeats: null });

/** What a test asks for, once it is known where. */
type Asked = (server: PlaceServer) => Partial<OtelSink>;

const prepared = (entry: CallEntry) =>
  prepareCall(entry, { secrets: createRedactor([]), patterns: null, text: true, keyInfo: true });

async function written(entries: readonly CallEntry[], asked: Asked = () => ({})) {
  const server = await startPlaceServer();
  const traces = targetOf(server, "/v1/traces", { timeoutMs: 5_000 });
  const sink = await openOtelSink(settingsFor(server, { traces, ...asked(server) }), STRAIGHT, "worker");
  await sink.write(entries.map(prepared), AbortSignal.timeout(60_000));
  await sink.close();
  await server.close();
  return server;
}

test("a call for embeddings is named as the conventions name it", async () => {
  const [span] = spansOf(await written([sampleEmbeddings()]));
  expect(span?.name).toBe("embeddings text-embedding-3-small");
  expect(span?.attributes["gen_ai.operation.name"]).toBe("embeddings");
});

test("a primary's span has the conventions' names, in the client's trace, below the client's span", async () => {
  const sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const { traceparent, parentSpan } = primaryTrace("req_1", sent, ALWAYS);
  const server = await written([{ ...samplePair(1).primary, traceparent, parentSpan }]);
  const [span] = spansOf(server);
  expect(server.requests[0]?.headers["x-tenant"]).toBe("blue");
  expect(span).toMatchObject({
    name: "chat gpt-4o-mini",
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
    spanId: parseTraceparent(traceparent)?.spanId,
    parentSpanId: "00f067aa0ba902b7",
    links: [],
    error: null,
    resource: { "service.name": "understudy-worker", "deployment.environment.name": "test" },
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-4o-mini",
      "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.usage.input_tokens": 11,
      "gen_ai.usage.output_tokens": 7,
      "gen_ai.request.temperature": 0.2,
      "gen_ai.conversation.id": "session-7",
      "understudy.role": "primary",
      "understudy.pair_id": "pair_1",
      "understudy.experiment": "chat~candidate",
      "understudy.is_silent_experiment": false,
      "understudy.cost_usd": 0.0021,
    },
  });
  expect((span?.endMs ?? 0) - (span?.startMs ?? 0)).toBeCloseTo(812.345, 1);
  expect(span?.events).toMatchObject([
    { name: "understudy.attempt", attributes: { deployment: "dep-1", outcome: "ok" } },
  ]);
  expect(JSON.parse(String(span?.attributes["gen_ai.input.messages"]))).toEqual([
    { role: "user", parts: [{ type: "text", content: "What is 1 plus 1?" }] },
  ]);
});

test("a silent span stands in a trace of its own, linked to the primary's span, joined by pair id", async () => {
  const { traceparent } = primaryTrace("req_1", null, ALWAYS);
  const { primary, silent } = samplePair(1);
  const server = await written([
    { ...primary, traceparent },
    { ...silent, traceparent },
  ]);
  const [first, second] = spansOf(server);
  expect(second).toMatchObject({
    traceId: silentTrace("pair_1").traceId,
    parentSpanId: undefined,
    links: [{ traceId: first?.traceId, spanId: first?.spanId }],
    attributes: {
      "understudy.role": "silent",
      "understudy.pair_id": "pair_1",
      "understudy.primary_call_id": "call_p1",
      "understudy.queue_wait_ms": 1_500,
      "understudy.changes": ["dropped seed"],
    },
  });
  expect(second?.traceId).not.toBe(first?.traceId);
});

test("texts are in a span only where message_logging asks for them; a failure says of what kind it is", async () => {
  const error = { kind: "timeout", status: 408, message: "too slow", type: null, code: null, param: null } as const;
  const failed = withRecord(samplePair(1).silent, { status: "error", answer: null, error });
  const [span] = spansOf(await written([failed], () => ({ text: false })));
  expect(span).toMatchObject({ error: "too slow", attributes: { "error.type": "timeout" } });
  expect(Object.keys(span?.attributes ?? {}).filter((name) => name.endsWith(".messages"))).toEqual([]);
});

const metricsTo = (server: PlaceServer, protocol: OtlpTarget["protocol"]) => ({
  ...targetOf(server, "/v1/metrics", { protocol, timeoutMs: 5_000 }),
  everyMs: 60_000,
  temporality: "delta" as const,
});

test.each(PROTOCOLS)(
  "metrics as %s have the conventions' names, and nothing a client chooses as a label",
  async (protocol) => {
    const { primary, silent } = samplePair(1);
    const server = await written([primary, silent], (to) => ({ traces: null, metrics: metricsTo(to, protocol) }));
    const sent = server.requests.find(({ path }) => path === "/v1/metrics");
    if (sent === undefined) throw new Error("no metrics came");
    const body = readOtlp(sent, "Metrics") as WireMetrics;
    const metrics = body.resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    expect(metrics.map(({ name, unit }) => `${name} ${unit}`).toSorted()).toEqual([
      "gen_ai.client.operation.duration s",
      "gen_ai.client.operation.time_to_first_chunk s",
      "gen_ai.client.token.usage {token}",
    ]);
    // 1 is delta: every export stands for itself.
    expect(new Set(metrics.map(({ histogram }) => histogram.aggregationTemporality))).toEqual(new Set([1]));
    const points = metrics.find(({ name }) => name === "gen_ai.client.operation.duration")?.histogram.dataPoints ?? [];
    expect(points.map(({ attributes, sum }) => [decode(attributes)["understudy.role"], sum])).toEqual([
      ["primary", 0.812345],
      ["silent", 0.812345],
    ]);
    for (const { attributes } of points)
      expect(Object.keys(decode(attributes)).join()).not.toMatch(/pair|request_id|user/);
  },
);

test.each(PROTOCOLS)("spans as %s are the same, compressed or not", async (protocol) => {
  const { primary, silent } = samplePair(1);
  const sentWith = async (compression: OtlpTarget["compression"]) => {
    return written([primary, silent], (to) => ({
      traces: targetOf(to, "/v1/traces", { protocol, compression, timeoutMs: 5_000 }),
    }));
  };
  const [plain, small, usual] = [await sentWith("none"), await sentWith("gzip"), await written([primary, silent])];
  const type = protocol === "http/json" ? "application/json" : "application/x-protobuf";
  expect(plain.requests[0]?.headers).toMatchObject({ "content-type": type, "x-tenant": "blue" });
  expect(small.requests[0]?.headers).toMatchObject({ "content-type": type, "content-encoding": "gzip" });
  expect(spansOf(plain)).toHaveLength(2);
  expect(spansOf(small)).toEqual(spansOf(plain));
  expect(spansOf(usual)).toEqual(spansOf(plain));
});

test("a pair whose primary was not sampled has no spans, and is counted in the metrics all the same", async () => {
  const unsampled = primaryTrace("req_1", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", ALWAYS);
  const { traceparent } = unsampled;
  expect(traceparent).toMatch(/-00$/);
  expect(silentTraceparent("pair_1", traceparent)).toMatch(/-00$/);
  const { primary, silent } = samplePair(1);
  const entries = [
    { ...primary, traceparent },
    { ...silent, traceparent },
  ];
  const server = await written(entries, (to) => ({ metrics: metricsTo(to, "http/json") }));
  expect(server.requests.map(({ path }) => path)).toEqual(["/v1/metrics"]);
});

test("a share of traces is that which OpenTelemetry's own sampler takes", () => {
  const sampler = new TraceIdRatioBasedSampler(0.3);
  const own = { parentBased: false, ratio: 0.3 };
  let taken = 0;
  for (let number = 0; number < 1_000; number += 1) {
    const span = parseTraceparent(primaryTrace(`req_${number}`, null, own).traceparent);
    const { decision } = sampler.shouldSample(ROOT_CONTEXT, span?.traceId ?? "");
    expect(span?.sampled, span?.traceId).toBe(decision === SamplingDecision.RECORD_AND_SAMPLED);
    if (span?.sampled === true) taken += 1;
  }
  expect(taken).toBeGreaterThan(200);
  expect(taken).toBeLessThan(400);
});

test("a traceparent is taken as W3C has it, and nothing else is", () => {
  const good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
  expect(formatTraceparent(parseTraceparent(good) ?? { traceId: "", spanId: "", sampled: true })).toBe(good);
  for (const bad of [
    null,
    "",
    "00-0-0-00",
    good.replace("4bf", "4BF"),
    `ff${good.slice(2)}`,
    good.replace(/-00f.*?-/, "-0000000000000000-"),
  ]) {
    expect(parseTraceparent(bad)).toBeNull();
  }
});

interface WireMetrics {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly name: string;
        readonly unit: string;
        readonly histogram: {
          readonly aggregationTemporality: number;
          readonly dataPoints: readonly { readonly attributes: Parameters<typeof decode>[0]; readonly sum: number }[];
        };
      }[];
    }[];
  }[];
}
