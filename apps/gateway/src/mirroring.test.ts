import type { MirrorJob } from "@understudy/mirror";
import type { Simulator } from "@understudy/simulator";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Asked, ask, send } from "./fixtures/ask.fixture.ts";
import { type EmbeddedBench, openEmbeddedBench } from "./fixtures/embedded.fixture.ts";
import {
  type RunningGateway,
  modelEntry,
  PLAIN_ROUTER,
  sayHello,
  startGateway,
  startSimulator,
} from "./fixtures/gateway.fixture.ts";
import { openUpstream } from "./fixtures/upstream.fixture.ts";

let bench: EmbeddedBench;
let simulator: Simulator;
let upstream: string;
let gateway: RunningGateway;

beforeAll(async () => {
  bench = await openEmbeddedBench();
  ({ simulator, upstream } = await startSimulator());
});

afterAll(async () => {
  await simulator.stop();
  await bench.close();
});

beforeEach(async () => {
  await bench.emptyQueue();
  simulator.reset();
});

afterEach(() => gateway.stop());

/** `main` with what is said of it, and two silent models. */
async function start(more: object, settings: object = {}): Promise<void> {
  const model_list = [
    modelEntry("main", "gpt-4o", upstream, more),
    modelEntry("cheap", "gpt-4o-mini", upstream),
    modelEntry("other", "gpt-4.1-nano", upstream),
  ];
  const { queues, store } = bench;
  gateway = await startGateway({ model_list, router_settings: PLAIN_ROUTER, ...settings }, { queues, store });
}

const chat = (body: object = {}, headers: Asked["headers"] = {}) =>
  ask(gateway.url, "/v1/chat/completions", { body: { model: "main", messages: sayHello, ...body }, headers });

/** What is on the queues once the gateway has let go of everything. */
async function jobsAtEnd(): Promise<readonly MirrorJob[]> {
  await gateway.stop();
  return bench.jobs();
}

/** The ledger's counts once the gateway has written them. */
async function countsAtEnd(experiment: string) {
  await gateway.stop();
  return (await bench.store.experiments.read(experiment))?.counts;
}

describe("a request is mirrored", () => {
  test("once to each silent model, as it was sent, with the primary's record", async () => {
    await start({ silent_model: ["cheap", "other"] });
    const body = JSON.stringify({ model: "main", messages: sayHello, metadata: { team: "search" }, seed: 7 }, null, 1);
    const answer = await ask(gateway.url, "/v1/chat/completions", { body, headers: { "x-request-id": "trace-1" } });
    const jobs = await jobsAtEnd();
    expect(jobs.map((job) => job.silent_model).toSorted()).toEqual(["cheap", "other"]);
    expect(new Set(jobs.map((job) => job.pair_id)).size).toBe(2);
    const text = (answer.json as { choices: { message: { content: string } }[] }).choices[0]?.message.content;
    for (const job of jobs) {
      expect(job.request).toBe(body);
      expect(job).toMatchObject({ version: 1, primary_group: "main", payloads: "full" });
      expect(job.expires_at).toBe(job.admitted_at + 3_600_000);
      expect(job.primary).toMatchObject({
        role: "primary",
        is_silent_experiment: false,
        status: "ok",
        client_request_id: "trace-1",
        request_id: job.request_id,
        model: "gpt-4o",
        stream: false,
        answer: { text, finish_reason: "stop" },
        error: null,
        timing: { queue_wait_ms: null },
      });
      expect(job.primary.attempts).toHaveLength(1);
    }
  });

  test("when it is streamed, with the whole answer and the time of its first token", async () => {
    await start({ silent_model: "cheap" });
    await chat({ stream: true, stream_options: { include_usage: true } });
    const [job] = await jobsAtEnd();
    expect(job?.primary).toMatchObject({ status: "ok", stream: true, answer: { text: expect.stringMatching(/\w/) } });
    expect(job?.primary.usage?.output_tokens).toBeGreaterThan(0);
    expect(job?.primary.timing.first_token_ms).toBeGreaterThan(0);
    expect(JSON.parse(job?.request ?? "")).toMatchObject({ stream: true });
  });

  test("when the primary fails", async () => {
    await start({ silent_model: "cheap" });
    simulator.script("gpt-4o", "fail-500");
    expect((await chat()).status).toBe(500);
    const [job, ...more] = await jobsAtEnd();
    expect(more).toEqual([]);
    expect(job?.primary).toMatchObject({ status: "error", answer: null, error: { kind: "server_error", status: 500 } });
  });

  test("when the primary is cut off in the middle", async () => {
    await start({ silent_model: "cheap" });
    simulator.script("gpt-4o", "cut");
    expect((await chat({ stream: true })).text).toMatch(/"code":"connection"}}\n\n$/);
    const [job] = await jobsAtEnd();
    expect(job?.primary).toMatchObject({ status: "partial", error: { kind: "connection" } });
    expect(job?.primary.answer?.text).toMatch(/\w/);
  });

  test("once, when it took several attempts", async () => {
    await start({ silent_model: "cheap", num_retries: 2 }, { router_settings: { retry_after: 0 } });
    simulator.scriptOnce("gpt-4o", ["fail-500"]);
    expect((await chat()).status).toBe(200);
    const jobs = await jobsAtEnd();
    expect(jobs).toHaveLength(1);
    expect(jobs[0]?.primary.attempts.map((attempt) => attempt.outcome)).toEqual(["server_error", "ok"]);
  });

  test("when its client leaves early, as far as the answer had come", async () => {
    await start({ silent_model: "cheap" });
    simulator.script("gpt-4o", "stall");
    const ended = simulator.nextEnd();
    const body = { model: "main", messages: sayHello, stream: true };
    const response = await send(gateway.url, "/v1/chat/completions", { body });
    response.once("data", () => response.destroy());
    expect((await ended).end).toBe("aborted");
    const counted = 'understudy_http_requests_total{route="/v1/chat/completions",status="499"} 1';
    expect((await ask(gateway.url, "/metrics")).text).toContain(counted);
    const [job] = await jobsAtEnd();
    expect(job?.primary).toMatchObject({ status: "partial", error: { kind: "aborted", status: 499 } });
    expect(job?.primary.answer?.text).toMatch(/\w/);
  });

  test("to the silent model of the deployment that answered, after a fallback", async () => {
    const model_list = [
      modelEntry("main", "gpt-4o", upstream, { silent_model: "cheap" }),
      modelEntry("backup", "gpt-4.1", upstream, { silent_model: "other" }),
      modelEntry("cheap", "gpt-4o-mini", upstream),
      modelEntry("other", "gpt-4.1-nano", upstream),
    ];
    await start({}, { model_list, router_settings: { ...PLAIN_ROUTER, fallbacks: [{ main: ["backup"] }] } });
    simulator.script("gpt-4o", "fail-500");
    expect((await chat()).status).toBe(200);
    const jobs = await jobsAtEnd();
    expect(jobs).toMatchObject([
      { silent_model: "other", primary_group: "backup", primary: { model_group: "main", answered_by: "backup" } },
    ]);
  });
});

