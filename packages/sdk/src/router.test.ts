import { ConfigError } from "@understudy/config";
import type { CallRecord } from "@understudy/router";
import { createSimulator } from "@understudy/simulator";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { CallFailedError, Router, type RouterConfig, type RouterOptions } from "./index.ts";

const simulator = createSimulator();
let base = "";

beforeAll(async () => {
  base = `${(await simulator.start()).url}/v1`;
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.stop());

const messages = [{ role: "user", content: "What is the capital of France?" }];

function config(): RouterConfig {
  const openai = (model: string) => ({ model: `openai/${model}`, api_base: base, api_key: "os.environ/TEST_KEY" });
  return {
    model_list: [
      { model_name: "lead", litellm_params: { ...openai("gpt-3.5-turbo"), silent_model: "understudy" } },
      { model_name: "understudy", litellm_params: openai("gpt-4o") },
      { model_name: "alone", litellm_params: openai("gpt-4o-mini") },
    ],
    router_settings: { num_retries: 0 },
  };
}

function open(options: RouterOptions = {}) {
  const pairs: { primary: CallRecord; silent: CallRecord }[] = [];
  const onPair = (primary: CallRecord, silent: CallRecord): void => void pairs.push({ primary, silent });
  return { pairs, router: new Router(config(), { onPair, env: { TEST_KEY: "sk-test-sdk" }, ...options }) };
}

test("answers, and mirrors in the background", async () => {
  const { router, pairs } = open();
  const response = await router.completion({ model: "lead", messages });
  expect(response.choices[0]?.message.content).toContain("Paris");
  await router.close();
  expect(pairs).toHaveLength(1);
  const [pair] = pairs;
  expect(pair?.primary).toMatchObject({
    role: "primary",
    status: "ok",
    is_silent_experiment: false,
    model: "gpt-3.5-turbo",
  });
  expect(pair?.silent).toMatchObject({ role: "silent", status: "ok", is_silent_experiment: true, model: "gpt-4o" });
  expect(pair?.silent.request_id).toBe(pair?.primary.request_id);
});

test("streams as it arrives, and the silent call streams too", async () => {
  const { router, pairs } = open();
  const texts: string[] = [];
  for await (const chunk of await router.completion({ model: "lead", messages, stream: true })) {
    texts.push(chunk.choices[0]?.delta.content ?? "");
  }
  expect(texts.length).toBeGreaterThan(2);
  expect(texts.join("")).toContain("Paris");
  await router.close();
  expect(pairs[0]?.primary.answer?.text).toBe(texts.join(""));
  expect(pairs[0]?.silent).toMatchObject({ stream: true, status: "ok" });
});

test("a stream that is left early is mirrored as partial", async () => {
  simulator.script("gpt-3.5-turbo", "slow-tokens-20");
  const { router, pairs } = open();
  for await (const chunk of await router.completion({ model: "lead", messages, stream: true })) {
    if (chunk.choices[0]?.delta.content !== undefined) break;
  }
  await router.close();
  expect(pairs[0]?.primary.status).toBe("partial");
  expect(pairs[0]?.silent.status).toBe("ok");
});

test("a failed call rejects with its status and attempts, and is mirrored", async () => {
  simulator.script("gpt-3.5-turbo", "fail-503");
  const { router, pairs } = open();
  const failure = await router.completion({ model: "lead", messages }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CallFailedError);
  expect(failure).toMatchObject({ status: 503, kind: "unavailable" });
  await router.close();
  expect(pairs[0]?.primary.attempts).toHaveLength(1);
  expect(pairs[0]?.silent.status).toBe("ok");
});

test("a silent model that fails, and an onPair that throws, reach no caller", async () => {
  simulator.script("gpt-4o", "fail-500");
  const seen: string[] = [];
  const { router } = open({
    onPair: (_primary, silent) => {
      seen.push(silent.status);
      throw new Error("from onPair");
    },
  });
  const response = await router.completion({ model: "lead", messages });
  expect(response.choices).toHaveLength(1);
  await router.close();
  expect(seen).toEqual(["error"]);
});

test("a full backlog drops mirrors and nothing else", async () => {
  simulator.script("gpt-4o", "hang");
  const { router, pairs } = open({ maxBacklog: 1, closeTimeoutMs: 50 });
  const calls = Array.from({ length: 30 }, () => router.completion({ model: "lead", messages }));
  expect(await Promise.all(calls)).toHaveLength(30);
  await router.close();
  expect(pairs.length).toBeLessThan(30);
});

test("a model without silent_model is not mirrored", async () => {
  const { router, pairs } = open();
  await router.completion({ model: "alone", messages });
  await router.close();
  expect(pairs).toEqual([]);
  expect(simulator.requestCount()).toBe(1);
});

test("unknown models and wrong configurations are told plainly", async () => {
  const { router } = open();
  await expect(router.completion({ model: "nobody", messages })).rejects.toThrow("known: lead, understudy, alone");
  await router.close();
  expect(() => new Router({ model_list: [] })).toThrow(ConfigError);
  expect(() => new Router(config(), { env: {} })).toThrow("TEST_KEY");
});
