import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSimulator } from "./simulator.ts";
import { chunksOf, completionOf, post, question, textOf, type WireToolCall } from "./client.fixture.ts";

const simulator = createSimulator();
let url = "";
beforeAll(async () => {
  ({ url } = await simulator.start());
});
afterAll(() => simulator.stop());

const WEATHER = {
  type: "function",
  function: {
    name: "get_weather",
    description: "Current weather for a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};
const REFUND = {
  type: "function",
  function: {
    name: "refund_order",
    description: "Refunds an order",
    parameters: {
      type: "object",
      properties: {
        order_id: { type: "string" },
        amount: { type: "number" },
        reason: { type: "string", enum: ["damaged", "late"] },
      },
      required: ["order_id", "amount", "reason"],
    },
  },
};

async function callOf(content: string, extra: object): Promise<WireToolCall | undefined> {
  const body = await completionOf(post(url, question("gpt-4o", content, extra)));
  return body.choices[0]?.message.tool_calls?.[0];
}

describe("tools", () => {
  test("calls the tool that the question is about, with arguments from it", async () => {
    const body = await completionOf(
      post(url, question("gpt-4o", "What is the weather in Lisbon?", { tools: [REFUND, WEATHER] })),
    );
    expect(body.choices[0]).toMatchObject({ finish_reason: "tool_calls", message: { content: null } });
    const [call] = body.choices[0]?.message.tool_calls ?? [];
    expect(call).toMatchObject({ id: expect.stringMatching(/^call_/) as string, type: "function" });
    expect(call?.function).toEqual({ name: "get_weather", arguments: '{"city":"Lisbon"}' });
    expect(body.usage.completion_tokens).toBeGreaterThan(0);
  });

  test("fills enums, numbers and order numbers", async () => {
    const call = await callOf("The order AB-10442 arrived damaged. Refund 24.90 euros.", { tools: [REFUND, WEATHER] });
    expect(JSON.parse(call?.function.arguments ?? "")).toEqual({
      order_id: "AB-10442",
      amount: 24.9,
      reason: "damaged",
    });
  });

  test("answers in words when no tool fits, or none may be called", async () => {
    expect(await callOf("Who wrote Hamlet?", { tools: [WEATHER] })).toBeUndefined();
    expect(await callOf("What is the weather in Lisbon?", { tools: [WEATHER], tool_choice: "none" })).toBeUndefined();
  });

  test("calls one all the same when it must", async () => {
    expect(await callOf("Hi", { tools: [WEATHER], tool_choice: "required" })).toBeDefined();
    const named = { type: "function", function: { name: "refund_order" } };
    expect(
      (await callOf("What is the weather?", { tools: [WEATHER, REFUND], tool_choice: named }))?.function.name,
    ).toBe("refund_order");
  });

  test("streams the call in pieces that add up", async () => {
    const extra = { tools: [WEATHER], stream: true };
    const chunks = await chunksOf(post(url, question("gpt-4o", "What is the weather in Lisbon?", extra)));
    const deltas = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(deltas[0]).toMatchObject({
      id: expect.stringMatching(/^call_/) as string,
      function: { name: "get_weather", arguments: "" },
    });
    expect(deltas.length).toBeGreaterThan(2);
    expect(deltas.map((delta) => delta.function.arguments).join("")).toBe('{"city":"Lisbon"}');
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("tool_calls");
  });

  test("puts a tool's result into words", async () => {
    const messages = [
      { role: "user", content: "What is the weather in Porto?" },
      { role: "assistant", content: null, tool_calls: [] },
      { role: "tool", tool_call_id: "call_1", content: '{"temperature":19}' },
    ];
    const body = await completionOf(post(url, { model: "gpt-4o", messages, tools: [WEATHER] }));
    expect(body.choices[0]?.message.content).toContain("temperature 19");
  });
});

describe("JSON", () => {
  test("json_object answers JSON with the keys that the prompt names", async () => {
    const content = "Answer as JSON with the keys email and order_id:\n\nOrder KX-30911, write to p.novak@example.net.";
    const text = await textOf(url, question("gpt-4o", content, { response_format: { type: "json_object" } }));
    expect(JSON.parse(text)).toEqual({ email: "p.novak@example.net", order_id: "KX-30911" });
  });

  test("json_object answers JSON even when the prompt names no keys", async () => {
    const text = await textOf(url, question("gpt-4o", "Tell me of tea.", { response_format: { type: "json_object" } }));
    expect(JSON.parse(text)).toHaveProperty("answer");
  });

  test("json_schema answers what the schema describes", async () => {
    const schema = {
      type: "object",
      properties: {
        sentiment: { type: "string", enum: ["positive", "negative"] },
        confidence: { type: "number", minimum: 0, maximum: 1 },
        tags: { type: "array", items: { type: "string" }, minItems: 2, maxItems: 2 },
      },
      required: ["sentiment", "confidence", "tags"],
    };
    const format = { type: "json_schema", json_schema: { name: "review", schema } };
    const text = await textOf(url, question("gpt-4o", "I love this kettle.", { response_format: format }));
    const value = JSON.parse(text) as { sentiment: string; confidence: number; tags: string[] };
    expect(value.sentiment).toBe("positive");
    expect(value.confidence).toBeGreaterThanOrEqual(0);
    expect(value.confidence).toBeLessThanOrEqual(1);
    expect(value.tags).toHaveLength(2);
  });
});
