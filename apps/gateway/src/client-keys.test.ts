import type { Simulator } from "@understudy/simulator";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ask } from "./fixtures/ask.fixture.ts";
import { type RunningGateway, modelEntry, sayHello, startGateway, startSimulator } from "./fixtures/gateway.fixture.ts";
import { createHeldQueues, type HeldQueues } from "./fixtures/held-queues.fixture.ts";
import { openUpstream, type Upstream } from "./fixtures/upstream.fixture.ts";

// What a client must not be able to say: whom the gateway calls, with which key, and whether it is mirrored.
const canary = "sk-test-canary-of-the-client";
let simulator: Simulator;
let elsewhere: Upstream;
let queues: HeldQueues;
let gateway: RunningGateway;

beforeAll(async () => {
  const started = await startSimulator();
  simulator = started.simulator;
  elsewhere = await openUpstream((_body, response) => response.end("{}"));
  queues = createHeldQueues();
  const model_list = [
    modelEntry("main", "gpt-4o", started.upstream, { silent_model: "cheap" }),
    modelEntry("cheap", "gpt-4o-mini", started.upstream),
    modelEntry("spare", "gpt-4.1", started.upstream),
  ];
  gateway = await startGateway({ model_list, router_settings: { num_retries: 0 } }, { queues });
});

beforeEach(() => simulator.reset());

afterAll(async () => {
  await gateway.stop();
  await elsewhere.close();
  await simulator.stop();
});

const plain = { model: "main", messages: [...sayHello] };

/** Everything at once, each aimed at a place or a key that would show. */
const wishes = (): Record<string, unknown> => ({
  is_silent_experiment: true,
  "Is-Silent-Experiment": true,
  silent_model: "spare",
  api_base: elsewhere.url,
  base_url: elsewhere.url,
  API_BASE: elsewhere.url,
  api_key: canary,
  "api-key": canary,
  api_version: "2024-01-01",
  custom_llm_provider: "azure",
  organization: canary,
  extra_headers: { "x-simulate": "fail-500", authorization: `Bearer ${canary}` },
  headers: { "x-simulate": "fail-500" },
  mock_response: "mocked",
  mock_timeout: true,
  fallbacks: ["spare"],
  context_window_fallbacks: [{ main: ["spare"] }],
  disable_fallbacks: true,
  num_retries: 5,
  max_retries: 5,
  timeout: 0.001,
  request_timeout: 0.001,
  stream_timeout: 0.001,
  drop_params: true,
  additional_drop_params: ["messages"],
  cache: { "no-cache": true },
  guardrails: ["none"],
  tags: ["free"],
  ttl: 1,
  litellm_params: { api_base: elsewhere.url },
  model_list: [{ model_name: "main", litellm_params: { api_base: elsewhere.url } }],
  router_settings: { num_retries: 5 },
  user_config: { model_list: [] },
  user_api_key_dict: { spend: 0 },
  proxy_server_request: { url: elsewhere.url },
  aws_access_key_id: canary,
  azure_ad_token: canary,
  vertex_credentials: canary,
  litellm_call_id: "mine",
  litellm_logging_obj: {},
});

describe.each([
  ["at the top", () => ({ ...plain, ...wishes() })],
  ["in metadata", () => ({ ...plain, metadata: wishes() })],
  ["in litellm_metadata", () => ({ ...plain, litellm_metadata: wishes() })],
  ["deep in metadata", () => ({ ...plain, metadata: { a: [{ b: wishes() }] } })],
])("keys of the gateway that a client sends %s", (where, body) => {
  test("change nothing, reach no provider and no other address", async () => {
    const answer = await ask(gateway.url, "/v1/chat/completions", { body: body() });
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain("mocked");
    expect(simulator.requests().map(({ body: sent }) => sent)).toEqual([{ ...plain, model: "gpt-4o" }]);
    const [request] = simulator.requests();
    expect(request?.headers.authorization).toBe("Bearer sk-test-main");
    expect(JSON.stringify(request?.headers)).not.toContain(canary);
    expect(elsewhere.count()).toBe(0);
  });

  test("neither keep the request from being mirrored nor ride along", async () => {
    const headers = { "x-request-id": `mirrored:${where.replaceAll(" ", "-")}` };
    await ask(gateway.url, "/v1/chat/completions", { body: body(), headers });
    const job = await queues.jobOf(headers["x-request-id"]);
    expect(job).toMatchObject({ silent_model: "cheap", primary: { role: "primary", is_silent_experiment: false } });
    expect(JSON.stringify(job)).not.toContain(canary);
    expect(JSON.stringify(job)).not.toContain(elsewhere.url);
    expect(JSON.parse(job.request)).not.toHaveProperty("metadata.is_silent_experiment");
  });
});