describe("a request is not mirrored", () => {
  const experiment = (): string => gateway.config.experiments[0]?.id ?? "";

  test.each(["off", "OFF", " off "])("when its client says %j", async (wish) => {
    await start({ silent_model: "cheap" });
    const before = (await bench.store.experiments.read(experiment()))?.counts;
    expect((await chat({}, { "x-understudy-mirror": wish })).status).toBe(200);
    const counts = await countsAtEnd(experiment());
    expect((counts?.skipped["opted_out"] ?? 0) - (before?.skipped["opted_out"] ?? 0)).toBe(1);
    expect(counts?.admitted).toBe(before?.admitted ?? 0);
    expect(await bench.jobs()).toEqual([]);
  });

  test("when its body is too large", async () => {
    await start({ silent_model: { model: "cheap", max_body_bytes: 1000 } });
    const bytes = JSON.stringify({ model: "main", messages: sayHello, user: "" }).length;
    await chat({ user: "u".repeat(1000 - bytes) });
    await chat({ user: "u".repeat(1001 - bytes) });
    const jobs = await jobsAtEnd();
    expect(jobs.map((job) => job.request.length)).toEqual([1000]);
    expect((await bench.store.experiments.read(experiment()))?.counts.skipped).toMatchObject({ body_too_large: 1 });
  });

  test.each([
    ["x-stainless-retry-count", "0", "1"],
    ["idempotency-key", "key-1", "key-1"],
  ])("when its client's SDK tries again after a failure: %s", async (name, first, second) => {
    await start({ silent_model: "cheap" });
    const before = (await bench.store.experiments.read(experiment()))?.counts;
    simulator.scriptOnce("gpt-4o", ["fail-500"]);
    expect((await chat({}, { [name]: first })).status).toBe(500);
    expect((await chat({}, { [name]: second })).status).toBe(200);
    const counts = await countsAtEnd(experiment());
    expect((counts?.skipped["client_retry"] ?? 0) - (before?.skipped["client_retry"] ?? 0)).toBe(1);
    expect(await bench.jobs()).toMatchObject([{ primary: { status: "error", error: { status: 500 } } }]);
  });

  test("when its client left before it had any answer", async () => {
    await start({ silent_model: "cheap" });
    simulator.script("gpt-4o", "hang");
    const [arrived, ended] = [simulator.nextRequest(), simulator.nextEnd()];
    const leaving = new AbortController();
    const asked = fetch(`${gateway.url}/v1/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ model: "main", messages: sayHello }),
      signal: leaving.signal,
    });
    await arrived;
    leaving.abort();
    await expect(asked).rejects.toThrow("abort");
    expect((await ended).end).toBe("aborted");
    const counts = await countsAtEnd(experiment());
    expect(counts?.skipped).toMatchObject({ client_aborted: 1 });
    expect(await bench.jobs()).toEqual([]);
  });

  test("when nothing is sampled", async () => {
    await start({ silent_model: { model: "cheap", sample_rate: 0 } });
    for (let sent = 0; sent < 5; sent += 1) await chat();
    expect(await jobsAtEnd()).toEqual([]);
    expect((await bench.store.experiments.read(experiment()))?.counts.skipped).toMatchObject({ not_sampled: 5 });
  });

  test("when no silent model is named, or the request never got as far as a model", async () => {
    await start({});
    await chat();
    await chat({ messages: [] });
    await chat({ model: "nobody" });
    expect(await jobsAtEnd()).toEqual([]);
  });
});

test("half of the requests are mirrored at a rate of a half, and the same half each time", async () => {
  await start({
    silent_model: [
      { model: "cheap", sample_rate: 0.5 },
      { model: "other", sample_rate: 0.5 },
    ],
  });
  const ids = Array.from({ length: 60 }, (_, index) => `sampled-${index}`);
  for (const id of [...ids, ...ids]) await chat({}, { "x-request-id": id });
  const jobs = await jobsAtEnd();
  const picked = (silent: string) =>
    jobs.filter((job) => job.silent_model === silent).map((job) => String(job.primary.client_request_id));
  for (const silent of ["cheap", "other"]) {
    const unique = new Set(picked(silent));
    expect(picked(silent)).toHaveLength(unique.size * 2);
    expect(unique.size).toBeGreaterThan(15);
    expect(unique.size).toBeLessThan(45);
  }
  expect(new Set(picked("cheap"))).toEqual(new Set(picked("other")));
});

test("what is on the queue holds no key, neither ours nor the client's", async () => {
  const canaries = [
    "sk-test-canary-deployment",
    "sk-test-canary-header",
    "sk-test-canary-extra",
    "sk-test-canary-master",
  ];
  const [api_key = "", header = "", extra = "", master_key = ""] = canaries;
  const settings = { general_settings: { master_key } };
  const more = { api_key, extra_headers: { "x-secret": header }, extra_body: { secret: extra } };
  await start({ silent_model: ["cheap", "other"], ...more }, settings);
  const sent = { api_key: "sk-test-canary-sent", metadata: { api_key: "sk-test-canary-sent", kept: "kept" } };
  const headers = { authorization: `Bearer ${master_key}`, "openai-organization": "sk-test-canary-org" };
  expect((await chat(sent, headers)).status).toBe(200);
  simulator.script("gpt-4o", "fail-401");
  await chat(sent, headers);
  const jobs = await jobsAtEnd();
  expect(jobs).toHaveLength(4);
  const raw = await bench.rawQueue();
  expect(raw).toContain("pair_");
  expect(raw).toContain("kept");
  expect(raw).not.toContain("canary");
  // The canaries were alive: the provider did get them.
  const [request] = simulator.requests();
  expect(request?.headers).toMatchObject({ authorization: `Bearer ${api_key}`, "x-secret": header });
  expect(request?.body).toMatchObject({ secret: extra });
});

test("the primary call is the same whether it is mirrored or not", async () => {
  const sent = { metadata: { team: "search" }, store: true };
  const seenOf = async (more: object) => {
    simulator.reset();
    await start(more);
    await chat(sent);
    await gateway.stop();
    return simulator.requests().map(({ headers, body }) => ({ ...headers, host: "", body }));
  };
  const mirrored = await seenOf({ silent_model: ["cheap", "other"] });
  expect(mirrored).toEqual(await seenOf({}));
  expect(mirrored).toHaveLength(1);
  expect(JSON.stringify(mirrored)).not.toContain("silent");
});

test("the line of a primary call names its pairs", async () => {
  await start({ silent_model: ["cheap", "other"] });
  await chat();
  const jobs = await jobsAtEnd();
  const line = gateway.logged.find(({ message }) => message.startsWith("primary call"));
  expect(line?.fields).toMatchObject({
    role: "primary",
    is_silent_experiment: false,
    pair_ids: expect.arrayContaining(jobs.map((job) => job.pair_id)),
    request_id: jobs[0]?.request_id,
  });
});

test("the header that a provider is handed back goes to the provider alone", async () => {
  const given = { "x-codex-turn-state": "turn-1" };
  const provider = await openUpstream((_body, response, request) => {
    const output = [{ type: "message", role: "assistant", content: [{ type: "output_text", text: "Hello." }] }];
    response.writeHead(200, { "content-type": "application/json", ...given });
    response.end(JSON.stringify({ id: "resp_1", object: "response", status: "completed", output }));
    handedBack.push(request.headers["x-codex-turn-state"]);
  });
  const handedBack: unknown[] = [];
  await start({ silent_model: "cheap", api_base: provider.url });
  const headers = { ...given, "openai-beta": "responses=v1" };
  const { headers: answered } = await ask(gateway.url, "/v1/responses", {
    body: { model: "main", input: "Say hello." },
    headers,
  });
  expect(answered).toMatchObject(given);
  expect(handedBack).toEqual(["turn-1"]);
  expect((await jobsAtEnd()).map((job) => job.headers)).toEqual([{ "openai-beta": "responses=v1" }]);
  await provider.close();
});
