import type { QueuedJobPage, QueueSummary } from "@understudy/contracts";
import type { MirrorJob, DeliveryOutcome } from "@understudy/mirror";
import { systemClock as clock } from "@understudy/runtime";
import type { Simulator } from "@understudy/simulator";
import type { ExperimentSummary, Pair } from "@understudy/store";
import { pollUntil } from "@understudy/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Answered, ask } from "./fixtures/ask.fixture.ts";
import { type EmbeddedBench, openEmbeddedBench } from "./fixtures/embedded.fixture.ts";
import {
  modelEntry,
  PLAIN_ROUTER,
  type RunningGateway,
  sayHello,
  startGateway,
  startSimulator,
} from "./fixtures/gateway.fixture.ts";

const key = "sk-test-master";
const headers = { authorization: `Bearer ${key}` };
const SILENT = "vendor/cheap model";
const FAILED = `/api/queues/${encodeURIComponent(SILENT)}/failed`;
const NONE = { paired: 0, failed: 0, expired: 0, dropped: 0 };

let bench: EmbeddedBench;
let simulator: Simulator;
let gateway: RunningGateway;
let withoutStore: RunningGateway;
let open: RunningGateway;

beforeAll(async () => {
  const started = await startSimulator();
  simulator = started.simulator;
  bench = await openEmbeddedBench();
  const settings = {
    model_list: [
      modelEntry("main", "gpt-4o", started.upstream, { silent_model: SILENT }),
      modelEntry(SILENT, "gpt-4o-mini", started.upstream),
    ],
    router_settings: PLAIN_ROUTER,
  };
  const withKey = { ...settings, general_settings: { master_key: key } };
  gateway = await startGateway(withKey, bench);
  withoutStore = await startGateway(withKey, { queues: bench.queues });
  open = await startGateway(settings, bench);
});
afterEach(() => bench.emptyQueue());
afterAll(async () => {
  await Promise.all([gateway.stop(), withoutStore.stop(), open.stop()]);
  await bench.close();
  await simulator.stop();
});

const get = (path: string, from = gateway) => ask(from.url, path, { headers });
const post = (path: string, more: Readonly<Record<string, string>> = headers, to = gateway): Promise<Answered> =>
  ask(to.url, path, { method: "POST", headers: more });
const queueNow = async (): Promise<QueueSummary | undefined> =>
  ((await get("/api/queues")).json as { data: QueueSummary[] }).data[0];
const failedIds = async (): Promise<readonly string[]> =>
  ((await get(FAILED)).json as QueuedJobPage).data.map(({ pair_id }) => pair_id);
async function countsNow(): Promise<ExperimentSummary["counts"] | undefined> {
  return (await bench.store.experiments.list())[0]?.counts;
}

/** As a worker does it: the outcome first, then what becomes of the job. */
async function settle(job: MirrorJob, outcome: "paired" | "failed"): Promise<DeliveryOutcome> {
  const { pair_id: id, experiment, request_id, silent_model, primary } = job;
  const silent = { ...primary, role: "silent", is_silent_experiment: true } as const;
  const pair: Pair = {
    id,
    experiment,
    request_id,
    silent_model,
    outcome,
    primary,
    silent,
    reason: outcome === "failed" ? "server_error" : null,
    created_at: clock.now(),
    request: JSON.parse(job.request) as unknown,
    comparison: { comparable: true },
  };
  const names = { id: experiment, primary: job.primary_group, silent: silent_model };
  await bench.store.pairs.save(pair, names, { payloads: "full", retentionMs: 1e9 });
  return outcome === "failed" ? { kind: "failed", message: "server_error: it said no" } : { kind: "done" };
}

/** Lets a worker take all that waits, and leave. */
async function work(outcome: "paired" | "failed"): Promise<void> {
  const consumer = bench.queues.consumer({
    silentModel: SILENT,
    concurrency: 1,
    requestsPerMinute: null,
    lostAfterMs: 60_000,
    handle: ({ job }) => settle(job, outcome),
    lost: () => Promise.resolve(),
  });
  await consumer.start();
  const idle = ({ waiting, active }: { waiting: number; active: number }): boolean => waiting + active === 0;
  await pollUntil(() => bench.queues.producer(SILENT).depth(), { until: idle });
  await consumer.stop(new AbortController().signal);
}

