import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { post } from "../client.fixture.ts";
import { objectOf } from "../json.ts";
import { createSimulator } from "../simulator.ts";

const simulator = createSimulator();
let url = "";
beforeAll(async () => {
  ({ url } = await simulator.start());
});
afterAll(() => simulator.stop());

const QUESTION = { model: "llama-3.1-8b", messages: [{ role: "user", content: "What is 2 + 3?" }] };
const ask = (body: object) => post(url, body, { path: "/api/chat", headers: { authorization: "" } });
const linesOf = async (response: Response) =>
  (await response.text())
    .trimEnd()
    .split("\n")
    .map((line) => objectOf(JSON.parse(line)));

describe("Ollama's own chat", () => {
  test("is answered whole where no stream is asked for, thoughts and counts beside it", async () => {
    const response = await ask({ ...QUESTION, stream: false, think: true });
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toMatchObject({
      model: "llama-3.1-8b",
      message: { role: "assistant", content: expect.stringContaining("5"), thinking: expect.stringContaining("plain") },
      done: true,
      done_reason: "stop",
      prompt_eval_count: expect.any(Number),
    });
  });

  test("streams unless told not to: a line a piece, and the counts in the last", async () => {
    const response = await ask(QUESTION);
    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    const lines = await linesOf(response);
    expect(lines.map(({ done }) => done)).toEqual([...Array<boolean>(lines.length - 1).fill(false), true]);
    expect(lines.at(-1)).toMatchObject({ done_reason: "stop", eval_count: expect.any(Number) });
  });

  test("calls a tool whole in one line, and ends as with any answer", async () => {
    const tools = [
      {
        type: "function",
        function: { name: "get_weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
      },
    ];
    const messages = [{ role: "user", content: "What is the weather in Paris?" }];
    const lines = await linesOf(await ask({ ...QUESTION, messages, tools }));
    expect(lines.map(({ message }) => objectOf(message)["tool_calls"]).filter((calls) => calls !== undefined)).toEqual([
      [{ id: expect.any(String), function: { index: 0, name: "get_weather", arguments: { city: "Paris" } } }],
    ]);
    expect(lines.at(-1)).toMatchObject({ done: true, done_reason: "stop" });
  });

  test.each([
    ["parts in place of a text", { messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }] }],
    ["an address in place of an image", { messages: [{ role: "user", content: "Hi", images: ["https://x/a.png"] }] }],
    [
      "arguments as a text",
      { messages: [{ role: "assistant", content: "", tool_calls: [{ function: { name: "f", arguments: "{}" } }] }] },
    ],
  ])("refuses %s with a text of its own", async (_, body) => {
    const response = await ask({ ...QUESTION, ...body });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.any(String) });
  });

  test("breaks off with a line that holds an error", async () => {
    simulator.scriptOnce("llama-3.1-8b", ["stream-error"]);
    expect((await linesOf(await ask(QUESTION))).at(-1)).toEqual({ error: expect.any(String) });
  });
});
