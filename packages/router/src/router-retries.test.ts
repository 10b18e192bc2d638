import { createSkippingClock } from "@understudy/runtime/fixture";
import { systemClock } from "@understudy/runtime";
import { describe, expect, test } from "vitest";
import type { CallRecord } from "@understudy/contracts";
import { ask, requestFor, useSimulator } from "./call/router.fixture.ts";
import type { TransportRequest } from "./transport/transport.ts";
import { closedPort, serve } from "./transport/server.fixture.ts";

const fixture = useSimulator();
const { simulator } = fixture;

const outcomes = (record: CallRecord): readonly string[] =>
  record.attempts.map(({ deployment, outcome }) => `${deployment} ${outcome}`);

describe("a call of a group with one deployment", () => {
  test("is retried after a 500, and both attempts are in the record", async () => {
    simulator.scriptOnce("gpt-4o", ["fail-500"]);
    const clock = createSkippingClock();
    const router = fixture.router([["chat", "gpt-4o"]], {}, { clock, random: () => 0.5 });
    const { call, record } = await ask(router, "chat");
    expect(call.status).toBe(200);
    expect(record).toMatchObject({
      status: "ok",
      error: null,
      attempts: [
        { outcome: "server_error", http_status: 500, message: "The simulator was asked to fail with 500." },
        { outcome: "ok", http_status: 200, message: null },
      ],
    });
    expect(clock.sleeps).toEqual([250]);
    expect(record.timing).toMatchObject({ total_ms: 250, model_ms: 0 });
  });

  test("waits as long as Retry-After says", async () => {
    simulator.scriptOnce("gpt-4o", ["fail-429"]);
    const clock = createSkippingClock();
    const { record } = await ask(fixture.router([["chat", "gpt-4o"]], {}, { clock }), "chat");
    expect(clock.sleeps).toEqual([1_000]);
    expect(outcomes(record)).toEqual(["d0 rate_limit", "d0 ok"]);
  });

  test("waits retry_after at least", async () => {
    simulator.scriptOnce("gpt-4o", ["fail-503"]);
    const clock = createSkippingClock();
    await ask(fixture.router([["chat", "gpt-4o"]], { retry_after: 3 }, { clock }), "chat");
    expect(clock.sleeps).toEqual([3_000]);
  });

  test("ends with the provider's error when the retries are used up", async () => {
    simulator.script("gpt-4o", "fail-429");
    const clock = createSkippingClock();
    const { call, record, text } = await ask(
      fixture.router([["chat", "gpt-4o"]], { num_retries: 2 }, { clock }),
      "chat",
    );
    expect(text).toBe("");
    expect(call).toMatchObject({ status: 429, retryAfterMs: 1_000, error: { code: "rate_limit_exceeded" } });
    expect(outcomes(record)).toEqual(["d0 rate_limit", "d0 rate_limit", "d0 rate_limit"]);
    expect(record).toMatchObject({ status: "error", answered_by: null, deployment: null, model: null, answer: null });
    expect(record.timing).toMatchObject({ total_ms: 2_000, model_ms: null, first_token_ms: null });
  });

  test.for([
    ["fail-400", "bad_request"],
    ["fail-context", "context_window"],
    ["fail-content", "content_policy"],
    ["fail-401", "authentication"],
    ["fail-403", "permission"],
    ["fail-404", "not_found"],
  ] as const)("is not retried under %s", async ([fault, kind]) => {
    simulator.script("gpt-4o", fault);
    const { call, record } = await ask(fixture.router([["chat", "gpt-4o"]]), "chat");
    expect(call.error?.kind).toBe(kind);
    expect(outcomes(record)).toEqual([`d0 ${kind}`]);
    expect(simulator.requestCount()).toBe(1);
  });

  test.for([
    ["of the router", { num_retries: 0 }, {}, 1],
    ["of the deployment", { num_retries: 0 }, { num_retries: 1 }, 2],
    ["of the policy", { num_retries: 0, retry_policy: { InternalServerErrorRetries: 3 } }, { num_retries: 1 }, 4],
  ] as const)("is retried as often as the count %s says", async ([, settings, params, calls]) => {
    simulator.script("gpt-4o", "fail-500");
    await ask(fixture.router([["chat", "gpt-4o", params]], settings), "chat");
    expect(simulator.requestCount()).toBe(calls);
  });

  test("is retried when a plain answer is cut in the middle of its body", async () => {
    simulator.scriptOnce("gpt-4o", ["cut"]);
    const { record } = await ask(fixture.router([["chat", "gpt-4o"]]), "chat");
    expect(record.attempts).toMatchObject([{ outcome: "connection", http_status: 200 }, { outcome: "ok" }]);
    expect(record.status).toBe("ok");
  });

  test("is retried when the connection is reset before the first byte", async () => {
    simulator.scriptOnce("gpt-4o", ["reset"]);
    const transport = fixture.freshTransport();
    const { record } = await ask(fixture.router([["chat", "gpt-4o"]], {}, { transport }), "chat");
    expect(record.attempts).toMatchObject([{ outcome: "connection", http_status: null }, { outcome: "ok" }]);
  });

  test("is asked again at once, and nothing counts, when a kept connection is closed before the first byte", async () => {
    const clock = createSkippingClock();
    const router = fixture.router([["chat", "gpt-4o"]], { allowed_fails: 0 }, { clock });
    await ask(router, "chat");
    simulator.scriptOnce("gpt-4o", ["reset"]);
    const { record } = await ask(router, "chat");
    expect(outcomes(record)).toEqual(["d0 ok"]);
    expect(clock.sleeps).toEqual([]);
    expect((await ask(router, "chat")).record.status).toBe("ok");
  });

  test("is asked again once and no more by way of a connection that was closed", async () => {
    const router = fixture.router([["chat", "gpt-4o"]], { num_retries: 0 });
    await ask(router, "chat");
    simulator.reset();
    simulator.script("gpt-4o", "reset");
    expect((await ask(router, "chat")).record.error?.kind).toBe("connection");
    expect(simulator.requestCount()).toBe(2);
  });

  test("of a server that is not there ends as a connection error", async () => {
    const api_base = `http://127.0.0.1:${await closedPort()}/v1`;
    const { call } = await ask(fixture.router([["chat", "gpt-4o", { api_base }]]), "chat");
    expect(call).toMatchObject({
      status: 503,
      error: { kind: "connection", message: `cannot connect to ${new URL(api_base).origin} (ECONNREFUSED)` },
    });
  });

  test("keeps the status of an error whose body is cut", async () => {
    const { url } = await serve((request, response) => {
      response.writeHead(429, { "retry-after": "7", "content-length": 900 });
      response.write('{"error":{"message":"slow', () => request.socket.resetAndDestroy());
    });
    const settings = { num_retries: 0 };
    const { call } = await ask(fixture.router([["chat", "gpt-4o", { api_base: url }]], settings), "chat");
    expect(call).toMatchObject({ status: 429, retryAfterMs: 7_000, error: { kind: "rate_limit" } });
  });

  test("reads no more of an error's body than a message needs", async () => {
    const closed = Promise.withResolvers<void>();
    const { url } = await serve((_, response) => {
      response.once("close", closed.resolve);
      response.writeHead(400);
      response.write("x".repeat(1024 * 1024));
    });
    const { call } = await ask(fixture.router([["chat", "gpt-4o", { api_base: url }]]), "chat");
    await closed.promise;
    expect(call).toMatchObject({ status: 400, error: { kind: "bad_request" } });
  });

  test("does not follow a redirect, and the client gets none either", async () => {
    const { url } = await serve((_, response) => void response.writeHead(307, { location: fixture.url() }).end());
    const { call, record } = await ask(fixture.router([["chat", "gpt-4o", { api_base: url }]]), "chat");
    expect(call).toMatchObject({ status: 502, error: { message: expect.stringContaining("api_base") as string } });
    expect(record.attempts).toMatchObject([{ http_status: 307 }]);
    expect(simulator.requestCount()).toBe(0);
  });

  test("takes an error with a status of success for an error", async () => {
    const error = { message: "Too many", type: "rate_limit_error" };
    const { url } = await serve((_, response) => void response.end(JSON.stringify({ error })));
    const { call, record } = await ask(
      fixture.router([["chat", "gpt-4o", { api_base: url }]], { num_retries: 0 }),
      "chat",
    );
    expect(call).toMatchObject({ status: 429, error: { kind: "rate_limit", message: "Too many" } });
    expect(record.attempts).toMatchObject([{ outcome: "rate_limit", http_status: 200 }]);
  });
});

