import OpenAI, { AzureOpenAI } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSimulator } from "./simulator.ts";
import { post } from "./client.fixture.ts";

const simulator = createSimulator();
let client = new OpenAI({ apiKey: "sk-test-1", baseURL: "http://127.0.0.1:1" });
let url = "";
beforeAll(async () => {
  ({ url } = await simulator.start());
  client = new OpenAI({ apiKey: "sk-test-1", baseURL: `${url}/v1`, maxRetries: 0 });
});
afterAll(() => simulator.stop());

type Asked = OpenAI.Responses.ResponseCreateParamsNonStreaming;
type Event = OpenAI.Responses.ResponseStreamEvent;

const ASKED = { model: "gpt-4o", input: "What is the capital of France?" };
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const WEATHER = {
  type: "function" as const,
  name: "get_weather",
  description: "Weather for a city",
  parameters,
  strict: false,
};
const LISBON = { model: "gpt-4o", input: "What is the weather in Lisbon?" };

async function eventsOf(asked: Asked): Promise<readonly Event[]> {
  const events: Event[] = [];
  for await (const event of await client.responses.create({ ...asked, stream: true })) events.push(event);
  return events;
}

describe("an answer", () => {
  test("in words, with its usage and what was asked", async () => {
    const response = await client.responses.create({ ...ASKED, instructions: "Be brief.", metadata: { a: "b" } });
    expect(response.output_text).toContain("Paris");
    expect(response).toMatchObject({
      object: "response",
      status: "completed",
      instructions: "Be brief.",
      metadata: { a: "b" },
      output: [{ type: "message", role: "assistant", status: "completed" }],
    });
    expect(response.usage?.total_tokens).toBe(
      (response.usage?.input_tokens ?? 0) + (response.usage?.output_tokens ?? 0),
    );
  });

  test("says the same as chat does", async () => {
    const said = await client.chat.completions.create({
      model: "gpt-4o",
      messages: [{ role: "user", content: ASKED.input }],
    });
    expect((await client.responses.create(ASKED)).output_text).toBe(said.choices[0]?.message.content);
  });

  test("that is a call: of a function, of one in a group, of a custom tool", async () => {
    const called = async (tools: NonNullable<Asked["tools"]>): Promise<unknown> =>
      (await client.responses.create({ ...LISBON, tools, tool_choice: "required" })).output[0];
    expect(await called([WEATHER])).toMatchObject({
      type: "function_call",
      name: "get_weather",
      arguments: '{"city":"Lisbon"}',
    });
    expect(await called([{ type: "namespace", name: "geo", description: "", tools: [WEATHER] }])).toMatchObject({
      type: "function_call",
      name: "get_weather",
      namespace: "geo",
    });
    expect(await called([{ type: "custom", name: "note" }])).toMatchObject({
      type: "custom_tool_call",
      name: "note",
      input: expect.any(String),
    });
  });

  test("to a tool's result is in words", async () => {
    const first = await client.responses.create({ ...LISBON, tools: [WEATHER] });
    const [call] = first.output;
    expect(call?.type).toBe("function_call");
    const output = { type: "function_call_output" as const, call_id: "x", output: '{"weather":"rain"}' };
    const question = { role: "user" as const, content: LISBON.input };
    const input = [question, ...first.output, output] as OpenAI.Responses.ResponseInput;
    expect((await client.responses.create({ ...LISBON, input, tools: [WEATHER] })).output_text).toContain("rain");
  });

  test("by a schema", async () => {
    const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
    const text = { format: { type: "json_schema" as const, name: "place", schema } };
    const response = await client.responses.create({ ...ASKED, text });
    expect(JSON.parse(response.output_text)).toMatchObject({ city: expect.any(String) });
  });

  test("with hidden reasoning, which is handed over where it is asked for", async () => {
    const asked = { ...ASKED, model: "gpt-5", reasoning: { effort: "high" as const } };
    const response = await client.responses.create({
      ...asked,
      include: ["reasoning.encrypted_content"],
      store: false,
    });
    expect(response.output[0]).toMatchObject({ type: "reasoning", encrypted_content: expect.any(String) });
    expect(response.usage?.output_tokens_details.reasoning_tokens).toBeGreaterThan(0);
  });

  test("cut at its limit is incomplete", async () => {
    const response = await client.responses.create({ ...ASKED, max_output_tokens: 2 });
    expect(response).toMatchObject({ status: "incomplete", incomplete_details: { reason: "max_output_tokens" } });
  });
});

