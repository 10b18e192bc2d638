import { createHash } from "node:crypto";
import { connect } from "node:net";
import type { Simulator } from "@understudy/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "../fixtures/ask.fixture.ts";
import {
  type RunningGateway,
  sayHello,
  startGateway,
  startSimulator,
  usualSettings,
} from "../fixtures/gateway.fixture.ts";

const key = 'sk-test-"master" key';
const CHAT = "/v1/chat/completions";
const chatBody = { model: "main", messages: sayHello };
let simulator: Simulator;
let gateway: RunningGateway;

beforeAll(async () => {
  const started = await startSimulator();
  simulator = started.simulator;
  gateway = await startGateway(usualSettings(started.upstream, { general_settings: { master_key: key } }));
});

afterAll(async () => {
  await gateway.stop();
  await simulator.stop();
});

describe("the master key", () => {
  test.each([
    ["authorization", `Bearer ${key}`],
    ["authorization", `bearer   ${key}`],
    ["x-api-key", key],
    ["api-key", key],
    ["x-litellm-api-key", `Bearer ${key}`],
    ["x-goog-api-key", key],
    ["ocp-apim-subscription-key", key],
  ])("lets in who sends it as %s: %s", async (name, value) => {
    expect((await ask(gateway.url, CHAT, { body: chatBody, headers: { [name]: value } })).status).toBe(200);
  });

  test.each([
    ["nothing", {}],
    ["another key", { authorization: "Bearer sk-test-other" }],
    ["a part of it", { authorization: `Bearer ${key.slice(0, -1)}` }],
    ["more than it", { authorization: `Bearer ${key}x` }],
    ["it without quotes", { authorization: `Bearer ${key.replaceAll('"', "")}` }],
    ["it under another scheme", { authorization: `Basic ${key}` }],
    ["it without a scheme", { authorization: key }],
    ["an empty key", { "x-api-key": "" }],
    ["no bearer", { authorization: "Bearer " }],
    ["its digest", { authorization: `Bearer ${createHash("sha256").update(key).digest("hex")}` }],
    ["8 KB", { authorization: `Bearer ${"k".repeat(8192)}` }],
    ["a quote", { authorization: `Bearer '"\\` }],
  ])("keeps out who sends %s", async (_what, headers) => {
    const before = simulator.requestCount();
    const answer = await ask(gateway.url, CHAT, { body: chatBody, headers });
    expect(answer.status).toBe(401);
    expect(answer.json).toEqual({
      error: { message: expect.any(String), type: "invalid_request_error", param: null, code: "invalid_api_key" },
    });
    expect(answer.text).not.toContain(key);
    expect(simulator.requestCount()).toBe(before);
  });

  test.each([
    "/v1/models",
    "/models",
    "/api/experiments",
    "/api/experiments/x",
    "/api/pairs",
    "/api/pairs/x",
    "/api/x",
  ])("is needed for %s", async (path) => {
    expect((await ask(gateway.url, path)).status).toBe(401);
    expect((await ask(gateway.url, path, { headers: { authorization: `Bearer ${key}` } })).status).not.toBe(401);
  });

  test.each(["/chat/completions", CHAT])("is needed for POST %s before its body is read", async (path) => {
    expect((await ask(gateway.url, path, { body: "{" })).status).toBe(401);
  });

  test.each(["/health/liveliness", "/health/liveness", "/health/readiness", "/metrics"])(
    "is not needed for %s",
    async (path) => {
      expect((await ask(gateway.url, path)).status).toBe(200);
    },
  );

  test("of a megabyte or with a NUL is refused before the gateway looks at it, and hurts nobody else", async () => {
    expect(await firstLine(`GET /v1/models HTTP/1.1\r\nhost: x\r\nx-api-key: ${"k".repeat(1e6)}\r\n\r\n`)).toBe(
      "HTTP/1.1 431 Request Header Fields Too Large",
    );
    expect(await firstLine("GET /v1/models HTTP/1.1\r\nhost: x\r\nx-api-key: k\0k\r\n\r\n")).toBe(
      "HTTP/1.1 400 Bad Request",
    );
    expect((await ask(gateway.url, CHAT, { body: chatBody, headers: { "x-api-key": key } })).status).toBe(200);
  });

  test("need not be there at all", async () => {
    const { upstream, simulator: other } = await startSimulator();
    const open = await startGateway(usualSettings(upstream));
    expect((await ask(open.url, CHAT, { body: chatBody })).status).toBe(200);
    expect((await ask(open.url, "/v1/models")).status).toBe(200);
    await open.stop();
    await other.stop();
  });
});

/** The first line that the gateway answers to raw bytes. */
function firstLine(bytes: string): Promise<string> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.once("data", (data) => {
      socket.destroy();
      resolve(data.toString("latin1").split("\r\n")[0] ?? "");
    });
    socket.once("error", reject);
    socket.write(bytes, "latin1");
  });
}
