import type { OtelSink } from "@understudy/config";
import type { Review } from "@understudy/evaluation";
import { expect, test } from "vitest";
import { startPlaceServer } from "../place-server.fixture.ts";
import { STRAIGHT } from "../straight.fixture.ts";
import type { ReviewEntry } from "../logged-review.ts";
import { openOtelReviews } from "./otel-reviews.ts";
import { decodeSpans } from "./otlp.fixture.ts";
import { silentTrace } from "./trace-context.ts";

const REVIEW: Review = {
  pair_id: "pair_1",
  experiment: "chat~candidate",
  created_at: 1_700_000_009_000,
  judgement: "prefer_silent",
  not_judged: null,
  choices: { primary_first: "B", silent_first: "A" },
  judge: "judge-1",
  judge_prompt: 3,
  judge_cost_usd: 0.002,
  similarity: 0.93,
  similarity_failed: false,
  embedding_cost_usd: null,
};

function entry(changes: Partial<Review> = {}, more: Partial<ReviewEntry> = {}): ReviewEntry {
  return { review: { ...REVIEW, ...changes }, request_id: "req_1", call_id: "call_s1", trace: {}, ...more };
}

/** What a collector gets of these reviews, over real HTTP. */
async function told(
  entries: readonly ReviewEntry[],
  protocol: "http/protobuf" | "http/json" = "http/protobuf",
  ratio = 1,
) {
  const server = await startPlaceServer();
  const traces = {
    url: `${server.url}/v1/traces`,
    protocol,
    headers: {},
    timeoutMs: 5_000,
    compression: "none",
    tls: { ca: null, cert: null, key: null },
  } as const;
  const settings: OtelSink & { readonly traces: typeof traces } = {
    kind: "otel",
    calls: { success: true, failure: true },
    traces,
    metrics: null,
    serviceName: null,
    resource: {},
    sampler: { parentBased: true, ratio },
    propagates: true,
    batch: { calls: 100, held: 1_000, everyMs: 5 },
    text: true,
  };
  const sink = await openOtelReviews(settings, STRAIGHT, "worker");
  await sink.write(entries, AbortSignal.timeout(60_000));
  await sink.write(entries, AbortSignal.timeout(60_000));
  await sink.close();
  await server.close();
  return decodeSpans(server.requests, "/v1/traces");
}

test.each(["http/protobuf", "http/json"] as const)(
  "a judge's verdict is the conventions' event, in %s",
  async (protocol) => {
    const spans = await told([entry()], protocol);
    const silent = silentTrace("pair_1");
    expect(spans).toMatchObject([
      {
        name: "gen_ai.evaluation.result",
        kind: 1,
        traceId: silent.traceId,
        parentSpanId: silent.spanId,
        startMs: 1_700_000_009_000,
        endMs: 1_700_000_009_000,
        error: null,
        resource: { "service.name": "understudy-worker" },
      },
    ]);
    expect(spans[0]?.events).toEqual([
      {
        name: "gen_ai.evaluation.result",
        attributes: {
          "gen_ai.evaluation.name": "judge_preference",
          "gen_ai.evaluation.score.label": "prefer_silent",
          "gen_ai.evaluation.score.value": 1,
          "gen_ai.evaluation.explanation": "B, and A with the places swapped",
          "understudy.pair_id": "pair_1",
          "understudy.experiment": "chat~candidate",
          "understudy.call_id": "call_s1",
          "understudy.judge": "judge-1",
          "understudy.judge_prompt": 3,
          "understudy.cost_usd": 0.002,
        },
      },
    ]);
  },
);

test.each([
  ["prefer_primary", 0],
  ["tie", 0.5],
  ["order_dependent", 0.5],
] as const)("%s is worth %f to the silent answer", async (judgement, value) => {
  const [span] = await told([entry({ judgement })]);
  expect(span?.events[0]?.attributes).toMatchObject({
    "gen_ai.evaluation.score.label": judgement,
    "gen_ai.evaluation.score.value": value,
  });
});

test("a judge that gave none has an error in its place, and one that was not asked says nothing", async () => {
  const failed = { judgement: null, not_judged: "judge_failed", choices: null, judge: null } as const;
  const spans = await told([
    entry({ pair_id: "pair_1", judgement: "unparseable" }),
    entry({ pair_id: "pair_2", ...failed }),
    entry({ pair_id: "pair_3", ...failed, not_judged: "not_sampled" }),
    entry({ pair_id: "pair_4", ...failed, not_judged: "over_budget" }),
  ]);
  const attributes = spans.map(({ events }) => events[0]?.attributes ?? {});
  expect(attributes.map((one) => [one["understudy.pair_id"], one["error.type"]])).toEqual([
    ["pair_1", "unparseable"],
    ["pair_2", "judge_failed"],
  ]);
  expect(attributes.flatMap((one) => Object.keys(one)).filter((name) => name.includes("score"))).toEqual([]);
});

test("it is collected where the request's other spans are, and only there", async () => {
  const sampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const not = `${sampled.slice(0, -2)}00`;
  const of = (pair_id: string, traceparent?: string) => entry({ pair_id }, { traceparent });
  const seen = (spans: Awaited<ReturnType<typeof told>>) =>
    spans.map(({ attributes }) => attributes["understudy.pair_id"]);
  expect(seen(await told([of("pair_1", sampled), of("pair_2", not), of("pair_3")]))).toEqual(["pair_1", "pair_3"]);
  expect(seen(await told([of("pair_1", sampled), of("pair_3")], "http/json", 0))).toEqual(["pair_1"]);
});
