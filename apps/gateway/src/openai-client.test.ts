import OpenAI, {
  APIError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from "openai";
import type { Simulator } from "@understudy/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type GatewayProcess, startGatewayProcess } from "./fixtures/gateway-process.fixture.ts";
import { sayHello, startSimulator, usualSettings } from "./fixtures/gateway.fixture.ts";

// The official client, unchanged, against the gateway as a process: what it can do with the provider it can do here.
const apiKey = "sk-test-master";
let simulator: Simulator;
let gateway: GatewayProcess;
let client: OpenAI;
let direct: OpenAI;

beforeAll(async () => {
  const started = await startSimulator();
  simulator = started.simulator;
  gateway = await startGatewayProcess(usualSettings(started.upstream, { general_settings: { master_key: apiKey } }));
  client = new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  direct = new OpenAI({ apiKey: "sk-test-direct", baseURL: `${started.upstream}/v1`, maxRetries: 0 });
});

afterAll(async () => {
  await gateway.stop();
  await simulator.stop();
});

const messages = [...sayHello];

const weatherTool = {
  type: "function",
  function: {
    name: "get_weather",
    description: "Current weather in a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
} as const;

describe("an answer", () => {
  test("is what the provider says to the same prompt", async () => {
    const answer = await client.chat.completions.create({ model: "main", messages });
    const expected = await direct.chat.completions.create({ model: "gpt-4o", messages });
    expect({ ...answer, id: "", created: 0 }).toEqual({ ...expected, id: "", created: 0 });
    expect(answer.choices[0]?.message.content).toMatch(/\w/);
    expect(answer._request_id).toMatch(/^req_/);
  });

  test("streams, chunk by chunk, as the provider streams it", async () => {
    const [chunks, expected] = await Promise.all([
      chunksOf(client, { model: "main", messages }),
      chunksOf(direct, { model: "gpt-4o", messages }),
    ]);
    expect(chunks).toEqual(expected);
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks.every((chunk) => chunk.usage === undefined)).toBe(true);
  });

  test("streams with usage when that is asked for", async () => {
    const wanted = { messages, stream_options: { include_usage: true } };
    const chunks = await chunksOf(client, { model: "main", ...wanted });
    expect(chunks).toEqual(await chunksOf(direct, { model: "gpt-4o", ...wanted }));
    expect(chunks.at(-1)?.usage?.total_tokens).toBeGreaterThan(0);
  });

  test("can be a tool call, whole and streamed", async () => {
    const wanted = {
      model: "main",
      messages: [{ role: "user" as const, content: "What is the weather in Paris?" }],
      tools: [weatherTool],
      tool_choice: "required" as const,
    };
    const call = (await client.chat.completions.create(wanted)).choices[0]?.message.tool_calls?.[0];
    const function_ = call?.type === "function" ? call.function : undefined;
    expect(function_?.name).toBe("get_weather");
    expect(JSON.parse(function_?.arguments ?? "")).toHaveProperty("city");

    const chunks = await chunksOf(client, wanted);
    const deltas = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(deltas.map((delta) => delta.function?.arguments ?? "").join("")).toBe(function_?.arguments);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("tool_calls");
  });

  test("can be JSON, free or by a schema", async () => {
    const prompt = [{ role: "user" as const, content: "Name a colour, as JSON." }];
    const format = { type: "json_object" as const };
    const free = await client.chat.completions.create({ model: "main", messages: prompt, response_format: format });
    expect(JSON.parse(free.choices[0]?.message.content ?? "")).toBeTypeOf("object");

    const schema = {
      type: "object",
      properties: { colour: { type: "string" }, warm: { type: "boolean" } },
      required: ["colour", "warm"],
      additionalProperties: false,
    };
    const strict = { type: "json_schema" as const, json_schema: { name: "colour", strict: true, schema } };
    const shaped = await client.chat.completions.create({ model: "main", messages: prompt, response_format: strict });
    expect(JSON.parse(shaped.choices[0]?.message.content ?? "")).toEqual({
      colour: expect.any(String),
      warm: expect.any(Boolean),
    });
  });

  test("can be about an image, which is forwarded as it is", async () => {
    const image_url = { url: "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==", detail: "low" as const };
    const content = [
      { type: "text" as const, text: "What is on it?" },
      { type: "image_url" as const, image_url },
    ];
    const seen = simulator.nextRequest();
    await client.chat.completions.create({ model: "main", messages: [{ role: "user", content }] });
    expect((await seen).body).toEqual({ model: "gpt-4o", messages: [{ role: "user", content }] });
  });
});

describe("a client that leaves", () => {
  test("in the middle of a stream stops the provider", async () => {
    const ended = simulator.nextEnd((request) => request.model === "gpt-4o@stall");
    const stream = await client.chat.completions.create({ model: "sim/gpt-4o@stall", messages, stream: true });
    const iterator = stream[Symbol.asyncIterator]();
    expect((await iterator.next()).done).toBe(false);
    stream.controller.abort();
    expect(await ended).toMatchObject({ end: "aborted", status: 200 });
  });

  test("before the first byte stops the provider", async () => {
    const model = "sim/gpt-4o@hang";
    const arrived = simulator.nextRequest((request) => request.model === "gpt-4o@hang");
    const ended = simulator.nextEnd((request) => request.model === "gpt-4o@hang");
    const leaving = new AbortController();
    const failed = client.chat.completions
      .create({ model, messages }, { signal: leaving.signal })
      .catch((error: unknown) => error);
    await arrived;
    leaving.abort();
    expect((await ended).end).toBe("aborted");
    expect(await failed).toBeInstanceOf(APIUserAbortError);
  });
});

describe("an error", () => {
  const failing = (fault: string) => client.chat.completions.create({ model: `sim/gpt-4o@${fault}`, messages });

  test.each([
    ["fail-400", BadRequestError, 400],
    ["fail-401", AuthenticationError, 401],
    ["fail-404", NotFoundError, 404],
    ["fail-408", APIError, 408],
    ["fail-429", RateLimitError, 429],
    ["fail-500", InternalServerError, 500],
    ["fail-503", InternalServerError, 503],
  ])("%s of the provider has the class that the client knows", async (fault, kind, status) => {
    const error = await failing(fault).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ status, requestID: expect.stringMatching(/^req_/) });
    expect((error as APIError).message).toContain(`asked to fail with ${status}`);
  });

  test("keeps the provider's type, code and param", async () => {
    const error = await failing("fail-context").catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      status: 400,
      type: "invalid_request_error",
      code: "context_length_exceeded",
      param: "messages",
    });
  });

  test("429 says how long to wait", async () => {
    const error = await failing("fail-429").catch((caught: unknown) => caught);
    expect((error as RateLimitError).headers.get("retry-after")).toBe("1");
  });

  test("before a stream has begun is a plain answer", async () => {
    const answer = client.chat.completions.create({ model: "sim/gpt-4o@fail-500", messages, stream: true });
    await expect(answer).rejects.toBeInstanceOf(InternalServerError);
  });

  test("in the middle of a stream reaches whoever reads it", async () => {
    for (const fault of ["stream-error", "cut"]) {
      const stream = await client.chat.completions.create({ model: `sim/gpt-4o@${fault}`, messages, stream: true });
      const texts: string[] = [];
      const reading = (async () => {
        for await (const chunk of stream) texts.push(chunk.choices[0]?.delta.content ?? "");
      })();
      await expect(reading).rejects.toBeInstanceOf(APIError);
      expect(texts.join("")).toMatch(/\w/);
    }
  });

  test("for a wrong key says whose key it is not", async () => {
    const stranger = new OpenAI({ apiKey: "sk-test-stranger", baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    const error = await stranger.models.list().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AuthenticationError);
    expect((error as APIError).message).toContain("master key");
  });

  test("for an unknown model lists the known ones", async () => {
    const error = await client.chat.completions
      .create({ model: "gtp-4o", messages })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ code: "model_not_found", param: "model" });
    expect((error as APIError).message).toContain('"gtp-4o" does not exist here. Known models: main, cheap, sim/*.');
  });
});

