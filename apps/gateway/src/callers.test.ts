import type { CallerAccounts, ExperimentEvent } from "@understudy/contracts";
import { followControl } from "@understudy/control";
import { silentLogger, systemClock } from "@understudy/runtime";
import type { Simulator } from "@understudy/simulator";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ask } from "./fixtures/ask.fixture.ts";
import { type EmbeddedBench, openEmbeddedBench } from "./fixtures/embedded.fixture.ts";
import {
  modelEntry,
  PLAIN_ROUTER,
  type RunningGateway,
  sayHello,
  startGateway,
  startSimulator,
} from "./fixtures/gateway.fixture.ts";

const MASTER = "sk-test-master";
const client_keys = [
  { key: "sk-test-search", alias: "search", team: "growth" },
  { key: "sk-test-shop", alias: "shop" },
  { key: "sk-test-litellm", alias: "litellm", proxy: true },
  { key: "sk-test-ada", alias: "ada", control: true },
];
const as = (key: string) => ({ authorization: `Bearer ${key}` });
const ONE = "/api/experiments/main~cheap";

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

async function start(silent_model: unknown = "cheap", more: object = {}): Promise<void> {
  const model_list = [
    modelEntry("main", "gpt-4o", upstream, { silent_model }),
    modelEntry("cheap", "gpt-4o-mini", upstream),
  ];
  const general_settings = { master_key: MASTER, client_keys };
  const settings = { model_list, router_settings: PLAIN_ROUTER, general_settings, ...more };
  gateway = await startGateway(settings, { queues: bench.queues, store: bench.store });
}

const chat = (headers: Readonly<Record<string, string>>, body: object = {}) =>
  ask(gateway.url, "/v1/chat/completions", { headers, body: { model: "main", messages: sayHello, ...body } });

/** Whose each mirrored call was, once the gateway has let go of everything. */
async function callersAtEnd() {
  await gateway.stop();
  const jobs = await bench.jobs();
  return jobs
    .toSorted((one, other) => one.primary.timing.started_at - other.primary.timing.started_at)
    .map(({ primary }) => primary.caller);
}

describe("a client key", () => {
  test.each<readonly [string, string, object | undefined]>([
    ["GET", "/v1/models", undefined],
    ["POST", "/v1/chat/completions", { model: "main", messages: sayHello }],
    ["POST", "/v1/messages", { model: "main", messages: sayHello, max_tokens: 9 }],
    ["POST", "/v1/messages/count_tokens", { model: "main", messages: sayHello }],
    ["POST", "/v1/responses", { model: "main", input: "Say hello." }],
  ])("opens %s %s", async (method, path, body) => {
    await start();
    const asked = { method, headers: { "x-api-key": "sk-test-shop" } };
    const { status } = await ask(gateway.url, path, body === undefined ? asked : { ...asked, body });
    expect([401, 403]).not.toContain(status);
  });

  test.each<readonly [string, string]>([
    ["GET", "/api/experiments"],
    ["GET", "/api/pairs"],
    ["PATCH", ONE],
    ["POST", "/api/deletions"],
    ["GET", "/api/nothing"],
  ])("does not open %s %s, and is not told who has others", async (method, path) => {
    await start();
    const { status, json, text } = await ask(gateway.url, path, { method, headers: as("sk-test-search") });
    expect([status, (json as { error: { code: string } }).error.code]).toEqual([403, "key_not_allowed"]);
    expect(text).toContain("The API key of search may call models");
    expect(text).not.toMatch(/sk-test|shop|ada/);
    expect((await ask(gateway.url, path, { method, headers: as("sk-test-searc") })).status).toBe(401);
  });

  test("is the better of two that a client sends", async () => {
    await start();
    const both = { ...as("sk-test-search"), "x-api-key": MASTER };
    expect((await ask(gateway.url, "/api/queues", { headers: both })).status).toBe(200);
    expect((await ask(gateway.url, "/ui/session", { method: "POST", body: { key: "sk-test-ada" } })).status).toBe(401);
  });

  test("that may control does so in its own name", async () => {
    const { control: store } = bench.store;
    const named = [{ id: "main~cheap", primary: "main", silent: "cheap" }];
    const control = followControl({ store, named, disk: null, clock: systemClock, logger: silentLogger });
    await control.service.start();
    const model_list = [
      modelEntry("main", "gpt-4o", upstream, { silent_model: "cheap" }),
      modelEntry("cheap", "x", upstream),
    ];
    const general_settings = { master_key: MASTER, client_keys };
    gateway = await startGateway(
      { model_list, general_settings },
      { queues: bench.queues, store: bench.store, control },
    );
    const headers = as("sk-test-ada");
    const body = { sample_rate: 0.5 };
    expect((await ask(gateway.url, ONE, { method: "PATCH", headers, body })).status).toBe(200);
    const { json } = await ask(gateway.url, `${ONE}/events`, { headers });
    expect((json as { data: ExperimentEvent[] }).data[0]).toMatchObject({ who: "ada", kind: "changed" });
    await control.service.stop(new AbortController().signal);
  });
});