describe("a stream", () => {
  test("is put together by the official client", async () => {
    const response = await client.responses.stream(ASKED).finalResponse();
    expect(response.output_text).toBe((await client.responses.create(ASKED)).output_text);
  });

  test("has its events in order, numbered from 0", async () => {
    const events = await eventsOf(ASKED);
    expect(events.map((event) => (event as { sequence_number: number }).sequence_number)).toEqual(
      events.map((_, at) => at),
    );
    const types = events.map(({ type }) => type);
    expect(types.filter((type, at) => type !== types[at - 1])).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.delta",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
  });

  test.each([
    ["a function", [WEATHER]],
    ["a custom tool", [{ type: "custom" as const, name: "note" }]],
  ])("of a call of %s", async (_what, tools) => {
    const asked = { ...LISBON, tools, tool_choice: "required" as const };
    const streamed = await client.responses.stream(asked).finalResponse();
    const plain = await client.responses.create(asked);
    expect(streamed.output.map(withoutIds)).toEqual(plain.output.map(withoutIds));
  });

  test("that fails in the middle ends with the response that failed", async () => {
    const events = await eventsOf({ ...ASKED, model: "gpt-4o@stream-error" });
    expect(events.at(-1)).toMatchObject({
      type: "response.failed",
      sequence_number: events.length - 1,
      response: { id: expect.stringMatching(/^resp_/), status: "failed", error: { code: "server_error" } },
    });
  });

  test("that is cut has no end", async () => {
    await expect(eventsOf({ ...ASKED, model: "gpt-4o@cut" })).rejects.toThrow(/terminated/);
  });
});

function withoutIds(item: object): object {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !/^(?:id|call_id|parsed_arguments)$/.test(name)));
}

test("errors are told as by chat", async () => {
  await expect(client.responses.create({ ...ASKED, model: "sim-fail-429" })).rejects.toThrow(OpenAI.RateLimitError);
  await expect(client.responses.create({ ...ASKED, model: "gpt-4o@fail-context" })).rejects.toMatchObject({
    code: "context_length_exceeded",
  });
  await expect(client.responses.create({ model: "gpt-4o" })).rejects.toMatchObject({ status: 400, param: "input" });
});

describe("state", () => {
  test("a response can be asked for again until it is deleted", async () => {
    const response = await client.responses.create(ASKED);
    expect((await client.responses.retrieve(response.id)).output_text).toBe(response.output_text);
    await client.responses.delete(response.id);
    await expect(client.responses.retrieve(response.id)).rejects.toThrow(OpenAI.NotFoundError);
    await expect(client.responses.delete(response.id)).rejects.toThrow(OpenAI.NotFoundError);
  });

  test("what is not to be stored is not", async () => {
    const { id } = await client.responses.create({ ...ASKED, store: false });
    await expect(client.responses.retrieve(id)).rejects.toThrow(OpenAI.NotFoundError);
  });

  test("a response goes on from an earlier one, and from none that is not there", async () => {
    const first = await client.responses.create(ASKED);
    const input = "And of Italy?";
    const second = await client.responses.create({ model: "gpt-4o", input, previous_response_id: first.id });
    const alone = await client.responses.create({ model: "gpt-4o", input });
    expect(second.previous_response_id).toBe(first.id);
    expect(second.usage?.input_tokens).toBeGreaterThan(alone.usage?.input_tokens ?? Infinity);
    const lost = client.responses.create({ ...ASKED, previous_response_id: "resp_lost" });
    await expect(lost).rejects.toMatchObject({ status: 400, code: "previous_response_not_found" });
  });

  test("tokens are counted as an answer's usage counts them", async () => {
    const { usage } = await client.responses.create(ASKED);
    const counted = await client.responses.inputTokens.count(ASKED);
    expect(counted).toEqual({ object: "response.input_tokens", input_tokens: usage?.input_tokens });
  });
});

describe("Azure", () => {
  test("by its newer path and by its older one", async () => {
    const azure = new AzureOpenAI({ apiKey: "azure-test-key", endpoint: url, apiVersion: "2025-03-01-preview" });
    const response = await azure.responses.create(ASKED);
    expect(response.output_text).toContain("Paris");
    expect(simulator.requests().at(-1)?.path).toBe("/openai/responses?api-version=2025-03-01-preview");
    const newer = await post(url, ASKED, { path: "/openai/v1/responses", headers: { "api-key": "azure-test-key" } });
    expect(newer.status).toBe(200);
    expect((await azure.responses.retrieve(response.id)).id).toBe(response.id);
  });
});
