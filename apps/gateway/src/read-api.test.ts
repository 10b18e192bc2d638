import type { Pair, PairPage } from "@understudy/store";
import { pollUntil } from "@understudy/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "./fixtures/ask.fixture.ts";
import { type EmbeddedBench, openEmbeddedBench } from "./fixtures/embedded.fixture.ts";
import {
  type RunningGateway,
  sayHello,
  startGateway,
  startSimulator,
  usualSettings,
} from "./fixtures/gateway.fixture.ts";

const key = "sk-test-master";
const headers = { authorization: `Bearer ${key}` };
const OUTCOMES = ["paired", "failed", "expired"] as const;
const PAIRS = 25;
let bench: EmbeddedBench;
let gateway: RunningGateway;
let withoutStore: RunningGateway;
let experiment: string;

/** Pairs of real records: what a primary left on the queue, and the same again in the silent model's name. */
beforeAll(async () => {
  bench = await openEmbeddedBench();
  const { simulator, upstream } = await startSimulator();
  const settings = usualSettings(upstream, { general_settings: { master_key: key } });
  gateway = await startGateway(settings, { queues: bench.queues, store: bench.store });
  withoutStore = await startGateway(settings);
  const body = { model: "main", messages: sayHello };
  for (let sent = 0; sent < PAIRS; sent += 1) {
    const named = { ...headers, "x-request-id": `client-${sent}` };
    await ask(gateway.url, "/v1/chat/completions", { body, headers: named });
  }
  await pollUntil(() => bench.jobs(), { until: (jobs) => jobs.length === PAIRS });
  experiment = gateway.config.experiments[0]?.id ?? "";
  for (const [index, job] of (await bench.jobs()).entries()) {
    const primary = job.primary;
    const pair: Pair = {
      id: job.pair_id,
      experiment,
      request_id: job.request_id,
      silent_model: "cheap",
      outcome: OUTCOMES[index % 3] ?? "paired",
      reason: index % 3 === 2 ? "too_old" : null,
      // Many at the same millisecond: a page ends among them.
      created_at: 1_700_000_000_000 + Math.floor(index / 10),
      primary,
      silent: index % 3 === 2 ? null : { ...primary, role: "silent", is_silent_experiment: true, model_group: "cheap" },
      request: JSON.parse(job.request),
      comparison: { comparable: true },
    };
    await bench.store.pairs.save(
      pair,
      { id: experiment, primary: "main", silent: "cheap" },
      { payloads: "full", retentionMs: 1e15 },
    );
  }
  await simulator.stop();
});

afterAll(async () => {
  await withoutStore.stop();
  await gateway.stop();
  await bench.close();
});

const read = (path: string) => ask(gateway.url, path, { headers });
const page = async (query: string): Promise<PairPage> => {
  const answer = await read(`/api/pairs${query}`);
  expect(answer.status).toBe(200);
  return answer.json as PairPage;
};

describe("GET /api/experiments", () => {
  test("lists them with their counts", async () => {
    await expect
      .poll(async () => (await read("/api/experiments")).json)
      .toEqual({
        data: [
          {
            id: experiment,
            primary: "main",
            silent: "cheap",
            replay: false,
            state: "running",
            settings: { sample_rate: 1, ends_at: null, max_usd_per_day: null, concurrency: 8 },
            configured: { sample_rate: 1, ends_at: null, max_usd_per_day: null, concurrency: 8 },
            changed: [],
            tell_when_decided: false,
            rollout: null,
            counts: {
              admitted: PAIRS,
              paired: 9,
              failed: 8,
              expired: 8,
              dropped: {},
              lost: 0,
              pending: 0,
              skipped: {},
            },
          },
        ],
        next_cursor: null,
      });
  });

  test("tells of one with the figures of both sides", async () => {
    const { status, json } = await read(`/api/experiments/${experiment}`);
    expect(status).toBe(200);
    expect(json).toMatchObject({ id: experiment, primary: "main", silent: "cheap", counts: { paired: 9 } });
    const figures = {
      errors: 0,
      error_rate: 0,
      latency_ms: { p50: expect.any(Number), p95: expect.any(Number) },
      first_token_ms: { p50: null, p95: null },
    };
    expect(json).toMatchObject({ sides: { primary: { calls: 25, ...figures }, silent: { calls: 17, ...figures } } });
  });

  test("tells what a decision on it takes, for what the query asks", async () => {
    const { status, json } = await read(`/api/experiments/${experiment}/plan?margin=0.05&floor=0.2&overlap=0.3`);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      experiment,
      rung: "likeness",
      margin: 0.05,
      floor: { value: 0.2, from: "asked" },
      requirements: expect.arrayContaining([expect.objectContaining({ name: "pairs", pairs: 881 })]),
    });
    const slip = await read(`/api/experiments/${experiment}/plan?margin=5`);
    expect(slip.status).toBe(400);
    expect(slip.json).toMatchObject({
      error: { param: "margin", message: expect.stringContaining("0.05 is five points") },
    });
    expect((await read("/api/experiments/nobody/plan")).status).toBe(404);
  });

  test.each(["nobody", "%00", "'%20or%201=1", "x".repeat(5000)])("knows nothing of others (%#)", async (id) => {
    const answer = await read(`/api/experiments/${id}`);
    expect(answer.status).toBe(404);
    expect(answer.json).toMatchObject({ error: { code: "not_found", type: "invalid_request_error" } });
  });
});

