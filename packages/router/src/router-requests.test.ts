import { resolveConfig } from "@understudy/config";
import { expect, test } from "vitest";
import { ask, useSimulator } from "./call/router.fixture.ts";
import { createCallRouter } from "./router.ts";

const { simulator, transport, url, router } = useSimulator();

test("a request nested beyond writing is the client's fault: 400, one attempt, nothing cooled", async () => {
  const calls = router([["main", "gpt-4o"]], { allowed_fails: 0 });
  const deep = JSON.parse("[".repeat(20_000) + "]".repeat(20_000)) as unknown;
  const { call, record } = await ask(calls, "main", { body: { model: "main", messages: [], extra: deep } });
  expect(call.error).toMatchObject({ kind: "bad_request", status: 400 });
  expect(record.attempts).toHaveLength(1);
  expect(simulator.requestCount()).toBe(0);
  expect((await ask(calls, "main")).call.error).toBeNull();
});

test("a deployment of * sends each model to its own provider, under the price of that model", async () => {
  const env = { OPENAI_API_KEY: "sk-test-openai", OPENAI_BASE_URL: url() };
  const model_list = [{ model_name: "*", litellm_params: { model: "*" } }];
  const calls = createCallRouter(resolveConfig({ model_list }, env), { transport });
  const { record } = await ask(calls, "gpt-4o-mini");
  expect(record).toMatchObject({ status: "ok", provider: "openai", model: "gpt-4o-mini", model_group: "*" });
  expect(record.cost_usd).toBeGreaterThan(0);
  const { call } = await ask(calls, "anthropic/claude-sonnet-4-5");
  expect(call.error).toMatchObject({ kind: "not_found", status: 404, code: "model_not_found" });
  expect(call.error?.message).toContain("anthropic/claude-sonnet-4-5");
});
