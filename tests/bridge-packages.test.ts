import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createSimulator } from "@understudy/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";

/** A process that has all of gateway and worker, asks each model group that it is told, and says which packages that loaded. */
const PROGRAM = `
import { registerHooks } from "node:module";
const loaded = new Set();
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const name = /node_modules\\/(@ai-sdk\\/[^/]+|@aws-sdk\\/credential-providers|@smithy\\/signature-v4)/.exec(found.url)?.[1];
    if (name !== undefined) loaded.add(name);
    return found;
  },
});
await import("@understudy/gateway");
await import("@understudy/worker");
const { createCallRouter, createUndiciTransport } = await import("@understudy/router");
const { resolveConfig } = await import("@understudy/config");
const [base, ...groups] = process.argv.slice(1);
const entry = (model_name, model, api_base, more = { api_key: "sk-test" }) =>
  ({ model_name, litellm_params: { model, api_base, ...more } });
const keys = { aws_access_key_id: "AKIATEST", aws_secret_access_key: "secret-of-AKIATEST" };
const model_list = [
  entry("gpt", "openai/gpt-4o", base + "/v1"),
  entry("claude", "anthropic/claude-sonnet-4-5", base),
  entry("nova", "bedrock/us.amazon.nova-pro-v1:0", base, keys),
  entry("llama", "ollama/llama-3.1-8b", base, { num_ctx: 8192 }),
];
const transport = createUndiciTransport({ connectTimeoutMs: 60_000, maxConnections: 4 });
const router = createCallRouter(resolveConfig({ model_list }, {}), { transport });
for (const group of groups) {
  const body = { model: group, messages: [{ role: "user", content: "Hi" }] };
  const rest = { role: "primary", operation: "chat", requestedModel: group, group, signal: null, timeoutMs: null, persist: true };
  const call = await router.call({ requestId: "req_1", clientRequestId: null, body, ...rest });
  for await (const _ of call.body);
  if (call.error !== null) throw new Error(call.error.message);
}
await router.close();
console.log(JSON.stringify([...loaded].toSorted()));
`;

const simulator = createSimulator({ speed: 0 });
let base = "";
beforeAll(async () => {
  base = (await simulator.start()).url;
});
afterAll(() => simulator.stop());

async function loadedFor(...groups: readonly string[]): Promise<unknown> {
  const run = promisify(execFile);
  const { stdout } = await run("node", ["--input-type=module", "--eval", PROGRAM, base, ...groups]);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

test("a process whose deployments speak what its clients do loads no package of the bridge, and none of a cloud", async () => {
  expect(await loadedFor("gpt", "llama")).toEqual([]);
}, 60_000);

test("one that signs loads what signs, and not what looks for keys that are written", async () => {
  const loaded = await loadedFor("nova");
  expect(loaded).toEqual(expect.arrayContaining(["@ai-sdk/amazon-bedrock", "@smithy/signature-v4"]));
  expect(loaded).not.toContain("@aws-sdk/credential-providers");
}, 180_000);

test("one that needs a package loads it, and no other", async () => {
  expect(await loadedFor("gpt", "claude")).toEqual(["@ai-sdk/anthropic", "@ai-sdk/provider", "@ai-sdk/provider-utils"]);
}, 60_000);
