import { createSkippingClock } from "@understudy/runtime/fixture";
import type { ServerResponse } from "node:http";
import { systemClock } from "@understudy/runtime";
import { describe, expect, test } from "vitest";
import type { Call } from "./call/call.ts";
import { ask, requestFor, streamed, textOf, useSimulator } from "./call/router.fixture.ts";
import { serve } from "./transport/server.fixture.ts";

const fixture = useSimulator();
const { simulator } = fixture;

const streaming = { body: streamed("chat") };
const CHUNK = 'data: {"id":"c1","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]}\n\n';
const END = 'data: {"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
const BUSY = JSON.stringify({ error: { message: "Too much at once", type: "overloaded_error" } });

/** What came before the stream broke, and what broke it. */
async function broken(call: Call): Promise<{ readonly text: string; readonly error: unknown }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of call.body) chunks.push(chunk);
  } catch (error) {
    return { text: Buffer.concat(chunks).toString("utf8"), error };
  }
  throw new Error("the stream ended well");
}

describe("a stream that breaks after its first byte", () => {
  test("is cut for the client, and partial in the record", async () => {
    simulator.script("gpt-4o", "cut");
    const router = fixture.router(
      [
        ["chat", "gpt-4o"],
        ["other", "gpt-4"],
      ],
      { default_fallbacks: ["other"] },
    );
    const call = await router.call(requestFor(router, "chat", streaming));
    const { text, error } = await broken(call);
    expect(text).toContain("data: {");
    expect(error).toBeInstanceOf(Error);
    const record = call.record();
    expect(record).toMatchObject({
      status: "partial",
      error: { kind: "connection", status: 503 },
      answered_by: "chat",
      answer: { finish_reason: null },
      usage: null,
      cost_usd: null,
      attempts: [{ outcome: "ok" }],
    });
    expect(record.answer?.text?.length).toBeGreaterThan(0);
    expect(simulator.requestCount()).toBe(1);
  });

  test("with an error event is passed on as it came, and partial in the record", async () => {
    simulator.script("gpt-4o", "stream-error");
    const { text, record } = await ask(fixture.router([["chat", "gpt-4o"]]), "chat", streaming);
    expect(text).toContain('data: {"error":');
    expect(record).toMatchObject({
      status: "partial",
      error: { kind: "server_error", status: 500, message: "The server had an error while it was answering." },
    });
  });

  test.for([
    ["a rate limit", { code: 429, message: "later" }, "rate_limit", 429],
    ["an overload", { type: "overloaded_error", message: "Overloaded" }, "unavailable", 503],
    ["a full context", { code: "context_length_exceeded", message: "too long" }, "context_window", 400],
    ["a filter", { code: "content_filter", message: "no" }, "content_policy", 400],
  ] as const)("with %s says so in the record", async ([, error, kind, status]) => {
    const { url } = await serve((_, response) => response.end(`${CHUNK}data: ${JSON.stringify({ error })}\n\n`));
    const { record } = await ask(fixture.router([["chat", "gpt-4o", { api_base: url }]]), "chat", streaming);
    const { message } = error;
    expect(record).toMatchObject({ status: "partial", error: { kind, status, message }, answer: { text: "Hi" } });
  });

  test("with no end mark is partial in the record", async () => {
    const { url } = await serve((_, response) => response.end(CHUNK));
    const { record } = await ask(fixture.router([["chat", "gpt-4o", { api_base: url }]]), "chat", streaming);
    expect(record).toMatchObject({ status: "partial", error: { kind: "malformed" }, answer: { text: "Hi" } });
  });

  test("after its end mark is whole all the same", async () => {
    const { url } = await serve((request, response) => {
      response.write(CHUNK + END, () => request.socket.destroy());
    });
    const router = fixture.router([["chat", "gpt-4o", { api_base: url }]]);
    const call = await router.call(requestFor(router, "chat", streaming));
    await broken(call);
    expect(call.record()).toMatchObject({ status: "ok", error: null, answer: { text: "Hi", finish_reason: "stop" } });
  });
});

