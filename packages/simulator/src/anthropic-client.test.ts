import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSimulator } from "./simulator.ts";

const simulator = createSimulator();
let client = new Anthropic({ apiKey: "sk-ant-test-1", baseURL: "http://127.0.0.1:1" });
let url = "";
beforeAll(async () => {
  ({ url } = await simulator.start());
  client = new Anthropic({ apiKey: "sk-ant-test-1", baseURL: url, maxRetries: 0 });
});
afterAll(() => simulator.stop());

const PARIS = { max_tokens: 500, messages: [{ role: "user" as const, content: "What is the capital of France?" }] };
const TOOLS = [
  {
    name: "get_weather",
    description: "Weather for a city",
    input_schema: { type: "object" as const, properties: { city: { type: "string" } }, required: ["city"] },
  },
];
const WEATHER = {
  max_tokens: 500,
  messages: [{ role: "user" as const, content: "What is the weather in Lisbon?" }],
  tools: TOOLS,
};
const ask = (model: string) => client.messages.create({ model, ...PARIS });

function textOf({ content }: Anthropic.Message): string {
  return content.map((block) => (block.type === "text" ? block.text : "")).join("");
}

describe("the official client reads", () => {
  test("a plain answer", async () => {
    const message = await ask("claude-sonnet-5");
    expect(textOf(message)).toContain("Paris");
    expect(message).toMatchObject({
      type: "message",
      role: "assistant",
      model: "claude-sonnet-5",
      stop_reason: "end_turn",
    });
    expect(message.id).toMatch(/^msg_/);
    expect(message._request_id).toMatch(/^req_/);
    expect(message.usage).toMatchObject({ cache_read_input_tokens: 0, cache_creation_input_tokens: 0 });
  });

  test("a stream, and the same text in it", async () => {
    const stream = client.messages.stream({ model: "claude-sonnet-5", ...PARIS });
    const message = await stream.finalMessage();
    const plain = await ask("claude-sonnet-5");
    expect([textOf(message), message.usage]).toEqual([textOf(plain), plain.usage]);
    expect(message.stop_reason).toBe("end_turn");
  });

  test("calls of tools, plain and streamed, and the answer to their result", async () => {
    const plain = await client.messages.create({ model: "claude-sonnet-5", ...WEATHER });
    const streamed = await client.messages.stream({ model: "claude-sonnet-5", ...WEATHER }).finalMessage();
    for (const { content, stop_reason } of [plain, streamed]) {
      expect(stop_reason).toBe("tool_use");
      expect(content).toMatchObject([{ type: "tool_use", name: "get_weather", input: { city: "Lisbon" } }]);
    }
    const [call] = plain.content;
    const result = {
      type: "tool_result" as const,
      tool_use_id: call?.type === "tool_use" ? call.id : "",
      content: '{"sky":"clear"}',
    };
    const told = await client.messages.create({
      model: "claude-sonnet-5",
      ...WEATHER,
      messages: [
        ...WEATHER.messages,
        { role: "assistant", content: plain.content },
        { role: "user", content: [result] },
      ],
    });
    expect(textOf(told)).toContain("clear");
  });

  test("thinking before the answer, where it is asked for", async () => {
    const asked = { model: "claude-sonnet-5", ...PARIS, thinking: { type: "adaptive" as const } };
    const plain = await client.messages.create(asked);
    const streamed = await client.messages.stream(asked).finalMessage();
    for (const message of [plain, streamed]) {
      expect(message.content.map(({ type }) => type)).toEqual(["thinking", "text"]);
      expect(message.usage.output_tokens_details?.thinking_tokens ?? 1).toBeGreaterThan(0);
    }
    expect(streamed.content).toEqual(plain.content);
  });

  test("what a schema asks for", async () => {
    const schema = { type: "object", properties: { answer: { type: "string" } }, required: ["answer"] };
    const message = await client.messages.create({
      model: "claude-sonnet-5",
      ...PARIS,
      output_config: { format: { type: "json_schema", schema } },
    });
    expect(JSON.parse(textOf(message))).toHaveProperty("answer");
  });

  test("what was read from the cache and written to it, beside the input", async () => {
    const system = [
      { type: "text" as const, text: "Be brief. ".repeat(400), cache_control: { type: "ephemeral" as const } },
    ];
    const { usage } = await client.messages.create({ model: "claude-sonnet-5", ...PARIS, system });
    const { input_tokens } = await client.messages.countTokens({
      model: "claude-sonnet-5",
      messages: PARIS.messages,
      system,
    });
    const { cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage;
    expect([read, written].every((count) => (count ?? 0) > 100)).toBe(true);
    expect(usage.input_tokens + (read ?? 0) + (written ?? 0)).toBe(input_tokens);
  });

  test("a refusal as an answer", async () => {
    const { stop_reason, stop_details } = await ask("claude-sonnet-5@fail-content");
    expect([stop_reason, stop_details?.type]).toEqual(["refusal", "refusal"]);
  });

  test("errors for what they are", async () => {
    await expect(ask("sim-fail-429")).rejects.toThrow(Anthropic.RateLimitError);
    await expect(ask("sim-fail-500")).rejects.toThrow(Anthropic.InternalServerError);
    await expect(ask("sim-fail-529")).rejects.toMatchObject({ status: 529, type: "overloaded_error" });
    await expect(ask("sim-fail-context")).rejects.toThrow(/prompt is too long/);
    const streamed = client.messages.stream({ model: "claude-sonnet-5@stream-error", ...PARIS });
    await expect(streamed.finalMessage()).rejects.toMatchObject({ type: "overloaded_error" });
  });

  test("that a stream was cut", async () => {
    const streamed = client.messages.stream({ model: "claude-sonnet-5@cut", ...PARIS });
    await expect(streamed.finalMessage()).rejects.toThrow(Anthropic.AnthropicError);
  });
});

describe("Anthropic's rules", () => {
  const post = (headers: Readonly<Record<string, string>>, body: object = PARIS, path = "/v1/messages?beta=true") =>
    fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ model: "claude-sonnet-5", ...body }),
    });
  const version = { "anthropic-version": "2023-06-01" };
  const key = { "x-api-key": "sk-ant-test-1" };

  test.each([{ ...key }, { authorization: "Bearer token" }, { ...key, authorization: "Bearer token" }])(
    "take a key or a token: %j",
    async (headers) => {
      expect((await post({ ...version, ...headers })).status).toBe(200);
      expect((await post({ ...version, ...headers }, PARIS, "/messages/count_tokens")).status).toBe(200);
    },
  );

  type Row = readonly [what: string, headers: Readonly<Record<string, string>>, body: object, words: string];
  const rows: readonly Row[] = [
    ["no key", version, PARIS, "x-api-key"],
    ["the bad key", { ...version, "x-api-key": "sk-test-bad" }, PARIS, "not a valid one"],
    ["no version", key, PARIS, "anthropic-version: header is required"],
    ["no limit", { ...version, ...key }, { messages: PARIS.messages }, "max_tokens"],
    ["no messages", { ...version, ...key }, { max_tokens: 5 }, "messages"],
    ["sampling in the newer version", { "anthropic-version": "2026-10-21", ...key }, { ...PARIS, top_k: 5 }, "top_k"],
  ];
  test.each(rows)("refuse %s", async (what, headers, body, words) => {
    const response = await post(headers, body);
    const isKey = what.endsWith("key");
    expect(response.status).toBe(isKey ? 401 : 400);
    expect(await response.json()).toEqual({
      type: "error",
      error: {
        type: isKey ? "authentication_error" : "invalid_request_error",
        message: expect.stringContaining(words) as string,
      },
      request_id: response.headers.get("request-id"),
    });
  });

  test("take sampling in the older version", async () => {
    expect((await post({ ...version, ...key }, { ...PARIS, temperature: 0.2, top_k: 5 })).status).toBe(200);
  });

  test("have every event by its name, pings among them", async () => {
    const response = await post({ ...version, ...key }, { ...PARIS, stream: true });
    const text = await response.text();
    const names = [...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name);
    expect(names.slice(0, 4)).toEqual(["message_start", "ping", "content_block_start", "content_block_delta"]);
    expect(names.slice(-3)).toEqual(["content_block_stop", "message_delta", "message_stop"]);
  });
});