test("the base URL may leave out /v1", async () => {
  const bare = new OpenAI({ apiKey, baseURL: gateway.url, maxRetries: 0 });
  const answer = await bare.chat.completions.create({ model: "main", messages });
  expect(answer.object).toBe("chat.completion");
  expect((await bare.models.list()).data).toHaveLength(3);
});

test("the models are the groups of the config", async () => {
  const models = [];
  for await (const model of client.models.list()) models.push(model);
  expect(models.map((model) => model.id)).toEqual(["main", "cheap", "sim/*"]);
  expect(models[0]).toMatchObject({ object: "model", owned_by: "understudy", created: expect.any(Number) });
});

test("a model can be looked up, one that a wildcard takes as well", async () => {
  expect(await client.models.retrieve("main")).toMatchObject({ id: "main", object: "model" });
  expect(await client.models.retrieve("sim/gpt-4o")).toMatchObject({ id: "sim/gpt-4o" });
  await expect(client.models.retrieve("nobody")).rejects.toBeInstanceOf(NotFoundError);
});

type Wanted = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, "stream">;

async function chunksOf(from: OpenAI, wanted: Wanted): Promise<OpenAI.ChatCompletionChunk[]> {
  const stream = await from.chat.completions.create({ ...wanted, stream: true });
  const chunks = [];
  for await (const chunk of stream) chunks.push({ ...chunk, id: "", created: 0 });
  return chunks;
}
