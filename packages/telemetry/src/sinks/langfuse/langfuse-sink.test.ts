import type { LangfuseSink } from "@understudy/config";
import type { Review } from "@understudy/evaluation";
import { shortHash } from "@understudy/runtime";
import { expect, test } from "vitest";
import { createRedactor } from "../../redaction.ts";
import { sampleEmbeddings, samplePair, withRecord } from "../call-entry.fixture.ts";
import { type CallEntry, prepareCall } from "../logged-call.ts";
import { decodeSpans } from "../otel/otlp.fixture.ts";
import { type PlaceServer, startPlaceServer } from "../place-server.fixture.ts";
import { type SinkPlace, testSink } from "../sink.conformance.ts";
import type { ReviewEntry } from "../logged-review.ts";
import { openLangfuseReviews } from "./langfuse-reviews.ts";
import { openLangfuseSink } from "./langfuse-sink.ts";
import { STRAIGHT } from "../straight.fixture.ts";

const TRACES = "/api/public/otel/v1/traces";
const INGESTION = "/api/public/ingestion";
const METADATA = "langfuse.observation.metadata";

interface Score {
  readonly id: string;
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers as Langfuse does: it says of each event that it was taken. */
function startLangfuse(): Promise<PlaceServer> {
  return startPlaceServer({
    answer: ({ path, body }, response) => {
      response.setHeader("content-type", "application/json");
      if (path !== INGESTION) return void response.end("{}");
      const { batch } = JSON.parse(body.toString()) as { batch: readonly Score[] };
      const successes = batch.map(({ id }) => ({ id, status: 201 }));
      response.writeHead(207).end(JSON.stringify({ successes, errors: [] }));
    },
  });
}

function settingsFor(server: PlaceServer): LangfuseSink {
  return {
    kind: "langfuse",
    calls: { success: true, failure: true },
    host: server.url,
    publicKey: "pk-lf-test",
    secretKey: "sk-lf-test",
    environment: "staging",
    release: null,
  };
}

const spansOf = (server: PlaceServer) => decodeSpans(server.requests, TRACES);
const scoresOf = (server: PlaceServer) =>
  server.requests
    .filter(({ path }) => path === INGESTION)
    .flatMap(({ body }) => (JSON.parse(body.toString()) as { batch: readonly Score[] }).batch);

async function makePlace(): Promise<SinkPlace> {
  const server = await startLangfuse();
  return {
    open: () => openLangfuseSink(settingsFor(server), STRAIGHT),
    trouble: server.trouble,
    calls: () =>
      Promise.resolve(
        spansOf(server).map(({ attributes }) => {
          return `${String(attributes[`${METADATA}.pair_id`])} ${String(attributes[`${METADATA}.role`])}`;
        }),
      ),
    everything: () => Promise.resolve(server.requests.map(({ body }) => body.toString()).join("\n")),
    close: () => server.close(),
  };
}

testSink({ name: "langfuse", make: makePlace, repeats: null, tryMs: 500 });

const prepared = (entry: CallEntry) =>
  prepareCall(entry, { secrets: createRedactor([]), patterns: null, text: true, keyInfo: true });

async function written(...entries: readonly CallEntry[]): Promise<PlaceServer> {
  const server = await startLangfuse();
  const sink = await openLangfuseSink(settingsFor(server), STRAIGHT);
  await sink.write(entries.map(prepared), AbortSignal.timeout(60_000));
  await sink.close();
  await server.close();
  return server;
}

test("a call for embeddings is an embedding, with its input and no output", async () => {
  const [span] = spansOf(await written(sampleEmbeddings()));
  expect(span).toMatchObject({
    name: "litellm-aembedding",
    attributes: {
      "langfuse.observation.type": "embedding",
      "langfuse.observation.input": '["one text","another"]',
      "langfuse.observation.model.parameters": '{"dimensions":64}',
      "langfuse.trace.name": "litellm-aembedding",
    },
  });
  expect(span?.attributes).not.toHaveProperty("langfuse.observation.output");
});

test("a pair is one trace with two generations", async () => {
  const { primary, silent } = samplePair(1);
  const server = await written(primary, silent);
  const [first, second] = spansOf(server);
  expect(server.requests[0]?.headers).toMatchObject({
    authorization: `Basic ${Buffer.from("pk-lf-test:sk-lf-test").toString("base64")}`,
    "x-langfuse-public-key": "pk-lf-test",
    "x-langfuse-sdk-name": expect.any(String) as string,
  });
  expect(first).toMatchObject({
    traceId: shortHash("req_1", 32),
    parentSpanId: undefined,
    name: "litellm-acompletion",
  });
  expect(second).toMatchObject({ traceId: first?.traceId, name: "litellm-acompletion (silent)" });
  expect(second?.spanId).not.toBe(first?.spanId);
  expect(first?.attributes).toMatchObject({
    "langfuse.observation.type": "generation",
    "langfuse.observation.level": "DEFAULT",
    "langfuse.observation.model.name": "gpt-4o-mini-2024-07-18",
    "langfuse.observation.model.parameters": '{"temperature":0.2}',
    "langfuse.observation.input": '[{"role":"user","content":"What is 1 plus 1?"}]',
    "langfuse.observation.output": "The answer text.",
    "langfuse.observation.usage_details": '{"input":9,"output":7,"total":18,"cache_read_input_tokens":2}',
    "langfuse.observation.cost_details": '{"total":0.0021}',
    // 1,700,000,000,000 + 812.345 - 800.04 + 210.06
    "langfuse.observation.completion_start_time": '"2023-11-14T22:13:20.222Z"',
    "langfuse.environment": "staging",
    "langfuse.trace.name": "litellm-acompletion",
    "langfuse.trace.output": "The answer text.",
    "langfuse.trace.tags": ["checkout", "experiment:chat~candidate"],
    "session.id": "session-7",
    "user.id": "user-7",
    [`${METADATA}.team`]: "blue",
    [`${METADATA}.pair_id`]: "pair_1",
    [`${METADATA}.role`]: "primary",
    [`${METADATA}.is_silent_experiment`]: "false",
  });
  expect(second?.attributes).toMatchObject({
    "langfuse.observation.model.name": expect.any(String) as string,
    "session.id": "session-7",
    [`${METADATA}.primary_call_id`]: "call_p1",
    [`${METADATA}.is_silent_experiment`]: "true",
    [`${METADATA}.queue_wait_ms`]: "1500",
  });
  expect(
    Object.keys(second?.attributes ?? {}).filter((name) => /^langfuse\.trace\.(?:name|input|output)$/.test(name)),
  ).toEqual([]);
});

test("credentials of an OpenTelemetry collector, in the environment, are not sent to Langfuse", async () => {
  process.env["OTEL_EXPORTER_OTLP_HEADERS"] = "x-collector-key=canary-1";
  const server = await written(samplePair(1).primary);
  delete process.env["OTEL_EXPORTER_OTLP_HEADERS"];
  expect(server.requests.map(({ headers }) => headers["x-collector-key"])).toEqual([undefined]);
});

test("the comparison's figures are scores of the silent generation", async () => {
  const { primary, silent } = samplePair(1);
  const server = await written(primary, silent);
  const [, generation] = spansOf(server);
  expect(scoresOf(server).map(({ type, body }) => ({ type, ...body }))).toMatchObject([
    { type: "score-create", name: "understudy.comparable", value: 1, dataType: "BOOLEAN" },
    { name: "understudy.agrees", value: 1, dataType: "BOOLEAN" },
    { name: "understudy.rouge_l", value: 0.75, dataType: "NUMERIC", traceId: generation?.traceId },
  ]);
  for (const { body } of scoresOf(server)) {
    expect(body).toMatchObject({ traceId: generation?.traceId, observationId: generation?.spanId });
  }
});

const review: Review = {
  pair_id: "pair_1",
  experiment: "chat~candidate",
  created_at: 1_700_000_009_000,
  judgement: "prefer_silent",
  not_judged: null,
  choices: { primary_first: "B", silent_first: "A" },
  judge: "judge-1",
  judge_prompt: 1,
  judge_cost_usd: 0.002,
  similarity: 0.93,
  similarity_failed: false,
  embedding_cost_usd: null,
};

async function reviewed(...entries: readonly ReviewEntry[]) {
  const server = await startLangfuse();
  const sink = await openLangfuseReviews(settingsFor(server), STRAIGHT);
  await sink.write(entries, AbortSignal.timeout(60_000));
  await sink.close();
  await server.close();
  return scoresOf(server).map(({ body }) => body);
}

test("what the judge says are scores of the same generation, in the trace that the client named", async () => {
  const trace = { trace_id: "checkout-42" };
  const request = { messages: [], metadata: trace };
  const [generation] = spansOf(await written({ ...samplePair(1).silent, request, comparison: null }));
  const scores = await reviewed({ review, request_id: "req_1", call_id: "call_s1", trace });
  expect(scores).toMatchObject([
    {
      name: "understudy.judgement",
      value: "prefer_silent",
      dataType: "CATEGORICAL",
      comment: "judge-1: B, and A swapped",
      environment: "staging",
    },
    { name: "understudy.judge_preference", value: 1, dataType: "NUMERIC" },
    { name: "understudy.judge_order_dependent", value: 0, dataType: "BOOLEAN" },
    { name: "understudy.similarity", value: 0.93, dataType: "NUMERIC" },
  ]);
  for (const score of scores) {
    expect(score).toMatchObject({ traceId: generation?.traceId, observationId: generation?.spanId });
  }
  expect(new Set(scores.map(({ id }) => id)).size).toBe(4);
});

test("a judge that goes by the order has no preference, and one that was not asked says nothing", async () => {
  const of = (changes: Partial<Review>): ReviewEntry => ({
    review: { ...review, ...changes },
    request_id: "req_1",
    call_id: "call_s1",
    trace: {},
  });
  const names = (await reviewed(of({ judgement: "order_dependent" }))).map(({ name, value }) => [name, value]);
  expect(names).toEqual([
    ["understudy.judgement", "order_dependent"],
    ["understudy.judge_order_dependent", 1],
    ["understudy.similarity", 0.93],
  ]);
  const unasked = await reviewed(of({ judgement: null, not_judged: "over_budget", choices: null, similarity: null }));
  expect(unasked).toEqual([]);
});

test("what LiteLLM's clients say of their trace is heeded", async () => {
  const metadata = {
    trace_id: "checkout-42",
    trace_name: "checkout",
    trace_user_id: "somebody",
    trace_version: "7",
    trace_metadata: { step: "pay" },
    generation_name: "answer",
    session_id: "s-1",
    tags: ["a", "b"],
  };
  const request = { messages: [], metadata };
  const { primary, silent } = samplePair(1);
  const [first, second] = spansOf(await written({ ...primary, request }, { ...silent, request }));
  expect(first).toMatchObject({ name: "answer", traceId: shortHash("checkout-42", 32) });
  expect(second).toMatchObject({ name: "answer (silent)", traceId: shortHash("checkout-42", 32) });
  expect(first?.attributes).toMatchObject({
    "langfuse.trace.name": "checkout",
    "langfuse.trace.metadata.step": "pay",
    "langfuse.version": "7",
    "user.id": "somebody",
    "session.id": "s-1",
    "langfuse.trace.tags": ["a", "b", "experiment:chat~candidate"],
  });
});

test("a call that failed is an error, and says why", async () => {
  const error = { kind: "rate_limit", status: 429, message: "slow down", type: null, code: null, param: null } as const;
  const failed = withRecord(samplePair(1).silent, {
    status: "error",
    answer: null,
    error,
    usage: null,
    cost_usd: null,
  });
  const [span] = spansOf(await written({ ...failed, comparison: null }));
  expect(span?.attributes).toMatchObject({
    "langfuse.observation.level": "ERROR",
    "langfuse.observation.status_message": "rate_limit: slow down",
  });
});
