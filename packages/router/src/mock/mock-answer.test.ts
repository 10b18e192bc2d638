import { resolveConfig } from "@understudy/config";
import { systemClock } from "@understudy/runtime";
import { describe, expect, test } from "vitest";
import { createCallRouter } from "../router.ts";
import { ask, MESSAGES, requestFor, streamed, textOf } from "../call/router.fixture.ts";
import type { HttpTransport } from "../transport/transport.ts";

/** Fails the test that lets a mocked deployment call anybody. */
const nobody: HttpTransport = {
  send: () => Promise.reject(new Error("somebody was called")),
  close: () => Promise.resolve(),
};

function routerOf(params: object, more: object = {}) {
  const model_list = [
    { model_name: "mocked", litellm_params: { model: "openai/gpt-4o", api_key: "os.environ/ABSENT", ...params } },
  ];
  const router_settings = { num_retries: 0, ...more };
  return createCallRouter(resolveConfig({ model_list, router_settings }, {}), {
    transport: nobody,
    clock: systemClock,
  });
}

describe("a deployment with a mock_response", () => {
  test("answers by itself, without a key, and is recorded like any other", async () => {
    const { call, text, record } = await ask(routerOf({ mock_response: "Paris." }), "mocked");
    expect(call.error).toBeNull();
    expect(JSON.parse(text)).toMatchObject({
      object: "chat.completion",
      model: "gpt-4o",
      choices: [{ index: 0, message: { role: "assistant", content: "Paris." }, finish_reason: "stop" }],
      usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 },
    });
    expect(record).toMatchObject({
      status: "ok",
      answer: { text: "Paris." },
      usage: { input_tokens: 10, output_tokens: 20 },
    });
  });

  test("streams it in pieces, with its usage for who asks", async () => {
    const { text, record } = await ask(routerOf({ mock_response: "The capital is Paris." }), "mocked", {
      body: streamed("mocked"),
    });
    expect(text.split("\n\n").length).toBeGreaterThan(8);
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
    expect(record).toMatchObject({ status: "ok", stream: true, answer: { text: "The capital is Paris." } });
    expect(record.usage).toMatchObject({ input_tokens: 10, output_tokens: 20 });
  });

  test("gives as many choices as are asked for", async () => {
    const { text } = await ask(routerOf({ mock_response: "x" }), "mocked", {
      body: { model: "mocked", messages: MESSAGES, n: 3 },
    });
    expect((JSON.parse(text) as { choices: unknown[] }).choices).toHaveLength(3);
  });

  test.each([
    ["litellm.RateLimitError", "rate_limit", 429],
    ["litellm.ContextWindowExceededError", "context_window", 400],
    ["litellm.InternalServerError", "server_error", 500],
    ["Exception: content_filter_policy", "content_policy", 400],
    ["Exception: mock_streaming_error", "unavailable", 529],
  ])("%s is the error that it names, plain and streamed", async (mock_response, kind, status) => {
    for (const body of [{ model: "mocked", messages: MESSAGES }, streamed("mocked")]) {
      const { call } = await ask(routerOf({ mock_response }), "mocked", { body });
      expect(call.error).toMatchObject({ kind, status });
    }
  });

  test("a map is the answer itself", async () => {
    const message = { role: "assistant", content: "whole" };
    const mock_response = { id: "mine", choices: [{ index: 0, message, finish_reason: "length" }] };
    const { text } = await ask(routerOf({ mock_response }), "mocked");
    expect(JSON.parse(text)).toMatchObject({ id: "mine", choices: [{ message, finish_reason: "length" }] });
    const { record } = await ask(routerOf({ mock_response }), "mocked", { body: streamed("mocked") });
    expect(record.answer?.text).toBe("whole");
  });

  test("mock_tool_calls are its tool calls, plain and streamed", async () => {
    const call = { id: "call_1", type: "function", function: { name: "look", arguments: "{}" } };
    const router = routerOf({ mock_response: "", mock_tool_calls: [call] });
    for (const body of [{ model: "mocked", messages: MESSAGES }, streamed("mocked")]) {
      const { record } = await ask(router, "mocked", { body });
      expect(record.answer?.tool_calls).toMatchObject([{ name: "look", arguments: "{}" }]);
    }
  });

  test("mock_timeout runs into the call's own timeout, and mock_delay waits", async () => {
    const slow = await ask(routerOf({ mock_timeout: true, timeout: 0.05 }), "mocked");
    expect(slow.call.error).toMatchObject({ kind: "timeout" });
    const delayed = await ask(routerOf({ mock_response: "x", mock_delay: 0.02 }), "mocked");
    expect(delayed.record.timing.total_ms).toBeGreaterThanOrEqual(15);
  });

  test("a list of numbers is the embedding of every input", async () => {
    const router = routerOf({ mock_response: [0.25, 0.5] });
    const body = { model: "mocked", input: ["a", "b"] };
    const call = await router.call(requestFor(router, "mocked", { operation: "embeddings", body }));
    expect(JSON.parse(await textOf(call.body))).toMatchObject({
      data: [
        { index: 0, embedding: [0.25, 0.5] },
        { index: 1, embedding: [0.25, 0.5] },
      ],
    });
  });

  test("answers for providers that cannot be called, and for every name behind a *", async () => {
    expect((await ask(routerOf({ model: "bedrock/claude", mock_response: "x" }), "mocked")).record.answer?.text).toBe(
      "x",
    );
    const any = { model_name: "*", litellm_params: { model: "*", mock_response: "x" } };
    const router = createCallRouter(resolveConfig({ model_list: [any] }, {}), {
      transport: nobody,
      clock: systemClock,
    });
    for (const name of ["gpt-4o", "anthropic/claude", "whatever"]) {
      expect((await ask(router, name)).record.answer?.text).toBe("x");
    }
  });
});

test("without a mock_response the provider is called", async () => {
  const model_list = [{ model_name: "real", litellm_params: { model: "openai/x", api_key: "sk-test-key" } }];
  const router = createCallRouter(resolveConfig({ model_list, router_settings: { num_retries: 0 } }, {}), {
    transport: nobody,
    clock: systemClock,
  });
  expect((await ask(router, "real")).call.error).toMatchObject({ kind: "connection" });
});
