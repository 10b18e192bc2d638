import { createSkippingClock } from "@understudy/runtime/fixture";
import { resolveConfig } from "@understudy/config";
import { describe, expect, test } from "vitest";
import { createCallRouter } from "./router.ts";
import { ask, MESSAGES, streamed, useSimulator } from "./call/router.fixture.ts";
import type { HttpTransport } from "./transport/transport.ts";

const fixture = useSimulator();
const { simulator } = fixture;

describe("a plain answer", () => {
  test("comes as the provider sent it, with a complete record", async () => {
    const router = fixture.router([["chat", "gpt-4o"]]);
    const { call, text, record } = await ask(router, "chat", { clientRequestId: "mine-7" });
    const answer = JSON.parse(text) as {
      choices: [{ message: { content: string } }];
      usage: { prompt_tokens: number };
    };
    expect(call).toMatchObject({ status: 200, stream: false, error: null, retryAfterMs: null });
    expect(call.headers["content-type"]).toBe("application/json");
    expect(record).toEqual({
      id: expect.stringMatching(/^call_[0-9a-f]{32}$/) as string,
      request_id: "req_1",
      client_request_id: "mine-7",
      role: "primary",
      is_silent_experiment: false,
      operation: "chat",
      stream: false,
      status: "ok",
      model_group: "chat",
      answered_by: "chat",
      deployment: "d0",
      provider: "openai",
      model: "gpt-4o",
      response_model: "gpt-4o-2024-08-06",
      system_fingerprint: expect.stringMatching(/^fp_/) as string,
      timing: { started_at: Date.UTC(2026, 0, 1), total_ms: 0, model_ms: 0, first_token_ms: null, queue_wait_ms: null },
      usage: {
        input_tokens: answer.usage.prompt_tokens,
        output_tokens: expect.any(Number) as number,
        cached_tokens: 0,
        cache_write_tokens: 0,
        reasoning_tokens: 0,
      },
      cost_usd: expect.any(Number) as number,
      list_cost_usd: record.cost_usd,
      answer: {
        text: answer.choices[0].message.content,
        refusal: null,
        tool_calls: [],
        finish_reason: "stop",
        choices: 1,
      },
      skipped_events: 0,
      error: null,
      attempts: [
        {
          deployment: "d0",
          model_group: "chat",
          provider: "openai",
          started_at: Date.UTC(2026, 0, 1),
          duration_ms: 0,
          outcome: "ok",
          http_status: 200,
          message: null,
        },
      ],
      changes: [],
    });
    expect(call.record()).toBe(record);
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });

  test("costs what the deployment says its tokens cost", async () => {
    const params = { input_cost_per_token: 0.5, output_cost_per_token: 2 };
    const { record } = await ask(fixture.router([["chat", "gpt-4o", params]]), "chat");
    const { input_tokens = 0, output_tokens = 0 } = record.usage ?? {};
    expect(input_tokens).toBeGreaterThan(0);
    expect(record.cost_usd).toBe(input_tokens * 0.5 + output_tokens * 2);
  });

  test("has a cost with the provider's cache, and one without it", async () => {
    const params = { input_cost_per_token: 0.5, output_cost_per_token: 2, cache_read_input_token_cost: 0.125 };
    const body = { model: "chat", messages: [{ role: "user", content: "Where is Paris? ".repeat(1_000) }] };
    const { record } = await ask(fixture.router([["chat", "gpt-4o", params]]), "chat", { body });
    const { input_tokens = 0, output_tokens = 0, cached_tokens = 0 } = record.usage ?? {};
    expect(cached_tokens).toBeGreaterThan(0);
    expect(record.list_cost_usd).toBe(input_tokens * 0.5 + output_tokens * 2);
    expect(record.cost_usd).toBe((record.list_cost_usd ?? 0) - cached_tokens * 0.375);
  });

  test("that says why it stopped has it in the record", async () => {
    const body = { model: "chat", messages: MESSAGES, max_tokens: 1 };
    const { record } = await ask(fixture.router([["chat", "gpt-4o"]]), "chat", { body });
    expect(record.answer?.finish_reason).toBe("length");
    expect(record.usage?.output_tokens).toBe(1);
  });

  test("larger than a process may hold is a failure, and nobody is asked for it again", async () => {
    simulator.script("gpt-4o", `huge-${65 * 1024 * 1024}`);
    const router = fixture.router(
      [
        ["chat", "gpt-4o"],
        ["other", "gpt-4"],
      ],
      { default_fallbacks: ["other"] },
    );
    const { call, record } = await ask(router, "chat");
    expect(call).toMatchObject({
      status: 502,
      error: { kind: "malformed", message: "the answer is larger than 64 MiB" },
    });
    expect(record.attempts).toMatchObject([{ outcome: "malformed", http_status: 200 }]);
  });
});

