import { APIS } from "@understudy/apis";
import type { ApiName } from "@understudy/contracts";
import { describe, expect, test } from "vitest";
import type { CallRequest } from "./call/call.ts";
import { ask, useSimulator } from "./call/router.fixture.ts";

const fixture = useSimulator();
const { simulator } = fixture;
const NO_RETRIES = { num_retries: 0 };

const WEATHER = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const FRANCE = "What is the capital of France?";
const PARIS = "What is the weather in Paris?";

/** What a client of each API asks for, with a tool and without. */
const ASKED: Readonly<Record<"chat" | "responses" | "messages", (text: string) => CallRequest["body"]>> = {
  chat: (text) => ({
    model: "m",
    max_tokens: 400,
    stream_options: { include_usage: true },
    messages: [
      { role: "system", content: "Answer in a few words." },
      { role: "user", content: text },
    ],
    tools: [{ type: "function", function: { name: "get_weather", parameters: WEATHER } }],
  }),
  responses: (text) => ({
    model: "m",
    max_output_tokens: 400,
    store: false,
    instructions: "Answer in a few words.",
    input: text,
    tools: [{ type: "function", name: "get_weather", parameters: WEATHER }],
  }),
  messages: (text) => ({
    model: "m",
    max_tokens: 400,
    system: "Answer in a few words.",
    messages: [{ role: "user", content: text }],
    tools: [{ name: "get_weather", input_schema: WEATHER }],
  }),
};
type Client = keyof typeof ASKED;

/** A deployment that is asked in an API; the last one speaks Responses alone. */
const DEPLOYMENTS = {
  messages: { model: "anthropic/claude-sonnet-4-5" },
  chat: { model: "deepseek/deepseek-chat" },
  responses: { model: "openai/responses/gpt-4o" },
} as const;

const PAIRS = (Object.keys(ASKED) as Client[]).flatMap((client) =>
  (Object.keys(DEPLOYMENTS) as Client[]).filter((via) => via !== client).map((via) => [client, via] as const),
);

const routerTo = (via: Client, params = {}) =>
  fixture.router([["m", "", { ...DEPLOYMENTS[via], ...params }]], NO_RETRIES);

function asking(client: Client, text: string, more: object = {}, given: Partial<CallRequest> = {}) {
  return { operation: client as ApiName, body: { ...ASKED[client](text), ...more }, ...given };
}

describe.each(PAIRS)("a client that speaks %s, and a deployment that speaks %s", (client, via) => {
  test.each([false, true])("an answer, streamed: %s", async (stream) => {
    const { record } = await ask(routerTo(via), "m", asking(client, FRANCE, { stream }));
    expect(record).toMatchObject({ status: "ok", stream, operation: client, changes: [] });
    expect(record.answer?.text).toContain("Paris");
    expect(record.answer?.finish_reason).toBe("stop");
    expect(record.usage?.input_tokens).toBeGreaterThan(5);
    expect(record.usage?.output_tokens).toBeGreaterThan(3);
    expect(record.timing.first_token_ms).toBe(stream ? 0 : null);
    expect(simulator.requests().map(({ path }) => path)).toEqual([`/v1${APIS[via].paths[0]}`]);
  });

  test.each([false, true])("a call of a tool, streamed: %s", async (stream) => {
    const { record } = await ask(routerTo(via), "m", asking(client, PARIS, { stream }));
    expect(record.answer?.tool_calls).toEqual([{ name: "get_weather", arguments: '{"city":"Paris"}' }]);
    expect(record.answer?.finish_reason).toBe("tool_calls");
  });

  test("what the provider refuses is told as the client's API tells it", async () => {
    simulator.script(modelOf(via), "fail-429");
    const { call, record } = await ask(routerTo(via), "m", asking(client, FRANCE));
    expect(call.status).toBe(429);
    expect(record).toMatchObject({ status: "error", error: { kind: "rate_limit" } });
    const shape = client === "messages" ? { type: "error", error: { type: "rate_limit_error" } } : { error: {} };
    expect(JSON.parse(call.errorText() ?? "null")).toMatchObject(shape);
  });

  test("a stream that is cut is no whole answer", async () => {
    simulator.script(modelOf(via), "cut");
    const { router, read } = cutting(via);
    expect(await read(router, asking(client, FRANCE, { stream: true }))).toMatchObject({ status: "partial" });
  });

  test("an error within a stream ends it", async () => {
    simulator.script(modelOf(via), "stream-error");
    const { text, record } = await ask(routerTo(via), "m", asking(client, FRANCE, { stream: true }));
    expect(record.status).toBe("partial");
    expect(record.error).not.toBeNull();
    expect(text).toContain('"error"');
    expect(APIS[client].read(Buffer.from(text)).complete).toBe(false);
  });
});

function modelOf(via: Client): string {
  return { messages: "claude-sonnet-4-5", chat: "deepseek-chat", responses: "gpt-4o" }[via];
}

