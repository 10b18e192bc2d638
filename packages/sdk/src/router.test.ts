import { ConfigError } from "@understudy/config";
import type { CallRecord } from "@understudy/contracts";
import { openProxy } from "@understudy/router/fixture";
import { createSimulator } from "@understudy/simulator";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CallFailedError, Router, type RouterConfig, type RouterOptions } from "./index.ts";

const simulator = createSimulator();
let base = "";

beforeAll(async () => {
  base = `${(await simulator.start()).url}/v1`;
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.stop());

const messages = [{ role: "user", content: "What is the capital of France?" }];

function config(): RouterConfig {
  const openai = (model: string) => ({ model: `openai/${model}`, api_base: base, api_key: "os.environ/TEST_KEY" });
  const anthropic = (model: string) => ({
    model: `anthropic/${model}`,
    api_base: base.slice(0, -"/v1".length),
    api_key: "os.environ/TEST_KEY",
  });
  return {
    model_list: [
      { model_name: "lead", litellm_params: { ...openai("gpt-3.5-turbo"), silent_model: "understudy" } },
      { model_name: "understudy", litellm_params: openai("gpt-4o") },
      { model_name: "alone", litellm_params: openai("gpt-4o-mini") },
      { model_name: "claude", litellm_params: { ...anthropic("claude-sonnet-4-5"), silent_model: "claude-next" } },
      { model_name: "claude-next", litellm_params: anthropic("claude-opus-4-5") },
    ],
    router_settings: { num_retries: 0 },
  };
}

function open(options: RouterOptions = {}) {
  const pairs: { primary: CallRecord; silent: CallRecord }[] = [];
  const onPair = (primary: CallRecord, silent: CallRecord): void => void pairs.push({ primary, silent });
  return { pairs, router: new Router(config(), { onPair, env: { TEST_KEY: "sk-test-sdk" }, ...options }) };
}

test("answers, and mirrors in the background", async () => {
  const { router, pairs } = open();
  const response = await router.completion({ model: "lead", messages });
  expect(response.choices[0]?.message.content).toContain("Paris");
  await router.close();
  expect(pairs).toHaveLength(1);
  const [pair] = pairs;
  expect(pair?.primary).toMatchObject({
    role: "primary",
    status: "ok",
    is_silent_experiment: false,
    model: "gpt-3.5-turbo",
  });
  expect(pair?.silent).toMatchObject({ role: "silent", status: "ok", is_silent_experiment: true, model: "gpt-4o" });
  expect(pair?.silent.request_id).toBe(pair?.primary.request_id);
});

test("the primary and the silent call go through the environment's proxy", async () => {
  const proxy = await openProxy();
  const { router, pairs } = open({ env: { TEST_KEY: "sk-test-sdk", HTTP_PROXY: proxy.url } });
  await router.completion({ model: "lead", messages });
  await router.close();
  expect(pairs[0]?.silent.status).toBe("ok");
  expect(proxy.seen).toEqual(Array.from({ length: 2 }, () => `POST ${base}/chat/completions`));
  await proxy.close();
});

test("streams as it arrives, and the silent call streams too", async () => {
  const { router, pairs } = open();
  const texts: string[] = [];
  for await (const chunk of await router.completion({ model: "lead", messages, stream: true })) {
    texts.push(chunk.choices[0]?.delta.content ?? "");
  }
  expect(texts.length).toBeGreaterThan(2);
  expect(texts.join("")).toContain("Paris");
  await router.close();
  expect(pairs[0]?.primary.answer?.text).toBe(texts.join(""));
  expect(pairs[0]?.silent).toMatchObject({ stream: true, status: "ok" });
});

test("Responses are answered and streamed, and mirrored as such", async () => {
  const { router, pairs } = open();
  const input = "What is the capital of France?";
  const response = await router.responses({ model: "lead", input }, { headers: { "OpenAI-Beta": "b-2" } });
  expect(response).toMatchObject({ object: "response", status: "completed", error: null });
  expect(JSON.stringify(response.output)).toContain("Paris");
  const texts: string[] = [];
  const types: string[] = [];
  for await (const event of await router.responses({ model: "lead", input, stream: true })) {
    types.push(event.type);
    if (event.type === "response.output_text.delta") texts.push(event.delta);
  }
  expect(texts.join("")).toContain("Paris");
  expect([types[0], types.at(-1)]).toEqual(["response.created", "response.completed"]);
  await router.close();
  const kinds = pairs.map(({ primary, silent }) => [silent.operation, silent.stream, primary.status, silent.status]);
  expect(kinds).toEqual([
    ["responses", false, "ok", "ok"],
    ["responses", true, "ok", "ok"],
  ]);
  expect(simulator.requests().filter(({ headers }) => headers["openai-beta"] === "b-2")).toHaveLength(2);
});

test("Messages are answered and streamed with the headers that their API has, and mirrored as such", async () => {
  const { router, pairs } = open();
  const request = { model: "claude", max_tokens: 200, messages };
  const message = await router.messages(request, { headers: { "Anthropic-Beta": "b-1", "x-mine": "1" } });
  expect(message).toMatchObject({ type: "message", role: "assistant", stop_reason: "end_turn" });
  expect(message.content[0]?.text).toContain("Paris");
  const texts: string[] = [];
  for await (const event of await router.messages({ ...request, stream: true })) {
    if (event.type === "content_block_delta" && event.delta.type === "text_delta") texts.push(event.delta.text);
  }
  expect(texts.length).toBeGreaterThan(1);
  expect(texts.join("")).toContain("Paris");
  await router.close();
  expect(pairs.map(({ silent }) => [silent.operation, silent.stream, silent.status])).toEqual([
    ["messages", false, "ok"],
    ["messages", true, "ok"],
  ]);
  const withBeta = simulator.requests().filter(({ headers }) => headers["anthropic-beta"] === "b-1");
  expect(withBeta.map(({ headers }) => headers["x-mine"])).toEqual([undefined, undefined]);
});

test("embeddings are answered, one for each input", async () => {
  const { router } = open();
  const { data, usage } = await router.embeddings({ model: "alone", input: ["one", "two"] });
  expect(data.map(({ embedding }) => typeof embedding[0])).toEqual(["number", "number"]);
  expect(usage.prompt_tokens).toBeGreaterThan(0);
  await router.close();
});

test("a call that is aborted rejects with the signal's reason, and is not mirrored", async () => {
  simulator.script("gpt-3.5-turbo", "hang");
  const { router, pairs } = open();
  const leaving = new AbortController();
  const arrived = simulator.nextRequest();
  const call = router.completion({ model: "lead", messages }, { signal: leaving.signal });
  await arrived;
  const reason = new Error("changed my mind");
  leaving.abort(reason);
  await expect(call).rejects.toBe(reason);
  await expect(router.messages({ model: "claude", max_tokens: 9, messages }, { signal: leaving.signal })).rejects.toBe(
    reason,
  );
  await router.close();
  expect(pairs).toEqual([]);
  expect(simulator.requestCount()).toBe(1);
});

test("a stream that is aborted throws the signal's reason, and ends the provider's answer", async () => {
  simulator.script("gpt-3.5-turbo", "slow-tokens-20");
  const { router, pairs } = open();
  const leaving = new AbortController();
  const ended = simulator.nextEnd(({ model }) => model === "gpt-3.5-turbo");
  const stream = await router.completion({ model: "lead", messages, stream: true }, { signal: leaving.signal });
  const read = async (): Promise<void> => {
    for await (const _chunk of stream) leaving.abort();
  };
  await expect(read()).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  expect((await ended).end).toBe("aborted");
  await router.close();
  expect(pairs[0]?.primary.status).toBe("partial");
});

test("a stream whose answer has come already throws when it is aborted all the same", async () => {
  const { router } = open();
  const leaving = new AbortController();
  const texts: string[] = [];
  const read = async (): Promise<void> => {
    const options = { signal: leaving.signal };
    for await (const chunk of await router.completion({ model: "alone", messages, stream: true }, options)) {
      texts.push(chunk.choices[0]?.delta.content ?? "");
      leaving.abort();
    }
  };
  await expect(read()).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  expect(texts).toHaveLength(1);
  await router.close();
});

describe("a stream that breaks off", () => {
  const streams = {
    completion: (router: Router) => router.completion({ model: "lead", messages, stream: true }),
    responses: (router: Router) => router.responses({ model: "lead", input: "Say what you know.", stream: true }),
    messages: (router: Router) => router.messages({ model: "claude", max_tokens: 99, messages, stream: true }),
  } as const;

  test.each([
    ["completion", "cut", "connection"],
    ["completion", "stream-error", "server_error"],
    ["responses", "cut", "connection"],
    ["responses", "stream-error", "server_error"],
    ["messages", "cut", "connection"],
    ["messages", "stream-error", "unavailable"],
  ] as const)("throws what its record says: %s, %s", async (method, fault, kind) => {
    for (const model of ["gpt-3.5-turbo", "claude-sonnet-4-5"]) simulator.script(model, fault);
    const { router } = open();
    const events: object[] = [];
    const read = async (): Promise<void> => {
      for await (const event of await streams[method](router)) events.push(event);
    };
    const failure = await read().catch((error: unknown) => error);
    expect(events.length).toBeGreaterThan(0);
    expect(events.filter((event) => "error" in event)).toEqual([]);
    expect(failure).toBeInstanceOf(CallFailedError);
    expect(failure).toMatchObject({ kind, record: { status: "partial", error: { kind } } });
    await router.close();
  });
});

test("what is mirrored is the request as it was made, whatever its caller does to it afterwards", async () => {
  const { router, pairs } = open();
  const talk = [{ role: "user", content: "What is the capital of France?" }];
  for await (const _chunk of await router.completion({ model: "lead", messages: talk, stream: true })) {
    talk.push({ role: "user", content: "And of Spain?" });
  }
  await router.close();
  expect(pairs[0]?.silent.answer?.text).toContain("Paris");
  const sent = simulator.requests().map(({ body }) => (body as { messages: unknown[] }).messages.length);
  expect(sent).toEqual([1, 1]);
});

test("a stream that is left early is mirrored as partial", async () => {
  simulator.script("gpt-3.5-turbo", "slow-tokens-20");
  const { router, pairs } = open();
  for await (const chunk of await router.completion({ model: "lead", messages, stream: true })) {
    if (chunk.choices[0]?.delta.content !== undefined) break;
  }
  await router.close();
  expect(pairs[0]?.primary.status).toBe("partial");
  expect(pairs[0]?.silent.status).toBe("ok");
});

test("a failed call rejects with its status and attempts, and is mirrored", async () => {
  simulator.script("gpt-3.5-turbo", "fail-503");
  const { router, pairs } = open();
  const failure = await router.completion({ model: "lead", messages }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CallFailedError);
  expect(failure).toMatchObject({ status: 503, kind: "unavailable" });
  await router.close();
  expect(pairs[0]?.primary.attempts).toHaveLength(1);
  expect(pairs[0]?.silent.status).toBe("ok");
});

test("a silent model that fails, and an onPair that throws, reach no caller", async () => {
  simulator.script("gpt-4o", "fail-500");
  const seen: string[] = [];
  const { router } = open({
    onPair: (_primary, silent) => {
      seen.push(silent.status);
      throw new Error("from onPair");
    },
  });
  const response = await router.completion({ model: "lead", messages });
  expect(response.choices).toHaveLength(1);
  await router.close();
  expect(seen).toEqual(["error"]);
});

test("a full backlog drops mirrors and nothing else", async () => {
  simulator.script("gpt-4o", "hang");
  const { router, pairs } = open({ maxBacklog: 1, closeTimeoutMs: 50 });
  const calls = Array.from({ length: 30 }, () => router.completion({ model: "lead", messages }));
  expect(await Promise.all(calls)).toHaveLength(30);
  await router.close();
  expect(pairs.length).toBeLessThan(30);
});

test("a model without silent_model is not mirrored", async () => {
  const { router, pairs } = open();
  await router.completion({ model: "alone", messages });
  await router.close();
  expect(pairs).toEqual([]);
  expect(simulator.requestCount()).toBe(1);
});

test("unknown models and wrong configurations are told plainly", async () => {
  const { router } = open();
  await expect(router.completion({ model: "nobody", messages })).rejects.toThrow(
    "known: lead, understudy, alone, claude",
  );
  await expect(router.messages({ model: "claude", max_tokens: 9, messages: [] })).rejects.toThrow("`messages`");
  await expect(router.embeddings({ model: "lead", input: [] })).rejects.toThrow(TypeError);
  await router.close();
  expect(simulator.requestCount()).toBe(0);
  expect(() => new Router({ model_list: [] })).toThrow(ConfigError);
  expect(() => new Router(config(), { env: {} })).toThrow("TEST_KEY");
});