describe("a stream that fails before its first byte", () => {
  type Row = readonly [what: string, chunks: readonly string[], kind: string, status: number];
  const rows: readonly Row[] = [
    ["in the first event", [`data: ${BUSY}\n\n`], "unavailable", 503],
    ["in a named event", [`event: error\ndata: ${BUSY}\n\n`], "unavailable", 503],
    ["in a named event with another body", ['event: error\r\ndata: {"message":"no"}\r\n\r\n'], "server_error", 500],
    ["in Anthropic's words", [`data: {"type":"error",${BUSY.slice(1)}\n\n`], "unavailable", 503],
    ["in pieces", ["da", 'ta: {"er', `ror"${BUSY.slice(8, 30)}`, `${BUSY.slice(30)}\n`, "\n"], "unavailable", 503],
    ["without an empty line at its end", [`data: ${BUSY}`], "unavailable", 503],
    ["as plain JSON", [BUSY], "unavailable", 503],
    ["with a code", ['data: {"error":{"message":"slow down","code":429}}\n\n'], "rate_limit", 429],
    [
      "with a word for a code",
      ['data: {"error":{"message":"no","code":"context_length_exceeded","type":"invalid_request_error"}}\n\n'],
      "context_window",
      400,
    ],
    ["by ending", [], "connection", 503],
    ["by its end mark alone", ["data: [DONE]\n\n"], "server_error", 502],
    ["beside choices", ['data: {"id":"g","choices":[],"error":{"code":503,"message":"no"}}\n\n'], "unavailable", 503],
    ["behind other keys", ['data: {"id":"g","object":"error","message":"Rate limit reached"}\n\n'], "rate_limit", 429],
    ["in FastAPI's words", ['data: {"detail":"Too Many Requests"}\n\n'], "rate_limit", 429],
    ["in Google's list", ['data: [{"error":{"code":429,"message":"spent"}}]\n\n'], "rate_limit", 429],
    ["behind a comment in its own event", [`event: error\n: why\ndata: ${BUSY}\n\n`], "unavailable", 503],
    ["as JSON over several lines", [JSON.stringify(JSON.parse(BUSY), null, 2)], "unavailable", 503],
    ["as a page", ["<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"], "server_error", 502],
    ["as a text", ["deadline exceeded"], "server_error", 502],
    ["as JSON without an answer", ['{"choices":[]}'], "server_error", 502],
  ];

  test.for(rows)("%s: a failure like any other", async ([, chunks, kind, status]) => {
    const { url } = await serve((_, response) => void sendOneByOne(response, chunks));
    const router = fixture.router([["chat", "gpt-4o", { api_base: url }]], { num_retries: 0 });
    const { call, record, text } = await ask(router, "chat", streaming);
    expect(text).toBe("");
    expect(call).toMatchObject({ status, error: { kind } });
    expect(record).toMatchObject({ status: "error", attempts: [{ outcome: kind, http_status: 200 }] });
  });

  test("is retried, and the connection with the error is given up", async () => {
    const closed = Promise.withResolvers<void>();
    const { url } = await serve((_, response) => {
      response.once("close", closed.resolve);
      response.write(`data: ${BUSY}\n\n`);
    });
    const router = fixture.router([
      ["chat", "gpt-4o", { api_base: url, order: 1 }],
      ["chat", "gpt-4", { order: 2 }],
    ]);
    const { record } = await ask(router, "chat", streaming);
    expect(record.attempts).toMatchObject([{ outcome: "unavailable" }, { deployment: "d1", outcome: "ok" }]);
    expect(record.status).toBe("ok");
    await closed.promise;
  });

  test("under empty-body is retried", async () => {
    simulator.scriptOnce("gpt-4o", ["empty-body"]);
    const { record } = await ask(fixture.router([["chat", "gpt-4o"]]), "chat", streaming);
    expect(record.attempts).toMatchObject([{ outcome: "connection" }, { outcome: "ok" }]);
  });
});