async function mirror(count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 1) {
    await ask(gateway.url, "/v1/chat/completions", { body: { model: "main", messages: sayHello }, headers });
  }
  await pollUntil(() => bench.queues.producer(SILENT).depth(), { until: ({ waiting }) => waiting === count });
}

test("GET /api/queues tells of each silent model, busy or not", async () => {
  const idle = {
    silent_model: SILENT,
    depth: { waiting: 0, active: 0, delayed: 0, failed: 0 },
    oldest_ms: null,
    oldest_delayed_ms: null,
    paused: false,
    resting_ms: null,
    ended: NONE,
    pairs_per_minute: 0,
    dropped: {},
  };
  expect((await get("/api/queues")).json).toEqual({ data: [idle], next_cursor: null });
  await mirror(5);
  expect(await queueNow()).toMatchObject({ depth: { waiting: 5 }, oldest_ms: expect.any(Number) });
  await work("failed");
  const depth = { ...idle.depth, failed: 5 };
  expect(await queueNow()).toEqual({ ...idle, depth, ended: { ...NONE, failed: 5 }, pairs_per_minute: 1 });
  expect((await get("/api/queues", withoutStore)).json).toEqual({
    data: [{ ...idle, depth, ended: null, pairs_per_minute: null, dropped: null }],
    next_cursor: null,
  });
});

describe("failed jobs", () => {
  beforeEach(async () => {
    await mirror(3);
    await work("failed");
  });

  test("are listed page by page, without texts", async () => {
    const { text, json } = await get(`${FAILED}?limit=2`);
    const { data, next_cursor } = json as QueuedJobPage;
    expect(data).toHaveLength(2);
    const experiment = gateway.config.experiments[0]?.id;
    expect(data[0]).toMatchObject({ experiment, reason: "server_error: it said no", attempts: 1 });
    expect(text).not.toContain("Say hello");
    const rest = (await get(`${FAILED}?limit=2&cursor=${next_cursor}`)).json as QueuedJobPage;
    expect([rest.data.length, rest.next_cursor]).toEqual([1, null]);
    expect(new Set([...data, ...rest.data].map(({ pair_id }) => pair_id)).size).toBe(3);
  });

  test("are retried one by one: the pair is pending, and then has its one outcome", async () => {
    const before = await countsNow();
    const [id = ""] = await failedIds();
    expect((await post(`${FAILED}/${id}/retry`)).json).toEqual({ pair_id: id, status: "retried" });
    expect(await failedIds()).toHaveLength(2);
    expect((await get(`/api/pairs/${id}`)).status).toBe(404);
    const { admitted = 0, failed = 0, paired = 0 } = before ?? {};
    expect(await countsNow()).toMatchObject({ admitted, failed: failed - 1, paired, pending: 1 });
    const again = await post(`${FAILED}/${id}/retry`);
    expect([again.status, again.json]).toMatchObject([404, { error: { code: "not_found" } }]);
    await work("paired");
    expect(await countsNow()).toMatchObject({ admitted, failed: failed - 1, paired: paired + 1, pending: 0 });
    expect((await get(`/api/pairs/${id}`)).json).toMatchObject({ id, outcome: "paired" });
  });

  test("are discarded one by one: the outcome stays", async () => {
    const [id = ""] = await failedIds();
    expect((await post(`${FAILED}/${id}/discard`)).json).toEqual({ pair_id: id, status: "discarded" });
    expect(await failedIds()).toHaveLength(2);
    expect((await get(`/api/pairs/${id}`)).json).toMatchObject({ outcome: "failed" });
    expect((await post(`${FAILED}/${id}/discard`)).status).toBe(404);
  });

  test("are retried or discarded all at once", async () => {
    expect((await post(`${FAILED}/retry`)).json).toEqual({ retried: 3, refused: [] });
    expect(await queueNow()).toMatchObject({ depth: { waiting: 3, failed: 0 } });
    await work("failed");
    expect((await post(`${FAILED}/discard`)).json).toEqual({ discarded: 3 });
    expect(await queueNow()).toMatchObject({ depth: { waiting: 0, failed: 0 } });
  });

  test("whose pair has ended another way are left alone, with the reason", async () => {
    const [id = ""] = await failedIds();
    const job = (await bench.jobs()).find(({ pair_id }) => pair_id === id);
    expect(job).toBeDefined();
    const { failed_at, ...times } = { failed_at: clock.now(), admitted_at: 1, expires_at: 2 };
    const experiment = { id: job?.experiment ?? "", primary: "main", silent: SILENT };
    await bench.store.pairs.reopen({ pair_id: id, experiment, failed_at, ...times });
    if (job !== undefined) await settle(job, "paired");
    const answer = await post(`${FAILED}/${id}/retry`);
    expect([answer.status, answer.json]).toMatchObject([409, { error: { code: "not_retryable" } }]);
    expect(answer.text).toContain("discard");
    const { retried, refused } = (await post(`${FAILED}/retry`)).json as {
      retried: number;
      refused: { pair_id: string }[];
    };
    expect([retried, refused.map(({ pair_id }) => pair_id)]).toEqual([2, [id]]);
    expect(await failedIds()).toEqual([id]);
  });

  test("stay as they are while the database is away", async () => {
    const [id = ""] = await failedIds();
    for (const path of [`${FAILED}/${id}/retry`, `${FAILED}/retry`]) {
      const answer = await post(path, headers, withoutStore);
      expect([answer.status, answer.json]).toMatchObject([503, { error: { code: "store_unavailable" } }]);
    }
    expect(await failedIds()).toHaveLength(3);
  });
});