describe("a call of a group with more deployments", () => {
  test("goes to another at once when one fails", async () => {
    simulator.script("gpt-4o", "fail-500");
    const clock = createSkippingClock();
    const { record } = await ask(
      fixture.router(
        [
          ["chat", "gpt-4o"],
          ["chat", "gpt-4"],
        ],
        {},
        { clock },
      ),
      "chat",
    );
    expect(outcomes(record)).toEqual(["d0 server_error", "d1 ok"]);
    expect(record).toMatchObject({ deployment: "d1", model: "gpt-4", answered_by: "chat" });
    expect(clock.sleeps).toEqual([]);
  });

  test("goes to another after a 401, and never back", async () => {
    simulator.script("gpt-4o", "fail-401");
    simulator.script("gpt-4", "fail-500");
    const settings = { num_retries: 5, disable_cooldowns: true };
    const { record } = await ask(
      fixture.router(
        [
          ["chat", "gpt-4o"],
          ["chat", "gpt-4"],
        ],
        settings,
      ),
      "chat",
    );
    expect(outcomes(record).slice(0, 3)).toEqual(["d0 authentication", "d1 server_error", "d1 server_error"]);
    expect(outcomes(record)).toHaveLength(6);
  });

  test("goes to a higher order when the lowest fails", async () => {
    simulator.script("gpt-4o", "fail-500");
    const clock = createSkippingClock();
    const entries = [
      ["chat", "gpt-4o", { order: 1 }],
      ["chat", "gpt-4", { order: 2 }],
    ] as const;
    const { record } = await ask(fixture.router(entries, {}, { clock }), "chat");
    expect(outcomes(record)).toEqual(["d0 server_error", "d1 ok"]);
    expect(clock.sleeps).toEqual([]);
  });

  test("gives each a turn, waits, and begins again", async () => {
    for (const model of ["gpt-4o", "gpt-4"]) simulator.script(model, "fail-500");
    const clock = createSkippingClock();
    const router = fixture.router(
      [
        ["chat", "gpt-4o"],
        ["chat", "gpt-4"],
      ],
      { num_retries: 3 },
      { clock, random: () => 0.5 },
    );
    const { record } = await ask(router, "chat");
    expect(
      outcomes(record)
        .map((attempt) => attempt.slice(0, 2))
        .toSorted(),
    ).toEqual(["d0", "d0", "d1", "d1"]);
    expect(clock.sleeps).toEqual([500]);
  });

  test("does not wait for a group that will still be resting, and keeps the provider's words", async () => {
    for (const model of ["gpt-4o", "gpt-4"]) simulator.script(model, "fail-429");
    const clock = createSkippingClock();
    const { call, record } = await ask(
      fixture.router(
        [
          ["chat", "gpt-4o"],
          ["chat", "gpt-4"],
        ],
        {},
        { clock },
      ),
      "chat",
    );
    expect(outcomes(record)).toEqual(["d0 rate_limit", "d1 rate_limit"]);
    expect(call.error?.message).toBe("The simulator was asked to fail with 429.");
    expect(clock.sleeps).toEqual([]);
  });
});

