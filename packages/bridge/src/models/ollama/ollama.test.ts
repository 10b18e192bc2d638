import { APIS } from "@understudy/apis";
import { describe, expect, test } from "vitest";
import { across, type Said } from "../../bridge.fixture.ts";
import { WIRES } from "../../wires.fixture.ts";

const PNG = "iVBORw0KGgo=";
const said = [{ role: "user", content: "Hi" }];
const lines = (...list: readonly object[]): Said => ({
  text: list.map((line) => `${JSON.stringify(line)}\n`).join(""),
  stream: true,
});
const piece = (message: object) => ({
  model: "m-1",
  message: { role: "assistant", content: "", ...message },
  done: false,
});
const END = { ...piece({}), done: true, done_reason: "stop", prompt_eval_count: 7, eval_count: 3 };
const read = (text: string) => APIS.chat.read(Buffer.from(text));
const ask = (
  body: object,
  rest: { readonly settings?: object; readonly model?: string; readonly answer?: Said } = {},
) => {
  const { settings = {}, model = "llama-3", answer } = rest;
  return across({
    api: "chat",
    via: "ollama",
    model,
    body: { messages: said, ...body },
    settings: { ...settings },
    ...(answer === undefined ? {} : { said: answer }),
  });
};

describe("a request in Ollama's own format", () => {
  test("has what only Ollama knows where Ollama wants it, under what the client asks", async () => {
    const settings = { num_ctx: 32_768, keep_alive: "30m", mirostat: 2, num_predict: 5, think: true, cache: true };
    const { sent, changes } = await ask({ temperature: 0.5, max_tokens: 9, seed: 1, stop: "x" }, { settings });
    expect(sent?.body).toEqual({
      model: "llama-3",
      messages: [{ role: "user", content: "Hi" }],
      stream: false,
      keep_alive: "30m",
      think: true,
      options: { num_ctx: 32_768, mirostat: 2, num_predict: 9, temperature: 0.5, seed: 1, stop: ["x"] },
    });
    expect(changes).toEqual([]);
  });

  test.each([
    ["llama-3", "low", true],
    ["gpt-oss:20b", "minimal", "low"],
    ["gpt-oss:20b", "medium", "medium"],
    ["llama-3", "none", false],
  ])("of %s asks for thoughts at effort %s as %s, whatever the deployment says", async (model, effort, think) => {
    const { sent } = await ask({ reasoning_effort: effort }, { model, settings: { think: "high" } });
    expect(sent?.body["think"]).toBe(think);
  });

  test("has images beside the text, a schema as its format, and one tool where one is chosen", async () => {
    const parts = [
      { type: "text", text: "What is it?" },
      { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } },
    ];
    const schema = { type: "object", properties: { a: { type: "string" } } };
    const tools = ["f", "g"].map((name) => ({ type: "function", function: { name, parameters: schema } }));
    const { sent, changes } = await ask({
      messages: [{ role: "user", content: parts }],
      response_format: { type: "json_schema", json_schema: { name: "s", schema } },
      tools,
      tool_choice: { type: "function", function: { name: "g" } },
    });
    expect(sent?.body).toMatchObject({
      messages: [{ role: "user", content: "What is it?", images: [PNG] }],
      format: schema,
      tools: [{ type: "function", function: { name: "g", parameters: schema } }],
    });
    expect(changes).toMatchObject([{ param: "tool_choice", action: "dropped" }]);
  });

  test.each([
    ["an image by its address", { type: "image_url", image_url: { url: "https://example.com/a.png" } }],
    ["a PDF", { type: "file", file: { file_data: "data:application/pdf;base64,JVBERi0=", filename: "a.pdf" } }],
  ])("is not written for %s", async (_, part) => {
    await expect(ask({ messages: [{ role: "user", content: [part] }] })).rejects.toThrow("Ollama");
  });
});

describe("an answer in Ollama's own format", () => {
  test("has its thoughts, its calls and its counts", async () => {
    const call = { function: { name: "f", arguments: { a: "1" } } };
    const message = { role: "assistant", content: "Hm.", thinking: "So.", tool_calls: [call, call] };
    const { text } = await ask({}, { answer: { text: JSON.stringify({ ...END, message }) } });
    expect(JSON.parse(text)).toMatchObject({
      choices: [
        {
          finish_reason: "tool_calls",
          message: {
            content: "Hm.",
            reasoning_content: "So.",
            tool_calls: [
              { id: "call_0", function: { name: "f", arguments: '{"a":"1"}' } },
              { id: "call_1", function: { name: "f", arguments: '{"a":"1"}' } },
            ],
          },
        },
      ],
      usage: { prompt_tokens: 7, completion_tokens: 3 },
    });
  });

  test("is told piece by piece, calls of several lines under ids of their own", async () => {
    const call = { function: { name: "f", arguments: {} } };
    const answer = lines(
      piece({ thinking: "So." }),
      piece({ content: "H" }),
      piece({ content: "m." }),
      piece({ tool_calls: [call] }),
      piece({ tool_calls: [call] }),
      END,
    );
    const { text } = await ask({ stream: true }, { answer });
    expect(read(text)).toMatchObject({
      complete: true,
      answer: { text: "Hm.", finish_reason: "tool_calls", tool_calls: [{ name: "f" }, { name: "f" }] },
    });
    expect([...new Set(text.match(/call_\d/g))]).toEqual(["call_0", "call_1"]);
  });

  test("that was too long says so", async () => {
    const { text } = await ask({}, { answer: { text: JSON.stringify({ ...END, done_reason: "length" }) } });
    expect(text).toContain('"finish_reason":"length"');
  });

  test("that is an error from its first line on is the provider's refusal", async () => {
    const answer = lines({ error: "model requires more system memory" });
    expect(await ask({ stream: true }, { answer })).toMatchObject({
      status: 500,
      text: '{"error":"model requires more system memory"}',
    });
    expect(await ask({}, { answer: { text: '{"error":"out of memory"}' } })).toMatchObject({ status: 500 });
  });

  test("that breaks off with an error, or is cut, has no end", async () => {
    const broken = await ask({ stream: true }, { answer: lines(piece({ content: "H" }), { error: "gone" }) });
    expect(broken.text).toContain('"message":"gone"');
    expect(broken.text).not.toContain("[DONE]");
    const whole = WIRES.ollama.stream("Hi.", []);
    const cut = await ask({ stream: true }, { answer: { text: whole.slice(0, -20), stream: true } });
    expect(read(cut.text)).toMatchObject({ complete: false, answer: { text: "Hi." } });
  });

  test("that is no JSON is none", async () => {
    await expect(ask({ stream: true }, { answer: { text: "<html>\n", stream: true } })).rejects.toThrow(
      "does not follow its API",
    );
  });
});
