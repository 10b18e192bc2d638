import type { OutgoingHttpHeaders } from "node:http";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { ask } from "./fixtures/ask.fixture.ts";
import { modelEntry, PLAIN_ROUTER, type RunningGateway, sayHello, startGateway } from "./fixtures/gateway.fixture.ts";
import { openUpstream } from "./fixtures/upstream.fixture.ts";

let gateway: RunningGateway;

afterEach(() => gateway.stop());

async function refused(status: number, body: string, headers: OutgoingHttpHeaders = {}, stream = false) {
  const upstream = await openUpstream((_asked, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  });
  onTestFinished(() => upstream.close());
  gateway = await startGateway({ model_list: [modelEntry("main", "m", upstream.url)], router_settings: PLAIN_ROUTER });
  return ask(gateway.url, "/v1/chat/completions", { body: { model: "main", messages: sayHello, stream } });
}

const AZURE =
  '{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI\'s content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"hate":{"filtered":true,"severity":"high"},"jailbreak":{"filtered":false,"detected":false}}}}}';
const LONG = JSON.stringify({
  error: { message: "long ".repeat(40_000), type: "t", code: "c", more: [1, { a: null }] },
});

describe("a provider's error reaches the client whole", () => {
  test.each([
    ["Azure's content filter", 400, AZURE],
    ["a message of 200,000 characters", 422, LONG],
    [
      "OpenRouter's metadata",
      403,
      '{"error":{"message":"flagged","code":403,"metadata":{"reasons":["x"],"flagged_input":"y"}},"user_id":"u"}',
    ],
    [
      "numbers as they were written",
      500,
      '{"error":{"message":"m","code":null,"trace":12345678901234567890,"at":1.0}}',
    ],
  ])("%s", async (_what, status, body) => {
    const answer = await refused(status, body);
    expect([answer.status, answer.text]).toEqual([status, body]);
    expect(answer.headers["content-type"]).toMatch(/^application\/json/);
  });

  test("of a streamed request too, and when it comes as the stream's first event", async () => {
    expect((await refused(400, AZURE, {}, true)).text).toBe(AZURE);
    await gateway.stop();
    const event = `event: error\ndata: ${AZURE}\n\n`;
    expect((await refused(200, event, { "content-type": "text/event-stream" }, true)).text).toBe(AZURE);
  });

  test("a page is put into OpenAI's shape", async () => {
    const page = "<html><head><title>503 Service Unavailable</title></head></html>";
    const answer = await refused(503, page, { "content-type": "text/html" });
    expect(answer.json).toEqual({
      error: {
        message: "503 Service Unavailable",
        type: "server_error",
        param: null,
        code: "unavailable",
        provider_error: page,
      },
    });
  });

  test("an empty one is named by its status", async () => {
    expect((await refused(500, "")).json).toEqual({
      error: { message: "HTTP 500", type: "server_error", param: null, code: "server_error" },
    });
  });
});

test.each([429, 503, 400])("what a client's retries go by comes with a %d", async (status) => {
  const sent = {
    "retry-after": "1",
    "retry-after-ms": "750",
    "x-ratelimit-limit-requests": "100",
    "x-ratelimit-remaining-requests": "0",
    "x-ratelimit-reset-requests": "1s",
    "x-should-retry": "false",
    "openai-processing-ms": "5",
  };
  const hidden = { "set-cookie": "a=b", server: "nginx", "x-request-id": "theirs", "content-encoding": "identity" };
  const answer = await refused(status, '{"error":{"message":"no"}}', { ...sent, ...hidden });
  expect(answer.headers).toMatchObject(sent);
  expect(answer.headers["x-request-id"]).not.toBe("theirs");
  expect(Object.keys(answer.headers)).not.toContain("set-cookie");
});

test("a wait in milliseconds alone is told in whole seconds too, and a date as it is", async () => {
  const answer = await refused(429, "{}", { "retry-after-ms": "1200" });
  expect(answer.headers).toMatchObject({ "retry-after": "2", "retry-after-ms": "1200" });
  await gateway.stop();
  const date = "Sat, 01 Jan 2050 00:00:00 GMT";
  expect((await refused(429, "{}", { "retry-after": date })).headers["retry-after"]).toBe(date);
});