describe("jobs that wait", () => {
  const path = (state: string): string => FAILED.replace(/failed$/, state);
  const idsIn = async (state: string): Promise<readonly string[]> =>
    ((await get(path(state))).json as QueuedJobPage).data.map(({ pair_id }) => pair_id);

  /** Mirrors so many, and waits until the account has them. */
  async function admit(count: number): Promise<void> {
    const before = (await countsNow())?.pending ?? 0;
    await mirror(count);
    await pollUntil(countsNow, { until: (counts) => counts?.pending === before + count });
  }

  /** Lets a worker take all that waits, and give it back for another try in a minute. */
  async function delayAll(): Promise<void> {
    const consumer = bench.queues.consumer({
      silentModel: SILENT,
      concurrency: 1,
      requestsPerMinute: null,
      lostAfterMs: 60_000,
      handle: () => Promise.resolve({ kind: "again", afterMs: 60_000 }),
      lost: () => Promise.resolve(),
    });
    await consumer.start();
    const idle = ({ waiting, active }: { waiting: number; active: number }): boolean => waiting + active === 0;
    await pollUntil(() => bench.queues.producer(SILENT).depth(), { until: idle });
    await consumer.stop(new AbortController().signal);
  }

  test("for their turn are listed, and discarded: their mirrors are dropped, and the account balances", async () => {
    await admit(3);
    const { dropped = {}, pending = 0 } = (await countsNow()) ?? {};
    const [first = "", ...others] = await idsIn("waiting");
    expect(others).toHaveLength(2);
    const retried = await post(`${path("waiting")}/${first}/retry`);
    expect([retried.status, retried.text]).toEqual([409, expect.stringContaining("waits for its turn")]);
    expect((await post(`${path("waiting")}/${first}/discard`)).json).toEqual({ pair_id: first, status: "discarded" });
    expect((await post(`${path("waiting")}/${first}/discard`)).status).toBe(404);
    expect((await post(`${path("waiting")}/discard`)).json).toEqual({ discarded: 2 });
    expect(await idsIn("waiting")).toEqual([]);
    expect(await countsNow()).toMatchObject({
      dropped: { ...dropped, discarded: (dropped["discarded"] ?? 0) + 3 },
      pending: pending - 3,
      lost: 0,
    });
  });

  test("for another try are listed, delivered at once when they are retried, and discarded", async () => {
    await admit(3);
    const pending = (await countsNow())?.pending ?? 0;
    await delayAll();
    const [first = "", second = "", third = ""] = await idsIn("delayed");
    expect((await post(`${path("delayed")}/${first}/retry`)).json).toEqual({ pair_id: first, status: "retried" });
    expect(await queueNow()).toMatchObject({ depth: { waiting: 1, delayed: 2 } });
    expect((await post(`${path("delayed")}/${second}/discard`)).status).toBe(200);
    expect((await post(`${path("delayed")}/retry`)).json).toEqual({ retried: 1, refused: [] });
    await work("paired");
    expect((await get(`/api/pairs/${third}`)).json).toMatchObject({ outcome: "paired" });
    expect(await countsNow()).toMatchObject({ pending: pending - 3, lost: 0 });
    expect(await idsIn("active")).toEqual([]);
  });
});