describe("a stream that begins well", () => {
  test.for([
    ["with a comment", [": waiting\n\n", CHUNK, END]],
    ["with half a comment", [":", "\n\n", CHUNK + END]],
    ["with an event in small pieces", ["d", "ata: ", CHUNK.slice(6, 20), CHUNK.slice(20), END]],
    ["with a named event", ["event: mess", `age\n${CHUNK}`, END]],
    ["with an error that is null", ['data: {"error":null,"choices":[]}\n\n', CHUNK, END]],
    ["with long words of many bytes", [`data: {"id":"${"é日".repeat(20)}","choices":[]}\n\n`, CHUNK, END]],
    ["with an empty line", ["\n", CHUNK, END]],
  ] as const)("%s is passed on as it came", async ([, chunks]) => {
    const { url } = await serve((_, response) => void sendOneByOne(response, chunks));
    const { text, record } = await ask(fixture.router([["chat", "gpt-4o", { api_base: url }]]), "chat", streaming);
    expect(text).toBe(chunks.join(""));
    expect(record).toMatchObject({ status: "ok", answer: { text: "Hi" } });
  });

  test("with a comment is passed on before anything else comes", async () => {
    const waiting: ServerResponse[] = [];
    const { url } = await serve((_, response) => {
      waiting.push(response);
      response.write(": waiting\n");
    });
    const router = fixture.router([["chat", "gpt-4o", { api_base: url }]]);
    const call = await router.call(requestFor(router, "chat", streaming));
    waiting[0]?.end(`\n${CHUNK}${END}`);
    expect(await textOf(call.body)).toBe(`: waiting\n\n${CHUNK}${END}`);
  });
});

describe("time", () => {
  const settings = { num_retries: 0, timeout: 60, stream_timeout: 5 };

  test.for(["hang", "hang-after-headers"])(
    "for the first token of a stream is over under %s: stream_timeout",
    async (fault) => {
      simulator.script("gpt-4o", fault);
      const clock = createSkippingClock();
      const router = fixture.router([["chat", "gpt-4o"]], settings, { clock });
      const [arrived, ended] = [simulator.nextRequest(), simulator.nextEnd()];
      const calling = ask(router, "chat", streaming);
      await arrived;
      clock.advance(5_000);
      const { call, record } = await calling;
      expect(call).toMatchObject({
        status: 408,
        error: { kind: "timeout", message: "no first byte within 5000 ms (stream_timeout)" },
      });
      expect(record.attempts).toMatchObject([{ outcome: "timeout", duration_ms: 5_000 }]);
      expect((await ended).end).toBe("aborted");
      expect(clock.timers()).toBe(0);
    },
  );

  test.for(["hang", "hang-after-headers", "stall"])("for a plain answer is over under %s: timeout", async (fault) => {
    simulator.script("gpt-4o", fault);
    const clock = createSkippingClock();
    const router = fixture.router([["chat", "gpt-4o"]], settings, { clock });
    const [arrived, ended] = [simulator.nextRequest(), simulator.nextEnd()];
    const calling = ask(router, "chat");
    await arrived;
    clock.advance(5_000);
    clock.advance(55_000);
    const { call } = await calling;
    expect(call).toMatchObject({ status: 408, error: { message: "no complete answer within 60000 ms (timeout)" } });
    expect((await ended).end).toBe("aborted");
    expect(clock.timers()).toBe(0);
  });

  test("for a stream that stalls is over: timeout, and the record is partial", async () => {
    simulator.script("gpt-4o", "stall");
    const clock = createSkippingClock();
    const router = fixture.router([["chat", "gpt-4o"]], settings, { clock });
    const ended = simulator.nextEnd();
    const call = await router.call(requestFor(router, "chat", streaming));
    expect(clock.timers()).toBe(1);
    const reading = broken(call);
    clock.advance(60_000);
    await reading;
    expect(call.record()).toMatchObject({
      status: "partial",
      error: { kind: "timeout", message: "no complete answer within 60000 ms (timeout)" },
    });
    expect((await ended).end).toBe("aborted");
  });

  test("that is over is a failure like any other: the next deployment is called", async () => {
    simulator.script("gpt-4o", "hang");
    const clock = createSkippingClock();
    const router = fixture.router(
      [
        ["chat", "gpt-4o"],
        ["chat", "gpt-4"],
      ],
      { timeout: 60 },
      { clock },
    );
    const arrived = simulator.nextRequest();
    const calling = ask(router, "chat");
    await arrived;
    clock.advance(60_000);
    const { record } = await calling;
    expect(record.attempts).toMatchObject([{ outcome: "timeout" }, { deployment: "d1", outcome: "ok" }]);
  });

  test.for([
    ["the call's", { timeout: 30, stream_timeout: 9 }, 7_000, 7_000],
    ["the deployment's", { timeout: 30, stream_timeout: 9 }, null, 9_000],
    ["the router's", {}, null, 5_000],
    ["the router's, whole, when the deployment has one for the whole", { timeout: 3 }, null, 3_000],
  ] as const)("is %s own before others", async ([, params, timeoutMs, expected]) => {
    simulator.script("gpt-4o", "hang");
    const clock = createSkippingClock();
    const router = fixture.router([["chat", "gpt-4o", params]], settings, { clock });
    const arrived = simulator.nextRequest();
    const calling = ask(router, "chat", { ...streaming, timeoutMs });
    await arrived;
    clock.advance(expected - 1);
    expect(clock.timers()).toBe(2);
    clock.advance(1);
    expect((await calling).call.error?.message).toContain(`within ${expected} ms`);
  });

  test("longer than a timer can be set for does not end at once", async () => {
    const forever = { timeout: 1e9, stream_timeout: 1e9 };
    const router = fixture.router([["chat", "gpt-4o"]], forever, { clock: systemClock });
    expect((await ask(router, "chat", streaming)).record.status).toBe("ok");
  });
});