describe("whose call it is", () => {
  test("is known by its key, and goes with the job and into the log, and the key nowhere", async () => {
    await start();
    await chat(as("sk-test-search"));
    await chat(as(MASTER));
    expect(await callersAtEnd()).toEqual([{ key_alias: "search", team: "growth" }, undefined]);
    const [line] = gateway.logged.filter(({ message }) => message === "primary call ok");
    expect(line?.fields).toMatchObject({ user_api_key_alias: "search", user_api_key_team_id: "growth" });
    expect(JSON.stringify([gateway.logged, await bench.jobs()])).not.toContain("sk-test-search");
  });

  test("is said by a proxy in front, by headers or metadata, and believed of nobody else", async () => {
    await start();
    const header = { "x-litellm-user_api_key_alias": "jo", "x-litellm-user_api_key_team_alias": "core" };
    const metadata = { user_api_key_alias: "kim", user_api_key_team_id: "t-1" };
    await chat({ ...as("sk-test-litellm"), ...header });
    await chat(as("sk-test-litellm"), { metadata });
    await chat(as("sk-test-litellm"), { metadata: { user_api_key_alias: 7 } });
    await chat({ ...as("sk-test-shop"), ...header }, { metadata });
    await chat({ ...as(MASTER), ...header }, { metadata });
    expect(await callersAtEnd()).toEqual([
      { key_alias: "jo", team: "core" },
      { key_alias: "kim", team: "t-1" },
      { key_alias: "litellm", team: null },
      { key_alias: "shop", team: null },
      undefined,
    ]);
    expect(JSON.stringify(await bench.jobs())).not.toContain("user_api_key");
  });

  test("limits an experiment, whose account by caller adds up", async () => {
    await bench.forget(["ledger", "ledger_of_callers", "admissions", "experiments"]);
    await start({ model: "cheap", match: { teams: ["growth"] } });
    for (const key of ["sk-test-search", "sk-test-search", "sk-test-shop", MASTER]) await chat(as(key));
    expect(await callersAtEnd()).toHaveLength(2);
    await start();
    const { json } = await ask(gateway.url, `${ONE}/callers`, { headers: as(MASTER) });
    const none = { admitted: 0, paired: 0, failed: 0, expired: 0, dropped: {}, lost: 0, pending: 0, skipped: {} };
    const growth = { ...none, admitted: 2, pending: 2 };
    const skipped = { ...none, skipped: { not_matched: 1 } };
    expect(json).toEqual({
      counts: { ...growth, skipped: { not_matched: 2 } },
      callers: [
        { key_alias: "search", team: "growth", counts: growth },
        { key_alias: "shop", team: null, counts: skipped },
      ],
      others: skipped,
    } satisfies CallerAccounts);
    const byTeam = await ask(gateway.url, `${ONE}/callers?by=team`, { headers: as(MASTER) });
    expect((byTeam.json as CallerAccounts).callers).toEqual([{ key_alias: null, team: "growth", counts: growth }]);
    const unknown = await ask(gateway.url, `${ONE}/callers?by=user`, { headers: as(MASTER) });
    expect([unknown.status, unknown.text]).toEqual([400, expect.stringContaining("`by` must be key or team.")]);
  });
});