describe("GET /api/pairs", () => {
  test("lists the newest first, without texts", async () => {
    const { data } = await page("");
    expect(data).toHaveLength(PAIRS);
    expect(data.map((pair) => pair.created_at)).toEqual(data.map((pair) => pair.created_at).toSorted((a, b) => b - a));
    for (const pair of data) {
      expect(pair).toMatchObject({
        experiment,
        silent_model: "cheap",
        request: null,
        comparison: { comparable: true },
      });
      expect(pair.primary.answer?.text ?? null).toBeNull();
      expect(pair.silent?.answer?.text ?? null).toBeNull();
      expect(pair.silent === null).toBe(pair.outcome === "expired");
    }
  });

  test.each([1, 7, 10, 24, 25])("is read in pages of %i without a gap or a repeat", async (limit) => {
    const all = (await page("")).data.map((pair) => pair.id);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const { data, next_cursor } = await page(`?limit=${limit}${query}`);
      expect(data.length).toBeGreaterThan(0);
      seen.push(...data.map((pair) => pair.id));
      cursor = next_cursor;
    }
    expect(seen).toEqual(all);
  });

  test("can be narrowed by experiment, by outcome and by request", async () => {
    for (const outcome of OUTCOMES) {
      const { data } = await page(`?outcome=${outcome}`);
      expect(new Set(data.map((pair) => pair.outcome))).toEqual(new Set([outcome]));
    }
    expect((await page("?outcome=dropped")).data).toEqual([]);
    expect((await page(`?experiment=${experiment}`)).data).toHaveLength(PAIRS);
    expect((await page("?experiment=nobody")).data).toEqual([]);
    const { data } = await page("?request_id=client-3");
    expect(data).toHaveLength(1);
    expect(data[0]?.primary.client_request_id).toBe("client-3");
    expect((await page(`?request_id=${data[0]?.request_id}`)).data).toEqual(data);
    expect((await page("?request_id=client-3&outcome=failed")).data).toEqual([]);
    expect((await page("?request_id=%00")).data).toEqual([]);
  });

  test("gives no cursor with the last page", async () => {
    expect((await page("")).next_cursor).toBeNull();
    expect((await page(`?limit=${PAIRS}`)).next_cursor).toBeNull();
    expect((await page(`?limit=${PAIRS - 1}`)).next_cursor).toEqual(expect.any(String));
  });

  test.each([
    ["limit", "limit=0"],
    ["limit", "limit=201"],
    ["limit", "limit=-1"],
    ["limit", "limit=1.5"],
    ["limit", "limit=ten"],
    ["limit", "limit="],
    ["limit", "limit=1&limit=2"],
    ["limit", "limit=0x10"],
    ["limit", "limit=1e1"],
    ["limit", "limit=%2010"],
    ["limit", "limit=NaN"],
    ["limit", "limit=99999999999999999999"],
    ["since", "since=99999999999999999999"],
    ["since", "since=8640000000000001"],
    ["since", "since=-1"],
    ["since", "since=1e3"],
    ["since", "since=1.5"],
    ["since", "since=NaN"],
    ["since", "since="],
    ["since", "since=soon"],
    ["since", "since=2026-13-01"],
    ["since", "since=%2B300000-01-01T00:00:00Z"],
    ["until", "until=99999999999999999999"],
    ["until", "until=Infinity"],
    ["slower_than_ms", "slower_than_ms="],
    ["slower_than_ms", "slower_than_ms=NaN"],
    ["slower_than_ms", "slower_than_ms=1e400"],
    ["slower_than_ms", "slower_than_ms=99999999999999999999"],
    ["slower_than_ms", "slower_than_ms=0x10"],
    ["slower_than_ms", "slower_than_ms=1&slower_than_ms=2"],
    ["dearer_than_usd", "dearer_than_usd=-Infinity"],
    ["dearer_than_usd", "dearer_than_usd=%20"],
    ["dearer_than_usd", "dearer_than_usd=1_000"],
    ["cursor", "cursor=x"],
    ["cursor", "cursor="],
    ["cursor", "cursor=WzEsImEiXQ&cursor=WzEsImEiXQ"],
    ["cursor", `cursor=${Buffer.from('["1","x"]').toString("base64url")}`],
    ["outcome", "outcome=fine"],
    ["experiment", "experiment="],
    ["request_id", "request_id=a&request_id=b"],
  ])("refuses a bad %s: %s", async (param, query) => {
    const answer = await read(`/api/pairs?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: { type: "invalid_request_error", code: "invalid_request", param } });
    expect(answer.text).toContain(`\`${param}\``);
  });
});

