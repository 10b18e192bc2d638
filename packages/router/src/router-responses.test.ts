import { describe, expect, test } from "vitest";
import type { CallRequest } from "./call/call.ts";
import { ask, requestFor, textOf, useSimulator } from "./call/router.fixture.ts";

const fixture = useSimulator();
const { simulator } = fixture;

const INPUT = "What is the capital of France?";
const asked = (operation: "responses" | "completions", more: CallRequest["body"] = {}): Partial<CallRequest> => ({
  operation,
  body: { model: "gpt", ...(operation === "responses" ? { input: INPUT } : { prompt: INPUT }), ...more },
});
const routerOf = (params: Readonly<Record<string, unknown>> = {}) => fixture.router([["gpt", "gpt-4o", params]]);

describe.each([
  ["responses", { object: "response", status: "completed" }, /event: response.completed\n.*\n\n$/],
  ["completions", { object: "text_completion" }, /data: \[DONE\]\n\n$/],
] as const)("a request for %s", (operation, whole, end) => {
  test("goes out as it came, and its answer is read into the record", async () => {
    const { text, record } = await ask(routerOf(), "gpt", asked(operation));
    expect(simulator.requests()[0]).toMatchObject({
      path: `/v1/${operation}`,
      body: { ...asked(operation).body, model: "gpt-4o" },
    });
    expect(JSON.parse(text)).toMatchObject(whole);
    expect(record).toMatchObject({
      operation,
      status: "ok",
      answer: { text: expect.stringContaining("Paris") as string, finish_reason: "stop" },
      response_model: "gpt-4o-2024-08-06",
    });
    expect(record.usage?.output_tokens).toBeGreaterThan(0);
  });

  test("streams", async () => {
    const { text, record } = await ask(routerOf(), "gpt", asked(operation, { stream: true }));
    expect(text).toMatch(end);
    expect(record).toMatchObject({ status: "ok", stream: true, answer: { finish_reason: "stop" } });
    expect(record.usage?.output_tokens).toBeGreaterThan(0);
    expect(record.timing.first_token_ms).not.toBeNull();
  });

  test("that fails hands the provider's words on", async () => {
    simulator.script("gpt-4o", "fail-429");
    const router = fixture.router([["gpt", "gpt-4o"]], { num_retries: 0 });
    const call = await router.call(requestFor(router, "gpt", asked(operation)));
    await textOf(call.body);
    expect(call).toMatchObject({ error: { kind: "rate_limit" } });
    expect(JSON.parse(call.errorText() ?? "")).toMatchObject({ error: { code: "rate_limit_exceeded" } });
  });

  test("that breaks off in its stream is partial in the record", async () => {
    simulator.script("gpt-4o", "stream-error");
    const { record } = await ask(routerOf(), "gpt", asked(operation, { stream: true }));
    expect(record).toMatchObject({ status: "partial", error: { kind: "server_error" } });
  });

  test.each([{}, { stream: true }])("is answered by a mocked deployment: %j", async (more) => {
    const { record } = await ask(routerOf({ mock_response: "Paris." }), "gpt", asked(operation, more));
    expect(record).toMatchObject({ status: "ok", answer: { text: "Paris.", finish_reason: "stop" } });
    expect(record.response_model).toBe("gpt-4o");
  });
});
