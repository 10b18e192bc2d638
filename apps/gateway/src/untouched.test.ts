import { request as httpRequest } from "node:http";
import type { Simulator } from "@understudy/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, send } from "./fixtures/ask.fixture.ts";
import {
  type RunningGateway,
  modelEntry,
  PLAIN_ROUTER,
  sayHello,
  startGateway,
  startSimulator,
} from "./fixtures/gateway.fixture.ts";
import { openUpstream, type Upstream } from "./fixtures/upstream.fixture.ts";

const CHAT = "/v1/chat/completions";

describe("the simulator's bytes, taken down between it and the gateway", () => {
  let simulator: Simulator;
  let relay: Upstream;
  let gateway: RunningGateway;
  let passed: Buffer[] = [];

  beforeAll(async () => {
    const started = await startSimulator();
    simulator = started.simulator;
    relay = await openUpstream((body, response, { url: path, headers }) => {
      passed = [];
      const onward = httpRequest(`${started.upstream}${path}`, { method: "POST", headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.on("data", (chunk: Buffer) => passed.push(chunk)).pipe(response);
      });
      onward.end(body);
    });
    const model_list = [
      modelEntry("sim/*", "*", relay.url, { silent_model: "cheap" }),
      modelEntry("cheap", "x", relay.url),
    ];
    gateway = await startGateway({ model_list, router_settings: PLAIN_ROUTER });
  });

  afterAll(async () => {
    await gateway.stop();
    await relay.close();
    await simulator.stop();
  });

  const usage = { stream_options: { include_usage: true } };

  test.each([
    ["an answer", { model: "sim/gpt-4o" }],
    ["a long answer", { model: "sim/gpt-4o@huge-3000000" }],
    ["several choices", { model: "sim/gpt-4o", n: 3 }],
    ["an answer without text", { model: "sim/gpt-4o@empty" }],
    ["a stream", { model: "sim/gpt-4o", stream: true }],
    ["a stream with usage", { model: "sim/gpt-4o", stream: true, ...usage }],
    ["a stream of a reasoning model", { model: "sim/o3", stream: true, ...usage }],
    ["a long stream", { model: "sim/gpt-4o@huge-3000000", stream: true }],
    ["a stream with an error in it", { model: "sim/gpt-4o@stream-error", stream: true }],
    ["a stream with broken JSON in it", { model: "sim/gpt-4o@bad-json", stream: true }],
  ])("%s reaches the client byte for byte", async (_what, body) => {
    const answer = await ask(gateway.url, CHAT, { body: { ...body, messages: sayHello } });
    expect(answer.status).toBe(200);
    const sent = Buffer.concat(passed).toString("utf8");
    const asked = "stream_options" in body;
    expect(answer.text === (asked ? sent : withoutUsage(sent))).toBe(true);
    expect(asked || !("stream" in body) || !answer.text.includes('"usage":{')).toBe(true);
    expect(passed.length).toBeGreaterThan(0);
  });
});

/** What the gateway asks for in the client's place comes in an event of its own, and as a null in all others. */
function withoutUsage(text: string): string {
  if (!text.startsWith("data: ")) return text;
  const events = text.split(/(?<=\n\n)/).filter((event) => !event.includes('"choices":[],"usage":{'));
  return events.map((event) => event.replace(',"usage":null', "")).join("");
}