test.each([
  "since=0&until=8640000000000000",
  "since=2026-01-31",
  "since=2026-01-31T12:00Z&until=2026-01-31T12:00:00.123Z",
  "slower_than_ms=-5&dearer_than_usd=1e-5",
  "slower_than_ms=0.25",
  "text=%00&experiment=%00&request_id=%00",
])("GET /api/pairs reads ?%s", async (query) => {
  expect((await read(`/api/pairs?${query}`)).status).toBe(200);
});

describe("GET /api/pairs/:id", () => {
  test("shows both answers and the request", async () => {
    const [listed] = (await page("?request_id=client-0")).data;
    const { status, json } = await read(`/api/pairs/${listed?.id}`);
    expect(status).toBe(200);
    const pair = json as Pair;
    expect(pair.request).toEqual({ model: "main", messages: sayHello });
    expect(json).toMatchObject({
      said: expect.any(String),
      notes: [],
      conversation: { turns: sayHello.map(({ role, content }) => ({ role, text: content })), tools: [], wants: null },
    });
    expect(pair.primary).toMatchObject({
      role: "primary",
      is_silent_experiment: false,
      answer: { finish_reason: "stop" },
    });
    expect(pair.silent).toMatchObject({
      role: "silent",
      is_silent_experiment: true,
      answer: { finish_reason: "stop" },
    });
    expect(pair.primary.answer?.text).toMatch(/\w/);
    expect(pair.silent?.answer?.text).toBe(pair.primary.answer?.text);
  });

  test.each(["pair_nobody", "%00", "x".repeat(5000)])("knows nothing of others (%#)", async (id) => {
    const answer = await read(`/api/pairs/${id}`);
    expect(answer.status).toBe(404);
    expect(answer.json).toMatchObject({ error: { code: "not_found" } });
  });
});

/** What its driver says of it. */
const AWAY = "connect ECONNREFUSED 127.0.0.1:1";

describe("without the database", () => {
  test.each(["/api/experiments", "/api/experiments/x", "/api/pairs", "/api/pairs/x"])(
    "%s says so, and why it cannot be read stands in the log alone",
    async (path) => {
      const answer = await ask(withoutStore.url, path, { headers });
      expect(answer.status).toBe(503);
      expect(answer.json).toMatchObject({ error: { type: "server_error", code: "store_unavailable" } });
      expect(answer.text).not.toContain(AWAY);
      expect(withoutStore.logged.at(-1)).toMatchObject({
        level: "warn",
        fields: { error: `Error: ${AWAY}` },
      });
    },
  );

  test("readiness is degraded, and the gateway stays in its load balancer", async () => {
    const answer = await ask(withoutStore.url, "/health/readiness");
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      status: "degraded",
      parts: { queue: { ready: true }, database: { ready: false }, mirroring: { ready: true } },
    });
    expect(answer.text).not.toContain(AWAY);
    const wrong = await ask(withoutStore.url, "/health/readiness", { headers: { authorization: "Bearer sk-test-x" } });
    expect(wrong.text).not.toContain(AWAY);
    const withKey = await ask(withoutStore.url, "/health/readiness", { headers });
    expect(withKey.json).toMatchObject({ parts: { database: { ready: false, error: AWAY } } });
    expect((await ask(gateway.url, "/health/readiness")).json).toMatchObject({ status: "ready" });
  });
});