/** A call whose reader is told of the break, and what the record then says. */
function cutting(via: Client) {
  const router = routerTo(via);
  const read = async (router_: typeof router, given: Partial<CallRequest>) => {
    const call = await router_.call({
      requestId: "req_1",
      clientRequestId: null,
      role: "primary",
      operation: "chat",
      requestedModel: "m",
      group: "m",
      body: {},
      signal: null,
      timeoutMs: null,
      persist: true,
      ...given,
    });
    await expect(readAll(call.body)).rejects.toThrow("the connection");
    return call.record();
  };
  return { router, read };
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.byteLength;
  return bytes;
}

describe("what cannot be carried", () => {
  test("is refused before anything is sent, in words that say what to write", async () => {
    const { call, record } = await ask(routerTo("messages"), "m", asking("chat", FRANCE, { n: 2 }));
    expect(record.error).toMatchObject({ kind: "bad_request", status: 400, param: "n", code: "not_carried" });
    expect(call.error?.message).toContain("leave `n` out");
    expect(simulator.requests()).toEqual([]);
  });

  test("goes to a deployment of the group that speaks the client's API", async () => {
    const router = fixture.router([
      ["m", "", DEPLOYMENTS.messages],
      ["m", "gpt-4o"],
    ]);
    const { record } = await ask(router, "m", asking("chat", FRANCE, { n: 2 }));
    expect(record).toMatchObject({ status: "ok", deployment: "d1" });
    expect(record.attempts.map(({ outcome }) => outcome)).toEqual(["bad_request", "ok"]);
  });

  test("says nothing of a silent model", async () => {
    const silent = asking("chat", FRANCE, { logprobs: true }, { role: "silent", persist: false });
    const { record } = await ask(routerTo("messages"), "m", silent);
    expect(record.error?.our_adaptation).toBe("nothing_to_leave_out");
  });

  test("and is of little weight is left out, and the record says so", async () => {
    const { record } = await ask(routerTo("messages"), "m", asking("chat", FRANCE, { seed: 7, logit_bias: { 5: 1 } }));
    expect(record.status).toBe("ok");
    expect(record.changes).toMatchObject([
      { param: "logit_bias", action: "dropped" },
      { param: "seed", action: "dropped" },
    ]);
  });
});

test("a silent call over the bridge has what every silent call has changed, and what the bridge changes", async () => {
  const given = asking("chat", FRANCE, { user: "someone", max_tokens: undefined }, { role: "silent", persist: false });
  const { record } = await ask(routerTo("messages"), "m", given);
  expect(record.status).toBe("ok");
  expect(record.changes.map(({ param, action }) => [param, action])).toEqual([
    ["user", "stripped"],
    ["stream_options", "dropped"],
    ["max_tokens", "set"],
  ]);
});

test("key, headers and further parameters are the deployment's", async () => {
  const params = { extra_headers: { "anthropic-beta": "some-beta", "x-team": "blue" }, extra_body: { top_k: 5 } };
  const router = routerTo("messages", {
    ...params,
    thinking: { type: "enabled", budget_tokens: 1024 },
    max_tokens: 4000,
  });
  const { max_tokens: _cap, ...body } = ASKED.chat(FRANCE);
  const { record } = await ask(router, "m", { body });
  const [seen] = simulator.requests();
  expect(seen?.headers).toMatchObject({
    "x-api-key": "sk-test-key",
    "x-team": "blue",
    "anthropic-version": "2023-06-01",
  });
  expect(seen?.headers["anthropic-beta"]?.toString().split(",")).toContain("some-beta");
  expect(seen?.headers["authorization"]).toBeUndefined();
  // The budget is within the cap, as for the client, and not beside it.
  expect(seen?.body).toMatchObject({ top_k: 5, max_tokens: 4000, thinking: { type: "enabled", budget_tokens: 1024 } });
  expect(record.usage?.reasoning_tokens).toBeGreaterThan(0);
});

test("and Ollama's own API has them too, with its parameters", async () => {
  const extra_headers = { "x-team": "blue" };
  const params = {
    model: "ollama_chat/llama-3.1-8b",
    api_base: new URL(fixture.url()).origin,
    num_ctx: 8192,
    extra_headers,
  };
  const router = fixture.router([["m", "", { ...params, extra_body: { truncate: false } }]], NO_RETRIES);
  const { record } = await ask(router, "m", asking("messages", FRANCE, { stream: true }));
  expect(record).toMatchObject({ status: "ok", stream: true });
  expect(record.usage?.output_tokens).toBeGreaterThan(3);
  const [seen] = simulator.requests();
  expect(seen).toMatchObject({ path: "/api/chat", headers: { "x-team": "blue", authorization: "Bearer sk-test-key" } });
  expect(seen?.body).toMatchObject({ truncate: false, options: { num_ctx: 8192, num_predict: 400 } });
});

test("what Ollama refuses is told in the client's API", async () => {
  simulator.scriptOnce("llama-3.1-8b", ["fail-429"]);
  const params = { model: "ollama/llama-3.1-8b", api_base: new URL(fixture.url()).origin, keep_alive: "1h" };
  const { call, record } = await ask(fixture.router([["m", "", params]], NO_RETRIES), "m", asking("messages", FRANCE));
  expect(record.error).toMatchObject({
    kind: "rate_limit",
    status: 429,
    message: expect.stringContaining("fail with 429"),
  });
  expect(JSON.parse(call.errorText() ?? "null")).toMatchObject({ type: "error", error: { type: "rate_limit_error" } });
});