describe("a client that leaves in the middle of a stream", () => {
  test("by its signal ends the provider's work; the record is partial and aborted", async () => {
    simulator.script("gpt-4o", "stall");
    const router = fixture.router([["chat", "gpt-4o"]]);
    const leaving = new AbortController();
    const ended = simulator.nextEnd();
    const call = await router.call(requestFor(router, "chat", { ...streaming, signal: leaving.signal }));
    const reading = broken(call);
    leaving.abort();
    expect((await reading).text).toContain("data: {");
    expect((await ended).end).toBe("aborted");
    expect(call.record()).toMatchObject({
      status: "partial",
      error: { kind: "aborted", message: "the client closed the connection" },
      answered_by: "chat",
    });
  });

  test("by reading no further does the same", async () => {
    simulator.script("gpt-4o", "stall");
    const router = fixture.router([["chat", "gpt-4o"]]);
    const ended = simulator.nextEnd();
    const call = await router.call(requestFor(router, "chat", streaming));
    for await (const chunk of call.body) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    expect((await ended).end).toBe("aborted");
    expect(call.record()).toMatchObject({ status: "partial", error: { kind: "aborted" } });
  });

  test("at the end mark, as many do, has had the whole answer", async () => {
    const { url } = await serve((_, response) => void response.write(CHUNK + END));
    const router = fixture.router([["chat", "gpt-4o", { api_base: url }]]);
    const leaving = new AbortController();
    const call = await router.call(requestFor(router, "chat", { ...streaming, signal: leaving.signal }));
    for await (const chunk of call.body) {
      if (Buffer.from(chunk).toString().endsWith("[DONE]\n\n")) break;
    }
    leaving.abort();
    expect(call.record()).toMatchObject({ status: "ok", error: null, answer: { text: "Hi" } });
  });
});

/** Sends each chunk when the one before has left the process. */
async function sendOneByOne(response: ServerResponse, chunks: readonly string[]): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.socket?.setNoDelay(true);
  for (const chunk of chunks) {
    await new Promise<void>((resolve) => response.write(chunk, () => setImmediate(resolve)));
  }
  response.end();
}
