import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSimulator } from "./simulator.ts";
import { completionOf, errorOf, post, question, TEST_KEY, textOf } from "./client.fixture.ts";

const simulator = createSimulator({ maxBodyBytes: 300_000 });
let url = "";
beforeAll(async () => {
  ({ url } = await simulator.start());
});
afterAll(() => simulator.stop());

const HELLO = question("gpt-4o", "What is the capital of France?");

describe("OpenAI", () => {
  test("answers a whole completion, with usage that adds up", async () => {
    const response = await post(url, HELLO);
    expect(response.status).toBe(200);
    expect(response.headers.get("x-request-id")).toMatch(/^req_/);
    expect(response.headers.get("openai-processing-ms")).toBe("0");
    expect(Number(response.headers.get("x-ratelimit-remaining-tokens"))).toBeGreaterThan(0);
    const body = await completionOf(Promise.resolve(response));
    expect(body).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-/) as string,
      object: "chat.completion",
      created: expect.any(Number) as number,
      model: "gpt-4o-2024-08-06",
      system_fingerprint: expect.stringMatching(/^fp_/) as string,
      choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant" } }],
    });
    expect(body.choices[0]?.message.content).toContain("Paris");
    expect(body.usage.total_tokens).toBe(body.usage.prompt_tokens + body.usage.completion_tokens);
    expect(body.usage.completion_tokens).toBeGreaterThan(0);
  });

  test("takes the path without /v1 too", async () => {
    expect((await post(url, HELLO, { path: "/chat/completions" })).status).toBe(200);
  });

  test.each([
    ["no key", {}],
    ["an empty key", { authorization: "Bearer " }],
    ["the bad key", { authorization: "Bearer sk-test-bad" }],
  ])("refuses %s", async (_, headers) => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers,
      body: JSON.stringify(HELLO),
    });
    expect(response.status).toBe(401);
    expect(await errorOf(response)).toMatchObject({
      type: "invalid_request_error",
      message: expect.stringContaining("API key") as string,
    });
  });

  test("lists models and names one", async () => {
    const list = (await (await fetch(`${url}/v1/models`, { headers: TEST_KEY })).json()) as { data: { id: string }[] };
    expect(list.data.map(({ id }) => id)).toEqual(expect.arrayContaining(["gpt-3.5-turbo", "gpt-4o", "o3-mini"]));
    const one = await (await fetch(`${url}/v1/models/gpt-4o`, { headers: TEST_KEY })).json();
    expect(one).toMatchObject({ id: "gpt-4o", object: "model" });
  });

  test.each([
    ["text that is not JSON", "{nope", 400, null],
    ["JSON that is no object", "[1]", 400, null],
    ["no model", { messages: [{ role: "user", content: "hi" }] }, 400, "model"],
    ["no messages", { model: "gpt-4o" }, 400, "messages"],
    ["empty messages", { model: "gpt-4o", messages: [] }, 400, "messages"],
    ["a message without a role", { model: "gpt-4o", messages: [{ content: "hi" }] }, 400, "messages[0].role"],
    ["n of 0", { ...HELLO, n: 0 }, 400, "n"],
    ["max_tokens of 0", { ...HELLO, max_tokens: 0 }, 400, "max_tokens"],
    ["a body over the limit", { ...HELLO, padding: "x".repeat(400_000) }, 413, null],
  ])("refuses %s", async (_, body, status, param) => {
    const response = await post(url, body);
    expect(response.status).toBe(status);
    expect(await errorOf(response)).toMatchObject({ type: "invalid_request_error", param });
  });

  test("knows no other path, and no other method", async () => {
    const unknown = await post(url, HELLO, { path: "/v1/audio/speech" });
    expect([unknown.status, (await errorOf(unknown)).code]).toEqual([404, "unknown_url"]);
    const wrong = await fetch(`${url}/v1/chat/completions`, { headers: TEST_KEY });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "POST"]);
  });

  test("says without a key that it is well", async () => {
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: "ok" });
  });
});

