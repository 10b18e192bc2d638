import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ask } from "./fixtures/ask.fixture.ts";
import { modelEntry, PLAIN_ROUTER, type RunningGateway, startGateway } from "./fixtures/gateway.fixture.ts";
import { openUpstream, type Upstream } from "./fixtures/upstream.fixture.ts";

let upstream: Upstream;
let gateway: RunningGateway;
let sent = "";

beforeAll(async () => {
  const choices = [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }];
  const answer = JSON.stringify({ choices, data: [{ index: 0, embedding: [0.5] }] });
  upstream = await openUpstream((body, response) => {
    sent = body;
    response.setHeader("content-type", "application/json");
    response.end(answer);
  });
});

afterAll(() => upstream.close());
beforeEach(() => (sent = ""));
afterEach(() => gateway.stop());

async function provider(body: string, params: object = {}, path = "/v1/chat/completions"): Promise<string> {
  const model_list = [modelEntry("main", "gpt-4o", upstream.url, params)];
  gateway = await startGateway({ model_list, router_settings: PLAIN_ROUTER });
  expect((await ask(gateway.url, path, { body })).status).toBe(200);
  return sent;
}

const SEED = '"seed":9007199254740993';
const MESSAGES = String.raw`"messages":[{"role":"user","content":"caf\u00e9 \ud800"}]`;
const TOOLS =
  '"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"id":{"type":"integer","maximum":9223372036854775807,"multipleOf":1.0,"minimum":-0,"x":1E5,"y":1e400}}}}}]';

describe("numbers and texts reach the provider as they were written", () => {
  test.each<[string, string, object?]>([
    ["an escape that may spell the model", `{"model":"main",${MESSAGES},${SEED},${TOOLS}}`],
    ["metadata, which is kept back", `{"model":"main","metadata":{"a":1},${MESSAGES},${SEED},${TOOLS}}`],
    ["metadata with a forbidden key", `{"model":"main","metadata":{"a":{"api_key":"x"}},${MESSAGES},${SEED},${TOOLS}}`],
    ["a forbidden key", `{"model":"main","api_base":"http://x",${MESSAGES},${SEED},${TOOLS}}`],
    ["a control of the gateway's", `{"model":"main","num_retries":3,${MESSAGES},${SEED},${TOOLS}}`],
    ["a default of the deployment's", `{"model":"main",${MESSAGES},${SEED},${TOOLS}}`, { temperature: 0.5 }],
    ["an extra body", `{"model":"main",${MESSAGES},${SEED},${TOOLS}}`, { extra_body: { top_k: 3 } }],
    [
      "dropped parameters",
      `{"model":"main","user":"u",${MESSAGES},${SEED},${TOOLS}}`,
      { additional_drop_params: ["user"] },
    ],
    ["the model twice", `{"model":"other","model":"main",${MESSAGES},${SEED},${TOOLS}}`],
    ["a tool property called model", `{"model":"main",${MESSAGES},${SEED},${TOOLS.replace('"id"', '"model"')}}`],
  ])("beside %s", async (_what, body, params) => {
    const got = await provider(body, params);
    for (const kept of [SEED, MESSAGES, TOOLS.replace('"id"', body.includes('"id"') ? '"id"' : '"model"')]) {
      expect(got).toContain(kept);
    }
    expect(got).not.toMatch(/api_base|api_key|num_retries|"other"/);
    expect(JSON.parse(got)).toMatchObject({ model: "gpt-4o" });
  });

  test("in embeddings too", async () => {
    const body = '{"model":"main","input":["a"],"user":"u","dimensions":1.0e2,"metadata":{"n":9007199254740993}}';
    expect(await provider(body, { extra_body: { x: 1 } }, "/v1/embeddings")).toBe(
      '{"model":"gpt-4o","input":["a"],"user":"u","dimensions":1.0e2,"metadata":{"n":9007199254740993},"x":1}',
    );
  });
});

describe("what hides behind a second key of the same name", () => {
  test.each([
    '{"store":true,"metadata":{"api_key":"hidden"},"metadata":{"a":1},"model":"main",',
    '{"store":true,"metadata":{"a":{"api_key":"hidden"},"a":1},"model":"main",',
    String.raw`{"store":true,"metadata":{"\u0061":{"api_key":"hidden"},"a":1},"model":"main",`,
    '{"extra_body":{"x":[{"b":{"api_base":"hidden"},"b":2}]},"model":"main",',
    '{"api_key":"hidden","api_key":"hidden","model":"main",',
  ])("does not reach the provider: %s", async (head) => {
    const got = await provider(`${head}${MESSAGES},${SEED}}`);
    expect(got).not.toContain("hidden");
    expect(got).toContain(SEED);
  });
});