describe("a cooldown", () => {
  test("takes a deployment out until it ends", async () => {
    simulator.scriptOnce("gpt-4o", ["fail-429"]);
    const clock = createSkippingClock();
    const router = fixture.router(
      [
        ["chat", "gpt-4o"],
        ["chat", "gpt-4"],
      ],
      {},
      { clock },
    );
    expect(outcomes((await ask(router, "chat")).record)).toEqual(["d0 rate_limit", "d1 ok"]);
    expect(outcomes((await ask(router, "chat")).record)).toEqual(["d1 ok"]);
    clock.advance(5_000);
    expect(outcomes((await ask(router, "chat")).record)).toEqual(["d0 ok"]);
  });

  test("of a whole group is a 429 that says when to come back", async () => {
    for (const model of ["gpt-4o", "gpt-4"]) simulator.script(model, "fail-429");
    const clock = createSkippingClock();
    const router = fixture.router(
      [
        ["chat", "gpt-4o"],
        ["chat", "gpt-4"],
      ],
      { cooldown_time: 20 },
      { clock },
    );
    await ask(router, "chat");
    clock.advance(3_500);
    const { call, record } = await ask(router, "chat");
    expect(call).toMatchObject({
      status: 429,
      retryAfterMs: 16_500,
      error: {
        kind: "rate_limit",
        type: "rate_limit_error",
        message: "No deployment of chat is available: all are cooling down or busy. Try again in 17 seconds.",
      },
    });
    expect(record).toMatchObject({ status: "error", attempts: [] });
    expect(simulator.requestCount()).toBe(2);
  });

  test("spares a group's only deployment unless allowed_fails is set", async () => {
    simulator.script("gpt-4o", "fail-500");
    const spared = fixture.router([["chat", "gpt-4o"]], { num_retries: 0 });
    for (let call = 0; call < 10; call += 1) await ask(spared, "chat");
    expect(simulator.requestCount()).toBe(10);
    simulator.reset();
    simulator.script("gpt-4o", "fail-500");
    const counted = fixture.router([["chat", "gpt-4o"]], { num_retries: 0, allowed_fails: 2 });
    for (let call = 0; call < 10; call += 1) await ask(counted, "chat");
    expect(simulator.requestCount()).toBe(3);
  });
});