describe("a streamed answer", () => {
  test("is passed on byte for byte, and read for the record", async () => {
    const { transport, sent } = recorded(fixture.transport);
    const router = fixture.router([["chat", "gpt-4o"]], {}, { transport });
    const { call, text, record } = await ask(router, "chat", { body: streamed("chat") });
    expect(call.stream).toBe(true);
    expect(text).toBe(Buffer.concat(sent).toString("utf8"));
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(record).toMatchObject({
      stream: true,
      status: "ok",
      error: null,
      answer: { text: expect.stringContaining("Paris") as string, finish_reason: "stop" },
      response_model: "gpt-4o-2024-08-06",
      timing: { first_token_ms: 0 },
    });
    expect(record.usage?.output_tokens).toBeGreaterThan(0);
    expect(record.cost_usd).toBeGreaterThan(0);
  });

  test("longer than is kept is passed on whole, and measured though not read", async () => {
    simulator.script("gpt-4o", `huge-${9 * 1024 * 1024}`);
    const { text, record } = await ask(fixture.router([["chat", "gpt-4o"]]), "chat", { body: streamed("chat") });
    expect(text.length).toBeGreaterThan(9 * 1024 * 1024);
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(record).toMatchObject({ status: "ok", answer: null, usage: null, timing: { total_ms: 0 } });
  });

  test("is timed to its first token, and the model apart from what went before", async () => {
    const clock = createSkippingClock();
    const transport = answering(clock, [
      [30, 'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n'],
      [40, 'data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]}\n\n'],
      [50, 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'],
    ]);
    const entries = [["chat", "gpt-4o"]] as const;
    const { record } = await ask(fixture.router(entries, { retry_after: 10 }, { transport, clock }), "chat", {
      body: streamed("chat"),
    });
    expect(record.attempts.map(({ outcome }) => outcome)).toEqual(["server_error", "ok"]);
    expect(record.attempts.map(({ duration_ms }) => duration_ms)).toEqual([5, 30]);
    expect(record.timing).toMatchObject({ first_token_ms: 70, model_ms: 120, total_ms: 5 + 10_000 + 120 });
  });
});

describe("what is sent", () => {
  test("is the client's body with the deployment's model and key, and the client's object stays as it was", async () => {
    const body = { model: "chat", messages: MESSAGES, temperature: 0.3, metadata: { team: "a" }, user: "u1" };
    const before = structuredClone(body);
    deepFreeze(body);
    const router = fixture.router([["chat", "gpt-4o", { max_tokens: 77 }]]);
    await ask(router, "chat", { body });
    await ask(router, "chat", { body, role: "silent" });
    expect(body).toEqual(before);
    const [primary] = simulator.requests();
    expect(primary?.body).toEqual({
      model: "gpt-4o",
      messages: MESSAGES,
      temperature: 0.3,
      user: "u1",
      max_tokens: 77,
    });
    expect(primary?.headers.authorization).toBe("Bearer sk-test-key");
  });
});

describe("names", () => {
  test("of a wildcard group fill the deployment's model", async () => {
    const router = fixture.router([["openai/*", "*"]]);
    const { record } = await ask(router, "openai/gpt-4o-mini");
    expect(record).toMatchObject({
      status: "ok",
      model_group: "openai/*",
      answered_by: "openai/*",
      model: "gpt-4o-mini",
    });
    expect(simulator.requests()[0]?.model).toBe("gpt-4o-mini");
  });

  test("may be aliases", async () => {
    const router = fixture.router([["chat", "gpt-4o"]], { model_group_alias: { "gpt-4": "chat" } });
    expect(router.groupOf("gpt-4")).toBe("chat");
    const { record } = await ask(router, "gpt-4");
    expect(record).toMatchObject({ status: "ok", model_group: "chat", model: "gpt-4o" });
  });

  test("may be aliases of a model behind a wildcard", async () => {
    const router = fixture.router([["openai/*", "*"]], { model_group_alias: { fast: "openai/gpt-4o-mini" } });
    const { record } = await ask(router, "fast");
    expect(record).toMatchObject({ model_group: "openai/*", model: "gpt-4o-mini" });
    expect(simulator.requests()[0]?.model).toBe("gpt-4o-mini");
  });

  test("that two aliases swap are resolved once", async () => {
    const router = fixture.router(
      [
        ["a", "gpt-4o"],
        ["b", "gpt-4"],
      ],
      { model_group_alias: { a: "b", b: "a" } },
    );
    expect((await ask(router, "a")).record).toMatchObject({ model_group: "b", model: "gpt-4" });
  });

  test("of no model group are told so", async () => {
    const { call } = await ask(fixture.router([["chat", "gpt-4o"]]), "nothing");
    expect(call).toMatchObject({ status: 404, error: { kind: "not_found", code: "model_not_found" } });
  });

  test("are listed once each, hidden aliases left out", () => {
    const model_group_alias = { a: "b", shown: "a", hidden: { model: "a", hidden: true } };
    const router = fixture.router(
      [
        ["a", "gpt-4o"],
        ["b", "gpt-4"],
        ["a", "gpt-4"],
      ],
      { model_group_alias },
    );
    expect(router.models()).toEqual(["a", "b", "shown"]);
  });
});

describe("a router", () => {
  test("closes its transport", async () => {
    let closes = 0;
    const close = (): Promise<void> => Promise.resolve(void (closes += 1));
    await fixture.router([["chat", "gpt-4o"]], {}, { transport: { ...fixture.transport, close } }).close();
    expect(closes).toBe(1);
  });

  test("needs no more than a configuration and a transport", async () => {
    const litellm_params = { model: "openai/gpt-4o", api_base: fixture.url(), api_key: "sk-test-key" };
    const config = resolveConfig({ model_list: [{ model_name: "chat", litellm_params }] }, {});
    const { record } = await ask(createCallRouter(config, { transport: fixture.transport }), "chat");
    expect(record.status).toBe("ok");
    expect(record.timing.total_ms).toBeGreaterThan(0);
  });
});

/** The same transport, with all bytes of its answers kept. */
function recorded(real: HttpTransport): { readonly transport: HttpTransport; readonly sent: readonly Uint8Array[] } {
  const sent: Uint8Array[] = [];
  async function* kept(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      sent.push(Buffer.from(chunk));
      yield chunk;
    }
  }
  const send: HttpTransport["send"] = async (request) => {
    const response = await real.send(request);
    return { ...response, body: kept(response.body) };
  };
  return { transport: { ...real, send }, sent };
}

/** Fails once after 5 ms, then answers with these chunks, each so many milliseconds after the one before. */
function answering(
  clock: ReturnType<typeof createSkippingClock>,
  chunks: readonly (readonly [number, string])[],
): HttpTransport {
  let calls = 0;
  async function* body(parts: typeof chunks): AsyncGenerator<Uint8Array> {
    for (const [ms, text] of parts) {
      clock.advance(ms);
      yield Buffer.from(text);
    }
  }
  return {
    send() {
      calls += 1;
      if (calls > 1) return Promise.resolve({ status: 200, headers: {}, body: body(chunks) });
      clock.advance(5);
      return Promise.resolve({ status: 500, headers: {}, body: body([]) });
    },
    close: () => Promise.resolve(),
  };
}

function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  Object.freeze(value);
  Object.values(value).forEach(deepFreeze);
}
