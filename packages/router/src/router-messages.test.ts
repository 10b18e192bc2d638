import { describe, expect, test } from "vitest";
import type { CallRequest } from "./call/call.ts";
import { ask, requestFor, textOf, useSimulator } from "./call/router.fixture.ts";

const fixture = useSimulator();
const { simulator } = fixture;

const BODY = {
  model: "claude",
  max_tokens: 500,
  messages: [{ role: "user", content: "What is the capital of France?" }],
};
const messages = (more: object = {}, given: Partial<CallRequest> = {}): Partial<CallRequest> => ({
  operation: "messages",
  body: { ...BODY, ...more },
  ...given,
});
const routerOf = (params: object = {}) =>
  fixture.router([
    ["claude", "claude-sonnet-5", { model: "anthropic/claude-sonnet-5", api_key: "sk-ant-test-1", ...params }],
  ]);

describe("a request to Anthropic's Messages", () => {
  test("goes out with its key, its version and the client's headers, and is read into the record", async () => {
    const headers = { "anthropic-beta": "context-1m-2025-08-07" };
    const { text, record } = await ask(routerOf(), "claude", messages({}, { headers }));
    expect(simulator.requests()[0]).toMatchObject({
      path: "/v1/messages",
      headers: { "x-api-key": "sk-ant-test-1", "anthropic-version": "2023-06-01", ...headers },
      body: { ...BODY, model: "claude-sonnet-5" },
    });
    expect(simulator.requests()[0]?.headers).not.toHaveProperty("authorization");
    expect(JSON.parse(text)).toMatchObject({ type: "message", stop_reason: "end_turn" });
    expect(record).toMatchObject({
      operation: "messages",
      status: "ok",
      answer: { text: expect.stringContaining("Paris") as string, finish_reason: "stop" },
      response_model: "claude-sonnet-5",
      usage: { cached_tokens: 0 },
    });
  });

  test("keeps the version that the client names", async () => {
    const version = { "anthropic-version": "2026-10-21" };
    await ask(routerOf(), "claude", messages({}, { headers: version }));
    expect(simulator.requests()[0]?.headers).toMatchObject(version);
  });

  test("streams as it came, nothing added to what is asked", async () => {
    const { text, record } = await ask(routerOf(), "claude", messages({ stream: true }));
    expect(simulator.requests()[0]?.body).toEqual({ ...BODY, model: "claude-sonnet-5", stream: true });
    expect(text).toMatch(/^event: message_start\n/);
    expect(text).toMatch(/event: message_stop\ndata: \{"type":"message_stop"\}\n\n$/);
    expect(record).toMatchObject({ status: "ok", stream: true, answer: { finish_reason: "stop" } });
    expect(record.usage?.output_tokens).toBeGreaterThan(0);
    expect(record.timing.first_token_ms).not.toBeNull();
  });

  test.each([
    ["fail-529", "unavailable", 529, "overloaded_error"],
    ["fail-429", "rate_limit", 429, "rate_limit_error"],
    ["fail-context", "context_window", 400, "invalid_request_error"],
  ])("that fails by %s hands the provider's words on", async (fault, kind, status, type) => {
    simulator.script("claude-sonnet-5", fault);
    const router = fixture.router([["claude", "", { model: "anthropic/claude-sonnet-5" }]], { num_retries: 0 });
    const call = await router.call(requestFor(router, "claude", messages()));
    await textOf(call.body);
    expect(call).toMatchObject({ error: { kind } });
    expect(JSON.parse(call.errorText() ?? "")).toMatchObject({ type: "error", error: { type } });
    expect(call.record().attempts[0]).toMatchObject({ outcome: kind, http_status: status });
  });

  test("that breaks off in its stream is partial in the record", async () => {
    simulator.script("claude-sonnet-5", "stream-error");
    const { text, record } = await ask(routerOf(), "claude", messages({ stream: true }));
    expect(text).toContain('event: error\ndata: {"type":"error"');
    expect(record).toMatchObject({ status: "partial", error: { kind: "unavailable" }, usage: null });
  });

  test("to a deployment that does not speak it says where it is spoken", async () => {
    const embedding = fixture.router([["claude", "text-embedding-3-small"]]);
    const { call } = await ask(embedding, "claude", messages());
    expect(call.error).toMatchObject({ code: "api_not_spoken" });
  });

  test.each([{}, { stream: true }])("is answered by a mocked deployment: %j", async (more) => {
    const { record } = await ask(routerOf({ mock_response: "Paris." }), "claude", messages(more));
    expect(record).toMatchObject({
      status: "ok",
      answer: { text: "Paris.", finish_reason: "stop" },
      usage: { input_tokens: 10, output_tokens: 20 },
    });
  });
});