describe("max_parallel_requests", () => {
  test("sends a call elsewhere, or away, while the deployment is busy", async () => {
    simulator.script("gpt-4o", "hang");
    const router = fixture.router([["chat", "gpt-4o", { max_parallel_requests: 1 }]]);
    const leaving = new AbortController();
    const arrived = simulator.nextRequest();
    const first = router.call(requestFor(router, "chat", { signal: leaving.signal }));
    await arrived;
    const { call } = await ask(router, "chat");
    expect(call).toMatchObject({
      status: 429,
      retryAfterMs: null,
      error: { message: expect.stringContaining("Try again once a call has ended.") as string },
    });
    leaving.abort();
    expect((await first).error?.kind).toBe("aborted");
    simulator.reset();
    expect((await ask(router, "chat")).record.status).toBe("ok");
  });

  test("does not hide the provider's error when the place is taken while a retry is waited for", async () => {
    simulator.scriptOnce("gpt-4o", ["fail-500", "hang"]);
    const leaving = new AbortController();
    let second: Promise<unknown> = Promise.resolve();
    const clock = {
      ...createSkippingClock(),
      async sleep() {
        const arrived = simulator.nextRequest();
        second = router.call(requestFor(router, "chat", { signal: leaving.signal, persist: false }));
        await arrived;
      },
    };
    const settings = { retry_after: 1 };
    const router = fixture.router([["chat", "gpt-4o", { max_parallel_requests: 1 }]], settings, { clock });
    const { call } = await ask(router, "chat");
    expect(call).toMatchObject({ status: 500, error: { kind: "server_error" } });
    leaving.abort();
    await second;
  });

  test("counts a stream until it has ended", async () => {
    const router = fixture.router([["chat", "gpt-4o", { max_parallel_requests: 1 }]]);
    const body = { ...requestFor(router, "chat").body, stream: true };
    const open = await router.call(requestFor(router, "chat", { body }));
    expect((await ask(router, "chat")).call.status).toBe(429);
    for await (const chunk of open.body) void chunk;
    expect((await ask(router, "chat")).call.status).toBe(200);
  });

  test.for(["its caller leaves", "its time is over"])(
    "gets back the place of a stream that nobody reads once %s",
    async (end) => {
      const clock = createSkippingClock();
      const router = fixture.router([["chat", "gpt-4o", { max_parallel_requests: 1 }]], { timeout: 60 }, { clock });
      const leaving = new AbortController();
      const body = { ...requestFor(router, "chat").body, stream: true };
      await router.call(requestFor(router, "chat", { body, signal: leaving.signal }));
      expect((await ask(router, "chat")).call.status).toBe(429);
      if (end === "its caller leaves") leaving.abort();
      else clock.advance(60_000);
      expect((await ask(router, "chat")).call.status).toBe(200);
    },
  );
});

