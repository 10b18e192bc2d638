import OpenAI, { AzureOpenAI } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSimulator } from "./simulator.ts";

const simulator = createSimulator();
let client = new OpenAI({ apiKey: "sk-test-1", baseURL: "http://127.0.0.1:1" });
let url = "";
beforeAll(async () => {
  ({ url } = await simulator.start());
  client = new OpenAI({ apiKey: "sk-test-1", baseURL: `${url}/v1`, maxRetries: 0 });
});
afterAll(() => simulator.stop());

async function eventsOf<T>(stream: AsyncIterable<T>): Promise<readonly T[]> {
  const events: T[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

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

describe("text completions", () => {
  const asked = { model: "gpt-4o", prompt: "What is the capital of France?" };

  test("whole, with as many choices as were asked for", async () => {
    const completion = await client.completions.create({ ...asked, n: 2 });
    expect(completion).toMatchObject({ object: "text_completion", choices: [{ index: 0 }, { index: 1 }] });
    expect(completion.choices[0]).toMatchObject({ text: expect.stringContaining("Paris"), finish_reason: "stop" });
    expect(completion.usage?.completion_tokens).toBeGreaterThan(0);
  });

  test("streamed, with usage where it is asked for", async () => {
    const stream = await client.completions.create({ ...asked, stream: true, stream_options: { include_usage: true } });
    const chunks = await eventsOf(stream);
    expect(chunks.map(({ choices }) => choices[0]?.text ?? "").join("")).toContain("Paris");
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("stop");
  });

  test("cut at the limit", async () => {
    const completion = await client.completions.create({ ...asked, max_tokens: 2 });
    expect(completion.choices[0]?.finish_reason).toBe("length");
  });

  test("by a deployment's path at Azure", async () => {
    const azure = new AzureOpenAI({ apiKey: "azure-test-key", endpoint: url, apiVersion: "2024-10-21" });
    expect((await azure.completions.create(asked)).choices[0]?.text).toContain("Paris");
  });

  test("an error in mid-stream", async () => {
    const stream = await client.completions.create({ ...asked, model: "gpt-4o@stream-error", stream: true });
    await expect(eventsOf(stream)).rejects.toThrow(OpenAI.APIError);
  });
});
