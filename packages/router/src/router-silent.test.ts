import { createSkippingClock } from "@understudy/runtime/fixture";
import { describe, expect, test } from "vitest";
import { ask, type Entry, MESSAGES, requestFor, streamed, useSimulator } from "./call/router.fixture.ts";

const fixture = useSimulator();
const { simulator } = fixture;

const silently = { role: "silent", persist: false } as const;

describe("a silent call", () => {
  test("is marked as one", async () => {
    const { record } = await ask(fixture.router([["chat", "gpt-4o"]]), "chat", silently);
    expect(record).toMatchObject({ status: "ok", role: "silent", is_silent_experiment: true });
    const control = await ask(fixture.router([["chat", "gpt-4o"]]), "chat", { ...silently, role: "control" });
    expect(control.record).toMatchObject({ role: "control", is_silent_experiment: true });
  });

  test.for(["fail-500", "fail-429", "fail-401", "reset"])(
    "under %s is neither retried nor answered by another",
    async (fault) => {
      simulator.script("gpt-4o", fault);
      const clock = createSkippingClock();
      const settings = { default_fallbacks: ["other"], fallbacks: [{ chat: ["other"] }], num_retries: 3 };
      const router = fixture.router(
        [
          ["chat", "gpt-4o"],
          ["chat", "gpt-4"],
          ["other", "gpt-4.1"],
        ],
        settings,
        { clock, transport: fixture.freshTransport() },
      );
      const { call, record } = await ask(router, "chat", silently);
      expect(call.error).not.toBeNull();
      expect(record).toMatchObject({ status: "error", answered_by: null });
      expect(record.attempts).toHaveLength(1);
      expect(simulator.requestCount()).toBe(1);
      expect(clock.sleeps).toEqual([]);
    },
  );

  test("that is told to come back later says so", async () => {
    simulator.script("gpt-4o", "fail-429");
    expect((await ask(fixture.router([["chat", "gpt-4o"]]), "chat", silently)).call.retryAfterMs).toBe(1_000);
  });

  test("has its request fitted to the model, each change told, and the caller's object as it was", async () => {
    const body = { ...streamed("chat"), stream_options: undefined, user: "u1", n: 3 };
    const { record } = await ask(fixture.router([["chat", "gpt-4o"]]), "chat", { ...silently, body });
    expect(record.changes.map(({ param, action }) => `${param} ${action}`)).toEqual([
      "user stripped",
      "n set",
      "stream_options set",
    ]);
    expect(record.usage).not.toBeNull();
    expect(simulator.requests()[0]?.body).toMatchObject({ n: 1, stream_options: { include_usage: true } });
    expect(body).toMatchObject({ user: "u1", n: 3 });
  });
});

describe("a silent call whose parameters are refused", () => {
  // Nothing tells that this server's o3-mini is OpenAI's, so that only its refusal does.
  const entry: Entry = ["chat", "o3-mini", { model: "hosted_vllm/o3-mini" }];
  const refused = { model: "chat", messages: MESSAGES, max_tokens: 50 };

  test("is adapted once, and both attempts and all changes are in the record", async () => {
    const { record } = await ask(fixture.router([entry]), "chat", { ...silently, body: refused });
    expect(record).toMatchObject({
      status: "ok",
      attempts: [{ outcome: "bad_request", http_status: 400 }, { outcome: "ok" }],
      changes: [{ param: "max_tokens", action: "renamed" }],
    });
    const [first, second] = simulator.requests().map((request) => request.body);
    expect(first).toMatchObject({ max_tokens: 50 });
    expect(second).toMatchObject({ max_completion_tokens: 50 });
    expect(second).not.toHaveProperty("max_tokens");
    expect(refused).toEqual({ model: "chat", messages: MESSAGES, max_tokens: 50 });
  });

  test("is not adapted a second time", async () => {
    simulator.script("o3-mini", null);
    const body = { ...refused, max_completion_tokens: 50 };
    simulator.scriptOnce("o3-mini", [null, "fail-400", null]);
    const { record } = await ask(fixture.router([entry]), "chat", { ...silently, body });
    expect(record).toMatchObject({ status: "error", error: { kind: "bad_request" } });
    expect(record.attempts).toHaveLength(2);
  });

  test("keeps its place among the parallel requests through both attempts", async () => {
    const [group, model, params] = entry;
    const router = fixture.router([[group, model, { ...params, max_parallel_requests: 1 }]]);
    for (let call = 0; call < 3; call += 1) {
      expect((await ask(router, "chat", { ...silently, body: refused })).record.status).toBe("ok");
    }
  });

  test("is not adapted for a primary call: the client is told", async () => {
    const { call, record } = await ask(fixture.router([entry]), "chat", { body: refused });
    expect(call).toMatchObject({ status: 400, error: { code: "unsupported_parameter", param: "max_tokens" } });
    expect(record.attempts).toHaveLength(1);
    expect(record.changes).toEqual([]);
  });
});

describe("a silent call of a model behind a wildcard", () => {
  test("is fitted to the silent model, not to the one the client asked for", async () => {
    const router = fixture.router([["openai/*", "*"]]);
    const body = { model: "gpt-4o", messages: MESSAGES, max_tokens: 500, temperature: 0.2 };
    const { record } = await ask(router, "openai/o3-mini", { ...silently, body });
    expect(record.attempts.map(({ outcome }) => outcome)).toEqual(["ok"]);
    expect(record).toMatchObject({ status: "ok", model: "o3-mini" });
    expect(record.changes.map(({ param, action }) => `${param} ${action}`)).toEqual([
      "max_tokens renamed",
      "temperature dropped",
    ]);
  });
});

describe("a silent call that is ended from outside", () => {
  test("ends the provider's work", async () => {
    simulator.script("gpt-4o", "hang");
    const router = fixture.router([["chat", "gpt-4o"]]);
    const ender = new AbortController();
    const [arrived, ended] = [simulator.nextRequest(), simulator.nextEnd()];
    const calling = router.call(requestFor(router, "chat", { ...silently, signal: ender.signal }));
    await arrived;
    ender.abort();
    expect((await calling).error?.kind).toBe("aborted");
    expect((await ended).end).toBe("aborted");
  });
});
