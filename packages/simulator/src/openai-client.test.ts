import OpenAI, { AzureOpenAI } from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSimulator } from "./simulator.ts";

const simulator = createSimulator();
let client = new OpenAI({ apiKey: "sk-test-1", baseURL: "http://127.0.0.1:1" });
let url = "";
beforeAll(async () => {
  ({ url } = await simulator.start());
  client = new OpenAI({ apiKey: "sk-test-1", baseURL: `${url}/v1`, maxRetries: 0 });
});
afterAll(() => simulator.stop());

const messages = [{ role: "user" as const, content: "What is the capital of France?" }];

test("the official client reads a plain answer", async () => {
  const completion = await client.chat.completions.create({ model: "gpt-4o", messages });
  expect(completion.choices[0]?.message.content).toContain("Paris");
  expect(completion._request_id).toMatch(/^req_/);
});

test("the official client reads a stream", async () => {
  const stream = client.chat.completions.stream({ model: "gpt-4o", messages, stream_options: { include_usage: true } });
  const completion = await stream.finalChatCompletion();
  expect(completion.choices[0]?.message.content).toContain("Paris");
  expect((await stream.totalUsage()).completion_tokens).toBeGreaterThan(0);
});

test("the official client reads tool calls, plain and streamed", async () => {
  const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
  const tools = [
    { type: "function" as const, function: { name: "get_weather", description: "Weather for a city", parameters } },
  ];
  const asked = [{ role: "user" as const, content: "What is the weather in Lisbon?" }];
  const plain = await client.chat.completions.create({ model: "gpt-4o", messages: asked, tools });
  const streamed = await client.chat.completions
    .stream({ model: "gpt-4o", messages: asked, tools })
    .finalChatCompletion();
  for (const completion of [plain, streamed]) {
    expect(completion.choices[0]?.finish_reason).toBe("tool_calls");
    expect(completion.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      function: { name: "get_weather", arguments: '{"city":"Lisbon"}' },
    });
  }
});

test("the official client knows the errors for what they are", async () => {
  const create = (model: string): Promise<unknown> => client.chat.completions.create({ model, messages });
  await expect(create("sim-fail-429")).rejects.toThrow(OpenAI.RateLimitError);
  await expect(create("sim-fail-401")).rejects.toThrow(OpenAI.AuthenticationError);
  await expect(create("sim-fail-500")).rejects.toThrow(OpenAI.InternalServerError);
});

test("the official Azure client gets through", async () => {
  const azure = new AzureOpenAI({
    apiKey: "azure-test-key",
    endpoint: url,
    apiVersion: "2024-10-21",
    deployment: "gpt-4o",
  });
  const completion = await azure.chat.completions.create({ model: "gpt-4o", messages });
  expect(completion.choices[0]?.message.content).toContain("Paris");
});