describe("who may", () => {
  const cookie = async (): Promise<string> => {
    const body = JSON.stringify({ key });
    const type = { "content-type": "application/json" };
    const { headers: set } = await ask(gateway.url, "/ui/session", { method: "POST", headers: type, body });
    return String(set["set-cookie"]?.[0]).split(";")[0] ?? "";
  };
  const here = () => ({ origin: gateway.url });

  test("retry: whoever has the key, or a session on a page of the gateway", async () => {
    const session = { cookie: await cookie() };
    const allowed = [headers, { ...session, ...here() }, { ...session, "sec-fetch-site": "same-origin" }];
    for (const sent of allowed) expect((await post(`${FAILED}/retry`, sent)).status).toBe(200);
  });

  test.each([
    ["no key", {}, 401],
    ["another site's origin", { origin: "https://evil.example" }, 403],
    ["an origin that is none", { origin: "null" }, 403],
    ["another port of this machine", { origin: "http://127.0.0.1:1" }, 403],
    ["another site, says the browser", { "sec-fetch-site": "cross-site" }, 403],
    ["another subdomain, says the browser", { "sec-fetch-site": "same-site", origin: "" }, 403],
    ["nothing that says where it is from", null, 401],
  ])("not retry by session: %s", async (what, sent, status) => {
    const session = what === "no key" ? {} : { cookie: await cookie() };
    await mirror(1);
    await work("failed");
    for (const path of ["retry", "discard"]) {
      const code = status === 401 ? "invalid_api_key" : "cross_site_request";
      const answer = await post(`${FAILED}/${path}`, { ...session, ...sent });
      expect([answer.status, answer.json]).toMatchObject([status, { error: { code } }]);
    }
    expect(await failedIds()).toHaveLength(1);
  });

  test("not another site's page where no key is needed, nor one that has the key", async () => {
    for (const elsewhere of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
      for (const [sent, to] of [
        [elsewhere, open],
        [{ ...headers, ...elsewhere }, gateway],
      ] as const) {
        const answer = await post(`${FAILED}/discard`, sent, to);
        expect([answer.status, answer.json]).toMatchObject([403, { error: { code: "cross_site_request" } }]);
      }
    }
    expect((await post(`${FAILED}/retry`, {}, open)).status).toBe(200);
  });
});

describe("what is asked wrongly", () => {
  test.each(["/api/queues/nobody/failed", "/api/queues/vendor/failed", `${FAILED.toUpperCase()}x`])(
    "knows no other silent model or path: %s",
    async (path) => expect((await get(path)).status).toBe(404),
  );

  test("names the silent models there are", async () => {
    const answer = await post("/api/queues/nobody/failed/retry");
    expect([answer.status, answer.text]).toEqual([404, expect.stringContaining(SILENT)]);
  });

  test.each([
    "limit=0",
    "limit=101",
    "limit=x",
    "limit=1e1",
    "limit=",
    "limit=99999999999999999999",
    "cursor=",
    "cursor=a&cursor=b",
  ])("refuses ?%s", async (query) => {
    const answer = await get(`${FAILED}?${query}`);
    expect([answer.status, answer.json]).toMatchObject([400, { error: { param: query.split("=")[0] } }]);
  });

  test("refuses the wrong method", async () => {
    expect((await post("/api/queues")).status).toBe(405);
    expect((await get(`${FAILED}/retry`)).status).toBe(405);
    expect((await get(`${FAILED}/pair_1/discard`)).status).toBe(405);
  });
});
