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
    const name = /node_modules\\/(@ai-sdk\\/[^/]+)/.exec(found.url)?.[1];
    if (name !== undefined) loaded.add(name);
    return found;
  },
});
await import("@understudy/gateway");
await import("@understudy/worker");
const { createCallRouter, createUndiciTransport } = await import("@understudy/router");
const { resolveConfig } = await import("@understudy/config");
const [base, ...groups] = process.argv.slice(1);
const entry = (model_name, model, api_base) => ({ model_name, litellm_params: { model, api_base, api_key: "sk-test" } });
const model_list = [entry("gpt", "openai/gpt-4o", base + "/v1"), entry("claude", "anthropic/claude-sonnet-4-5", base)];
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

test("a process whose deployments speak what its clients do loads no package of the bridge", async () => {
  expect(await loadedFor("gpt")).toEqual([]);
}, 60_000);

test("one that needs a package loads it, and no other", async () => {
  expect(await loadedFor("gpt", "claude")).toEqual(["@ai-sdk/anthropic", "@ai-sdk/provider", "@ai-sdk/provider-utils"]);
}, 60_000);
