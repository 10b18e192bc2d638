import { gzipSync } from "node:zlib";
import type { Simulator } from "@understudy/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "./fixtures/ask.fixture.ts";
import {
  type RunningGateway,
  sayHello,
  startGateway,
  startSimulator,
  usualSettings,
} from "./fixtures/gateway.fixture.ts";

const key = 'sk-test-"master" key';
const LIMIT = 1024 * 1024;
const CHAT = "/v1/chat/completions";
const authorization = `Bearer ${key}`;
const chatBody = { model: "main", messages: sayHello };
let simulator: Simulator;
let gateway: RunningGateway;

beforeAll(async () => {
  const started = await startSimulator();
  simulator = started.simulator;
  const general_settings = { master_key: key, max_request_size_mb: 1 };
  gateway = await startGateway(usualSettings(started.upstream, { general_settings }));
});

afterAll(async () => {
  await gateway.stop();
  await simulator.stop();
});

const chat = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  ask(gateway.url, CHAT, { body, headers: { authorization, ...headers } });

describe("a body", () => {
  const padded = (bytes: number): string => {
    const empty = JSON.stringify({ ...chatBody, user: "" });
    return JSON.stringify({ ...chatBody, user: "u".repeat(bytes - empty.length) });
  };

  test("may be as long as the limit and not a byte longer", async () => {
    expect((await chat(padded(LIMIT))).status).toBe(200);
    const answer = await chat(padded(LIMIT + 1));
    expect(answer.status).toBe(413);
    expect(answer.json).toMatchObject({
      error: { type: "invalid_request_error", code: "request_too_large", param: null },
    });
    expect(answer.text).toContain(`larger than ${LIMIT} bytes (general_settings.max_request_size_mb)`);
  });

  test("may nest as deep as the limit and not a level more, and is told so as OpenAI would tell it", async () => {
    const nested = (levels: number): string =>
      JSON.stringify({ ...chatBody, note: 0 }).replace(":0}", `:${"[".repeat(levels)}${"]".repeat(levels)}}`);
    expect((await chat(nested(511))).status).toBe(200);
    for (const levels of [512, 5_000, 500_000]) {
      const answer = await chat(nested(levels));
      expect(answer.status).toBe(400);
      expect(answer.json).toMatchObject({
        error: { type: "invalid_request_error", code: "invalid_request", param: null },
      });
      expect(answer.text).toContain("nested deeper than 512 levels");
    }
  });

  test("may be compressed, and is measured inflated", async () => {
    const headers = { "content-encoding": "gzip" };
    expect((await chat(gzipSync(JSON.stringify(chatBody)), headers)).status).toBe(200);
    const bomb = gzipSync(Buffer.alloc(64 * LIMIT, " "));
    expect(bomb.byteLength).toBeLessThan(LIMIT / 10);
    expect((await chat(bomb, headers)).status).toBe(413);
  });

  test.each([
    ["not gzip at all", "gzip", 400, "invalid_request"],
    [gzipSync(JSON.stringify(chatBody)).subarray(0, 30), "gzip", 400, "invalid_request"],
    ["x", "rot13", 415, "unsupported_encoding"],
  ])("that is not in the encoding it claims is refused (%#)", async (body, encoding, status, code) => {
    const answer = await chat(body, { "content-encoding": encoding });
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ error: { code } });
  });

  test.each([
    ["empty", ""],
    ["no JSON", "{model: main}"],
    ["cut short", '{"model":"main","messages":[{"role'],
    ["a list", "[]"],
    ["a number", "1"],
    ["null", "null"],
    ["not UTF-8", Buffer.from('{"model":"main","messages":[{"role":"user","content":"caf\xe9"}]}', "latin1")],
    ["UTF-16", Buffer.from(JSON.stringify(chatBody), "utf16le")],
  ])("that is %s is refused, with what to send", async (_what, body) => {
    const answer = await chat(body);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: { type: "invalid_request_error", code: "invalid_json", param: null } });
    expect(answer.text).toMatch(/JSON/);
  });

  test("of a POST without one is refused too", async () => {
    const answer = await ask(gateway.url, CHAT, { method: "POST", headers: { authorization } });
    expect(answer.json).toMatchObject({ error: { code: "invalid_json" } });
  });

  test.each([
    ["model", { messages: sayHello }],
    ["model", { ...chatBody, model: 4 }],
    ["model", { ...chatBody, model: "" }],
    ["model", { ...chatBody, model: ["main"] }],
    ["messages", { model: "main" }],
    ["messages", { model: "main", messages: "hello" }],
    ["messages", { model: "main", messages: [] }],
    ["messages", { model: "main", messages: { 0: "hello" } }],
    ["stream", { ...chatBody, stream: "true" }],
    ["stream", { ...chatBody, stream: 1 }],
  ])("with a wrong %s says so: %j", async (param, body) => {
    const answer = await chat(body);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: { type: "invalid_request_error", code: "invalid_request", param } });
  });

  test.each(["constructor", "__proto__", "toString", "nobody", "m".repeat(500_000)])(
    "that names no model group is not answered in its name (%#)",
    async (model) => {
      const answer = await chat({ ...chatBody, model });
      expect(answer.status).toBe(404);
      expect(answer.json).toMatchObject({ error: { code: "model_not_found", param: "model" } });
      expect(answer.text.length).toBeLessThan(500);
    },
  );

  test("needs no content type, and may claim any", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"]) {
      expect((await chat(chatBody, { "content-type": type })).status).toBe(200);
    }
  });
});

