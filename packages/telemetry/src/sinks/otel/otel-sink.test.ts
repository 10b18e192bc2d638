import type { OtelSink } from "@understudy/config";
import { expect, test } from "vitest";
import { createRedactor } from "../../redaction.ts";
import { samplePair, withRecord } from "../call-entry.sample.ts";
import { type CallEntry, prepareCall } from "../logged-call.ts";
import { type PlaceServer, startPlaceServer } from "../place-server.sample.ts";
import { type SinkPlace, testSink } from "../sink.conformance.ts";
import { openOtelSink } from "./otel-sink.ts";
import { decode, decodeSpans } from "./otlp.sample.ts";
import { formatTraceparent, parseTraceparent, primaryTrace, silentTrace } from "./trace-context.ts";

function settingsFor(server: PlaceServer, changes: Partial<OtelSink> = {}): OtelSink {
  return {
    kind: "otel",
    calls: { success: true, failure: true },
    tracesUrl: `${server.url}/v1/traces`,
    metricsUrl: `${server.url}/v1/metrics`,
    headers: { "x-tenant": "blue" },
    serviceName: null,
    resource: { "deployment.environment.name": "test" },
    timeoutMs: 200,
    metricsEveryMs: 60_000,
    traces: true,
    metrics: false,
    text: true,
    ...changes,
  };
}

const spansOf = (server: PlaceServer) => decodeSpans(server.requests, "/v1/traces");

async function makePlace(): Promise<SinkPlace> {
  const server = await startPlaceServer();
  return {
    open: () => openOtelSink(settingsFor(server), "gateway"),
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

const prepared = (entry: CallEntry) =>
  prepareCall(entry, { secrets: createRedactor([]), patterns: null, text: true, keyInfo: true });

async function written(entries: readonly CallEntry[], changes: Partial<OtelSink> = {}) {
  const server = await startPlaceServer();
  const sink = await openOtelSink(settingsFor(server, { timeoutMs: 5_000, ...changes }), "worker");
  await sink.write(entries.map(prepared), AbortSignal.timeout(5_000));
  await sink.close();
  await server.close();
  return server;
}

test("a primary's span has the conventions' names, in the client's trace, below the client's span", async () => {
  const sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const { traceparent, parentSpan } = primaryTrace("req_1", sent);
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
  const { traceparent } = primaryTrace("req_1", null);
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
  const [span] = spansOf(await written([failed], { text: false }));
  expect(span).toMatchObject({ error: "too slow", attributes: { "error.type": "timeout" } });
  expect(Object.keys(span?.attributes ?? {}).filter((name) => name.endsWith(".messages"))).toEqual([]);
});

test("metrics have the conventions' names, and what a client chooses freely is no label", async () => {
  const { primary, silent } = samplePair(1);
  const server = await written([primary, silent], { metrics: true, traces: false });
  const body = JSON.parse(String(server.requests.find(({ path }) => path === "/v1/metrics")?.body)) as WireMetrics;
  const metrics = body.resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  expect(metrics.map(({ name, unit }) => `${name} ${unit}`).toSorted()).toEqual([
    "gen_ai.client.operation.duration s",
    "gen_ai.client.operation.time_to_first_chunk s",
    "gen_ai.client.token.usage {token}",
  ]);
  const points = metrics.find(({ name }) => name === "gen_ai.client.operation.duration")?.histogram.dataPoints ?? [];
  expect(points.map(({ attributes, sum }) => [decode(attributes)["understudy.role"], sum])).toEqual([
    ["primary", 0.812345],
    ["silent", 0.812345],
  ]);
  for (const { attributes } of points)
    expect(Object.keys(decode(attributes)).join()).not.toMatch(/pair|request_id|user/);
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
          readonly dataPoints: readonly { readonly attributes: Parameters<typeof decode>[0]; readonly sum: number }[];
        };
      }[];
    }[];
  }[];
}