test("in extra_body they are taken out, and what else stands there is the provider's to judge", async () => {
  const body = { ...plain, extra_body: { ...wishes(), top_k: 5 } };
  expect((await ask(gateway.url, "/v1/chat/completions", { body })).status).toBe(200);
  const [request] = simulator.requests();
  expect(request?.model).toBe("gpt-4o");
  expect(request?.body).toMatchObject({ extra_body: { top_k: 5 } });
  expect(JSON.stringify(request?.body)).not.toContain(canary);
  expect(JSON.stringify(request?.body)).not.toContain(elsewhere.url);
  expect(elsewhere.count()).toBe(0);
});

test("a request header does not reach the provider", async () => {
  const headers = {
    "x-simulate": "fail-500",
    "api-key": canary,
    "openai-organization": canary,
    "x-api-base": elsewhere.url,
  };
  const answer = await ask(gateway.url, "/v1/chat/completions", {
    body: plain,
    headers: { ...headers, cookie: canary },
  });
  expect(answer.status).toBe(200);
  expect(JSON.stringify(simulator.requests()[0]?.headers)).not.toContain(canary);
});

test("a failed call is not answered by the fallback that the client names", async () => {
  simulator.script("gpt-4o", "fail-500");
  const body = { ...plain, fallbacks: ["spare"], num_retries: 3 };
  expect((await ask(gateway.url, "/v1/chat/completions", { body })).status).toBe(500);
  expect(simulator.requests().map((request) => request.model)).toEqual(["gpt-4o"]);
});

test("what is the model's to read is forwarded untouched, whatever its keys are called", async () => {
  const properties = {
    api_key: { type: "string" },
    silent_model: { type: "string" },
    mock_response: { type: "string" },
  };
  const body = {
    model: "main",
    messages: [
      { role: "user", content: "Store my key.", api_key: "kept" },
      {
        role: "assistant",
        content: null,
        tool_calls: [
          { id: "c1", type: "function", function: { name: "store", arguments: '{"api_key":"sk-test-of-a-tool"}' } },
        ],
      },
      { role: "tool", tool_call_id: "c1", content: '{"api_base":"http://x"}' },
    ],
    tools: [
      {
        type: "function",
        function: { name: "store", parameters: { type: "object", properties, required: ["api_key"] } },
      },
    ],
    response_format: { type: "json_schema", json_schema: { name: "x", schema: { type: "object", properties } } },
    some_parameter_of_tomorrow: { api_key: "untouched" },
  };
  const headers = { "x-request-id": "tools" };
  expect((await ask(gateway.url, "/v1/chat/completions", { body, headers })).status).toBe(200);
  expect(simulator.requests()[0]?.body).toEqual({ ...body, model: "gpt-4o" });
  expect((await queues.jobOf("tools")).request).toBe(JSON.stringify(body));
});

test("metadata goes to the provider only with an answer that is stored there, and is never marked as silent", async () => {
  const metadata = { team: "search", is_silent_experiment: true };
  await ask(gateway.url, "/v1/chat/completions", { body: { ...plain, metadata, store: true } });
  await ask(gateway.url, "/v1/chat/completions", { body: { ...plain, metadata } });
  const [stored, notStored] = simulator.requests();
  expect(stored?.body).toEqual({ ...plain, model: "gpt-4o", store: true, metadata: { team: "search" } });
  expect(notStored?.body).toEqual({ ...plain, model: "gpt-4o" });
});