describe("x-request-id", () => {
  test("is made up for who sends none, another for each request", async () => {
    const ids = await Promise.all(
      [chat(chatBody), chat(chatBody)].map(async (answer) => (await answer).headers["x-request-id"]),
    );
    expect(ids[0]).toMatch(/^req_[0-9a-f]{32}$/);
    expect(ids[1]).not.toBe(ids[0]);
  });

  test("is the client's own when it is valid", async () => {
    for (const id of ["a", "trace:1.2_3-4", "x".repeat(128)]) {
      expect((await chat(chatBody, { "x-request-id": id })).headers["x-request-id"]).toBe(id);
    }
  });

  test.each(["", "x".repeat(129), "two words", "a,b", "<script>", "é", '"'])(
    "is replaced when it is %j",
    async (id) => {
      expect((await chat(chatBody, { "x-request-id": id })).headers["x-request-id"]).toMatch(/^req_/);
    },
  );

  test.each([
    ["200", CHAT, { body: chatBody }],
    ["400", CHAT, { body: "{" }],
    ["404", "/nowhere", {}],
    ["405", CHAT, { method: "GET" }],
    ["413", CHAT, { body: "x".repeat(LIMIT + 1) }],
    ["500", CHAT, { body: { ...chatBody, model: "sim/gpt-4o@fail-500" } }],
    ["503", "/api/pairs", {}],
  ])("comes with a %s", async (status, path, asked) => {
    const headers = { authorization, "x-request-id": "mine" };
    const answer = await ask(gateway.url, path, { ...asked, headers });
    expect(answer.status).toBe(Number(status));
    expect(answer.headers["x-request-id"]).toBe("mine");
    expect((await ask(gateway.url, path, asked)).headers["x-request-id"]).toMatch(/^req_/);
  });
});

describe("a path", () => {
  test.each([
    "/v1",
    "/v1/nothing",
    "/v1/chat/completions/x",
    "/v1/../api/pairs",
    "/health/../api/pairs",
    "/%61pi/pairs",
    "/api%2fpairs",
    "//api/pairs",
    "/;/api/pairs",
    "/%",
    "/%00",
    "/v1/rerank",
  ])("that is not there is a 404 in OpenAI's shape, and no way around the key: %s", async (path) => {
    const answer = await ask(gateway.url, path);
    expect(answer.status).toBe(404);
    expect(answer.json).toEqual({
      error: { message: expect.any(String), type: "invalid_request_error", param: null, code: "not_found" },
    });
    expect(answer.text).toContain("POST /v1/chat/completions");
  });

  test.each(["/api/pairs/%2e%2e%2fexperiments", "/api/../api/pairs", "/API/pairs", "/api//pairs", "/api/pairs/"])(
    "below /api needs the key however it is written: %s",
    async (path) => {
      expect((await ask(gateway.url, path)).status).toBe(401);
    },
  );

  test("below /v1/models is a model's name, however it is written, and needs the key", async () => {
    expect((await ask(gateway.url, "/v1/models/../../api/pairs")).status).toBe(401);
    const answer = await ask(gateway.url, "/v1/models/../../api/pairs", { headers: { authorization } });
    expect(answer.status).toBe(404);
    expect(answer.json).toMatchObject({ error: { code: "model_not_found" } });
  });

  test("with a broken escape is the client's fault", async () => {
    const answer = await ask(gateway.url, "/api/pairs/%zz", { headers: { authorization } });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: { code: "invalid_request" } });
  });

  test.each([
    ["GET", CHAT, "POST"],
    ["PUT", "/chat/completions", "POST"],
    ["DELETE", CHAT, "POST"],
    ["POST", "/v1/models", "GET, HEAD"],
    ["POST", "/api/pairs", "GET, HEAD"],
    ["DELETE", "/api/pairs/pair_1", "GET, HEAD"],
  ])("takes no %s: %s", async (method, path, allow) => {
    const answer = await ask(gateway.url, path, { method, headers: { authorization } });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe(allow);
    expect(answer.json).toMatchObject({ error: { code: "method_not_allowed" } });
    expect(answer.text).toContain(`${path} takes`);
  });

  test("answers OPTIONS with what it takes, and HEAD without a body", async () => {
    const options = await ask(gateway.url, CHAT, { method: "OPTIONS" });
    expect([options.status, options.headers.allow, options.text]).toEqual([204, "POST", ""]);
    const head = await ask(gateway.url, "/v1/models", { method: "HEAD", headers: { authorization } });
    expect([head.status, head.text]).toEqual([200, ""]);
    expect((await ask(gateway.url, CHAT, { method: "HEAD", headers: { authorization } })).status).toBe(405);
  });
});

test("no answer says what it is made with", async () => {
  for (const path of [CHAT, "/v1/models", "/nowhere", "/health/liveliness"]) {
    const { headers } = await ask(gateway.url, path);
    expect(Object.keys(headers)).not.toContain("x-powered-by");
    expect(Object.keys(headers)).not.toContain("server");
  }
});

test("requests are counted by pattern and status, and no path becomes a label", async () => {
  await ask(gateway.url, "/api/pairs/pair_secret", { headers: { authorization } });
  await ask(gateway.url, "/made/up/path");
  const { text, headers } = await ask(gateway.url, "/metrics");
  expect(headers["content-type"]).toContain("text/plain");
  expect(text).toContain('understudy_http_requests_total{route="/v1/chat/completions",status="200"}');
  expect(text).toContain('understudy_http_requests_total{route="/api/pairs/:id",status="503"}');
  expect(text).toContain('understudy_http_requests_total{route="none",status="404"}');
  expect(text).not.toMatch(/secret|made/);
});