describe("Azure", () => {
  const path = "/openai/deployments/gpt-35-turbo/chat/completions?api-version=2024-10-21";
  const headers = { "api-key": "azure-test-key", authorization: "" };

  test("answers for a deployment, with its filter results", async () => {
    const body = await completionOf(post(url, { messages: [{ role: "user", content: "Hello!" }] }, { path, headers }));
    expect(body).toMatchObject({
      model: "gpt-3.5-turbo-0125",
      prompt_filter_results: [{ prompt_index: 0 }],
      choices: [{ content_filter_results: { hate: { filtered: false } } }],
    });
  });

  test("wants its own key header, or an Entra token", async () => {
    const refused = await post(url, HELLO, { path });
    expect([refused.status, (await errorOf(refused)).code]).toEqual([401, "401"]);
    expect((await post(url, HELLO, { path, headers: { authorization: "Bearer eyJ0ZXN0.e30.test" } })).status).toBe(200);
  });

  test("finds nothing without an api-version", async () => {
    const response = await post(url, HELLO, { path: path.split("?")[0] ?? "", headers });
    expect([response.status, (await errorOf(response)).code]).toEqual([404, "404"]);
  });

  test("answers on its v1 path with either kind of key", async () => {
    expect((await post(url, HELLO, { path: "/openai/v1/chat/completions", headers })).status).toBe(200);
    expect((await post(url, HELLO, { path: "/openai/v1/chat/completions" })).status).toBe(200);
  });
});

describe("parameters", () => {
  test("n gives so many choices, which differ", async () => {
    const body = await completionOf(post(url, question("gpt-4o", "How do I choose a bicycle?", { n: 3 })));
    expect(body.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(new Set(body.choices.map(({ message }) => message.content)).size).toBeGreaterThan(1);
  });

  test("max_tokens cuts the answer off and says so", async () => {
    const body = await completionOf(post(url, question("gpt-4o", "How do I choose a bicycle?", { max_tokens: 3 })));
    expect(body.choices[0]?.finish_reason).toBe("length");
    expect(body.usage.completion_tokens).toBe(3);
  });

  test("stop ends the answer before the text it names", async () => {
    const whole = await textOf(url, question("gpt-4o", "How do I choose a bicycle?"));
    const stopped = await completionOf(
      post(url, question("gpt-4o", "How do I choose a bicycle?", { stop: ["bicycle"] })),
    );
    expect(whole).toContain("bicycle");
    expect(stopped.choices[0]).toMatchObject({
      finish_reason: "stop",
      message: { content: whole.split("bicycle")[0] },
    });
  });

  test("images are counted and paid for", async () => {
    const image = { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } };
    const content = [{ type: "text", text: "What is on these pictures?" }, image, image];
    const body = await completionOf(post(url, { model: "gpt-4o", messages: [{ role: "user", content }] }));
    expect(body.choices[0]?.message.content).toContain("2 images");
    expect(body.usage.prompt_tokens).toBeGreaterThan(500);
  });

  test("long prompts are partly read from the cache", async () => {
    const body = await completionOf(post(url, question("gpt-4o", "word ".repeat(2_000))));
    const { cached_tokens } = body.usage.prompt_tokens_details;
    expect(cached_tokens).toBeGreaterThan(0);
    expect(cached_tokens % 128).toBe(0);
  });
});

describe("reasoning models", () => {
  test.each(["o1", "o3-mini", "o4-mini", "gpt-5", "gpt-5-mini"])(
    "%s refuses max_tokens and temperature",
    async (model) => {
      const tokens = await post(url, question(model, "Hi", { max_tokens: 10 }));
      expect(tokens.status).toBe(400);
      const error = await errorOf(tokens);
      expect(error).toMatchObject({ code: "unsupported_parameter", param: "max_tokens" });
      expect(error.message).toMatch(/^Unsupported parameter: 'max_tokens'.*'max_completion_tokens'/);
      const temperature = await post(url, question(model, "Hi", { temperature: 0.2 }));
      expect(temperature.status).toBe(400);
      expect(await errorOf(temperature)).toMatchObject({ code: "unsupported_value", param: "temperature" });
      expect((await post(url, question(model, "Hi", { temperature: 1, max_completion_tokens: 900 }))).status).toBe(200);
    },
  );

  test("spends hidden tokens, and all of them when the limit is small", async () => {
    const body = await completionOf(post(url, question("o3-mini", "Why is the sky blue?")));
    const { reasoning_tokens } = body.usage.completion_tokens_details;
    expect(reasoning_tokens).toBeGreaterThan(0);
    expect(body.usage.completion_tokens).toBeGreaterThan(reasoning_tokens);
    const small = await completionOf(
      post(url, question("o3-mini", "Why is the sky blue?", { max_completion_tokens: 50 })),
    );
    expect(small.choices[0]).toMatchObject({ finish_reason: "length", message: { content: "" } });
    expect(small.usage.completion_tokens_details.reasoning_tokens).toBe(50);
  });
});