describe("bytes that no parser would write that way", () => {
  // Spaces, an unknown field, a repeated key, a lone escape, another order: parsed and written again it would differ.
  const odd =
    '{ "choices":[{"index":0, "message":{"content":"\\u00e9\\/é","role":"assistant"}}],\n\t"x":1.0,"x":1e2 }\n\n';
  const events = [
    ": a comment\r\n\r\n",
    'event: message\r\nid: 7\r\ndata: {"choices":[{"index":0,"delta":{"content":"né"}}]}\r\n\r\n',
    'data:{"choices":[{"index":0,"delta":{"content":"\\ud83d\\ude00 😀"},"finish_reason":"stop"}]}\n\n',
    "data: [DONE]\n\n",
    ": after the end\n\n",
  ].join("");
  const headers = {
    "openai-processing-ms": "12",
    "openai-version": "2020-10-01",
    "x-ratelimit-remaining-tokens": "9",
    "x-request-id": "of-the-provider",
    "set-cookie": ["__cf_bm=1", "b=2"],
    server: "provider",
    via: "1.1 inside",
    "openai-organization": "org-of-the-operator",
    "openai-project": "proj-of-the-operator",
    "cf-ray": "1",
    "x-ms-region": "West",
    "apim-request-id": "2",
    "strict-transport-security": "max-age=1",
    "access-control-allow-origin": "*",
    "x-litellm-model-id": "3",
    "www-authenticate": "Bearer",
    location: "http://127.0.0.1/",
    "retry-after": "1",
  };
  let upstream: Upstream;
  let gateway: RunningGateway;

  beforeAll(async () => {
    upstream = await openUpstream((body, response) => {
      const { stream } = JSON.parse(body) as { stream?: boolean };
      if (stream !== true) {
        response.writeHead(201, { ...headers, "content-type": "application/json" }).end(odd);
        return;
      }
      response.writeHead(200, { ...headers, "content-type": "text/event-stream" });
      // In pieces of three bytes: characters and line ends fall apart between chunks.
      const bytes = Buffer.from(events);
      for (let at = 0; at < bytes.length; at += 3) response.write(bytes.subarray(at, at + 3));
      response.end();
    });
    gateway = await startGateway({ model_list: [modelEntry("main", "m", upstream.url)] });
  });

  afterAll(async () => {
    await gateway.stop();
    await upstream.close();
  });

  test("arrive as they are, with the provider's status", async () => {
    const whole = await ask(gateway.url, CHAT, { body: { model: "main", messages: sayHello } });
    expect([whole.status, whole.text]).toEqual([201, odd]);
    const stream = await ask(gateway.url, CHAT, { body: { model: "main", messages: sayHello, stream: true } });
    expect([stream.status, stream.text]).toEqual([200, events]);
  });

  test("come with the few headers that are a client's business", async () => {
    const common = [
      "connection",
      "content-security-policy",
      "date",
      "openai-processing-ms",
      "openai-version",
      "x-content-type-options",
      "x-ratelimit-remaining-tokens",
      "x-request-id",
    ];
    const whole = await ask(gateway.url, CHAT, { body: { model: "main", messages: sayHello } });
    expect(Object.keys(whole.headers).toSorted()).toEqual([...common, "content-length", "content-type"].toSorted());
    expect(whole.headers).toMatchObject({ "content-type": "application/json", "openai-processing-ms": "12" });
    expect(whole.headers["x-request-id"]).toMatch(/^req_/);

    const stream = await ask(gateway.url, CHAT, { body: { model: "main", messages: sayHello, stream: true } });
    expect(Object.keys(stream.headers).toSorted()).toEqual(
      [...common, "cache-control", "content-type", "transfer-encoding", "x-accel-buffering"].toSorted(),
    );
    expect(stream.headers).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
    });
  });
});

describe("what the client wrote", () => {
  let upstream: Upstream;
  let gateway: RunningGateway;
  let received = "";

  beforeAll(async () => {
    upstream = await openUpstream((body, response) => {
      received = body;
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
    gateway = await startGateway({ model_list: [modelEntry("main", "m", upstream.url)] });
  });

  afterAll(async () => {
    await gateway.stop();
    await upstream.close();
  });

  test("reaches the provider to the last digit, under the provider's name of the model", async () => {
    const text =
      '{ "messages": [{"role":"user","content":"né \\u00e9 😀"}], "seed": 12345678901234567890,\n "model": "main" }';
    const plainText = text.replace("\\u00e9 ", "");
    await ask(gateway.url, CHAT, { body: plainText });
    expect(received).toBe(plainText.replace('"main"', '"m"'));
    // With an escape that might spell a key it is written anew, and says the same.
    await ask(gateway.url, CHAT, { body: text });
    expect(JSON.parse(received)).toEqual({ ...JSON.parse(text), model: "m" });
  });

  test("hides nothing in what it says twice", async () => {
    const twice =
      '"model":"other","model":"main","store":true,"metadata":{"api_key":"sk-test-hidden"},"metadata":{"a":"1"}';
    await ask(gateway.url, CHAT, { body: `{"messages":${JSON.stringify(sayHello)},${twice}}` });
    expect(received).not.toContain("other");
    expect(received).not.toContain("hidden");
    expect(JSON.parse(received)).toEqual({ model: "m", messages: sayHello, store: true, metadata: { a: "1" } });
    await ask(gateway.url, CHAT, {
      body: `{"messages":${JSON.stringify(sayHello)},${twice.slice(twice.indexOf(',"store"') + 1)},"model":"main"}`,
    });
    expect(received).not.toContain("hidden");
  });
});

test("the first chunk goes out before the second has come", async () => {
  const more = Promise.withResolvers<void>();
  const upstream = await openUpstream((_body, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: {}\n\n");
    void more.promise.then(() => response.end("data: [DONE]\n\n"));
  });
  const gateway = await startGateway({ model_list: [modelEntry("main", "m", upstream.url)] });
  const response = await send(gateway.url, CHAT, { body: { model: "main", messages: sayHello, stream: true } });
  const texts = [];
  for await (const chunk of response.setEncoding("utf8")) {
    texts.push(chunk);
    more.resolve();
  }
  expect(texts).toEqual(["data: {}\n\n", "data: [DONE]\n\n"]);
  await gateway.stop();
  await upstream.close();
});