describe("latency-based routing", () => {
  test("learns from the answers", async () => {
    const clock = createSkippingClock();
    const transport = {
      ...fixture.transport,
      send(request: TransportRequest) {
        clock.advance(String(request.body).includes('"gpt-4o"') ? 300 : 20);
        return fixture.transport.send(request);
      },
    };
    const settings = { routing_strategy: "latency-based-routing" };
    const router = fixture.router(
      [
        ["chat", "gpt-4o"],
        ["chat", "gpt-4"],
      ],
      settings,
      { clock, transport },
    );
    const picked: (string | null)[] = [];
    for (let call = 0; call < 4; call += 1) picked.push((await ask(router, "chat")).record.deployment);
    expect(picked).toEqual(["d0", "d1", "d1", "d1"]);
  });
});

describe("a caller that leaves", () => {
  test("before the call begins is never called for", async () => {
    const router = fixture.router([["chat", "gpt-4o"]]);
    const { call, record } = await ask(router, "chat", { signal: AbortSignal.abort() });
    expect(call).toMatchObject({ status: 499, error: { kind: "aborted" } });
    expect(record.attempts).toEqual([]);
    expect(simulator.requestCount()).toBe(0);
  });

  test("while a retry is waited for ends the wait", async () => {
    simulator.script("gpt-4o", "fail-500");
    const leaving = new AbortController();
    const clock = {
      ...systemClock,
      sleep(ms: number, signal?: AbortSignal) {
        const sleeping = systemClock.sleep(ms, signal);
        leaving.abort();
        return sleeping;
      },
    };
    const router = fixture.router(
      [
        ["chat", "gpt-4o"],
        ["other", "gpt-4"],
      ],
      { retry_after: 600, default_fallbacks: ["other"] },
      { clock },
    );
    const { call, record } = await ask(router, "chat", { signal: leaving.signal });
    expect(call).toMatchObject({
      status: 499,
      error: { kind: "aborted", message: "the client closed the connection" },
    });
    expect(outcomes(record)).toEqual(["d0 server_error"]);
    expect(simulator.requestCount()).toBe(1);
  });

  test("before the answer ends the provider's work, and nobody else is asked", async () => {
    simulator.script("gpt-4o", "hang");
    const router = fixture.router(
      [
        ["chat", "gpt-4o"],
        ["chat", "gpt-4"],
      ],
      { default_fallbacks: ["chat"] },
    );
    const leaving = new AbortController();
    const arrived = simulator.nextRequest();
    const ended = simulator.nextEnd();
    const calling = ask(router, "chat", { signal: leaving.signal });
    await arrived;
    leaving.abort(new Error("some reason of the caller's"));
    const { record } = await calling;
    expect(record).toMatchObject({ status: "error", error: { kind: "aborted" }, attempts: [{ outcome: "aborted" }] });
    expect((await ended).end).toBe("aborted");
    expect(simulator.requestCount()).toBe(1);
  });
});
