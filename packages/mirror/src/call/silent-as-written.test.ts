import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { resolveConfig } from "@understudy/config";
import { createAxiosTransport, createCallRouter } from "@understudy/router";
import { expect, onTestFinished, test } from "vitest";
import { jobNumber } from "../job/mirror-job.fixture.ts";
import { callSilently } from "./silent-call.ts";

/** What the silent model gets for a request, and what was changed about it. */
async function silentlySent(request: string, params: object = {}) {
  let sent = "";
  const server = createServer((asked, response) => {
    asked.setEncoding("utf8").on("data", (text: string) => (sent += text));
    asked.on("end", () => response.end('{"choices":[{"index":0,"message":{"content":"hi"},"finish_reason":"stop"}]}'));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const api_base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const litellm_params = { model: "hosted_vllm/m", api_base, api_key: "sk-test-1", ...params };
  const config = resolveConfig({ model_list: [{ model_name: "quiet", litellm_params }] }, {});
  const transport = createAxiosTransport({ connectTimeoutMs: 60_000, maxConnections: 4 });
  const router = createCallRouter(config, { transport });
  onTestFinished(async () => {
    await router.close();
    server.close();
  });
  const options = { signal: new AbortController().signal, timeoutMs: 5_000, queueWaitMs: 0, earlier: [] };
  const { record } = await callSilently(jobNumber(1, { request, silent_model: "quiet" }), router, options);
  expect(record.status).toBe("ok");
  return { sent, changes: record.changes.map(({ param }) => param) };
}

const KEPT = String.raw`"seed":9007199254740993,"temperature":1.0,"logit_bias":{"5":-0,"6":1E2,"x":1e400}`;

test.each([
  ["nothing to change but the model", "", "", []],
  ["who asked", `"user":"u","metadata":{"a":1},`, "", ["user", "metadata"]],
  ["one answer of many", `"n":3,`, `"n":1,`, ["n"]],
  [
    "tools that act",
    `"tools":[{"type":"web_search"},{"type":"function","function":{"name":"f","x":1.0}}],`,
    `"tools":[{"type":"function","function":{"name":"f","x":1.0}}],`,
    ["tools"],
  ],
  [
    "another role",
    String.raw`"messages":[{"role":"developer","content":"\u00e9"},{"content":"\ud800","n":1.0}],`,
    String.raw`"messages":[{"role":"system","content":"\u00e9"},{"content":"\ud800","n":1.0}],`,
    ["messages"],
  ],
])("all else reaches the silent model as it was written: %s", async (_what, before, after, params) => {
  const { sent, changes } = await silentlySent(`{"model":"main",${before}${KEPT}}`);
  expect(changes).toEqual(params);
  expect(sent).toBe(`{"model":"m",${after}${KEPT}}`);
});

test("so does what it knows by another name", async () => {
  const { sent } = await silentlySent('{"model":"main","max_completion_tokens":1e2,"seed":1.0}', {
    model: "mistral/m",
  });
  expect(sent).toMatch(/"max_tokens":1e2\b/);
});

test("usage is asked for within the client's own options", async () => {
  const request = `{"model":"main","stream":true,"stream_options":{"x":1.0},${KEPT}}`;
  const { sent } = await silentlySent(request);
  expect(sent).toContain(`"stream_options":{"x":1.0,"include_usage":true},${KEPT}`);
});

test.each([undefined, {}, null])(
  "metadata that the client did not send is not told as stripped: %j",
  async (metadata) => {
    const { sent, changes } = await silentlySent(JSON.stringify({ model: "main", messages: [], metadata }));
    expect(changes).toEqual([]);
    expect(sent).toBe('{"model":"m","messages":[]}');
  },
);
