import { describe, expect, test } from "vitest";
import { across, type Said } from "./bridge.fixture.ts";

const HI = [{ role: "user", content: "Hi" }];
const toClaude = (body: object, model = "claude-sonnet-4-5") =>
  across({ api: "chat", via: "messages", body: { messages: HI, ...body }, model });

describe("the cap that Claude wants", () => {
  test("is the model's own, and for a name that says nothing of the model one that is told", async () => {
    const known = await toClaude({});
    expect(known.sent?.body["max_tokens"]).toBe(64_000);
    const alias = await toClaude({}, "our-model");
    expect(alias.sent?.body["max_tokens"]).toBe(4096);
    expect(alias.changes).toMatchObject([
      { param: "max_tokens", action: "set", reason: expect.stringContaining("4096") as string },
    ]);
  });

  test("holds the tokens to think with", async () => {
    const { sent } = await toClaude({ max_tokens: 3000, thinking: { type: "enabled", budget_tokens: 1500 } });
    expect(sent?.body).toMatchObject({ max_tokens: 3000, thinking: { type: "enabled", budget_tokens: 1500 } });
  });
});

test("a newer Claude is asked without a temperature, and the record says so", async () => {
  const { sent, changes } = await toClaude({ temperature: 0.2, max_tokens: 10 }, "claude-opus-9");
  expect(sent?.body).not.toHaveProperty("temperature");
  expect(changes.map(({ param }) => param)).toEqual(["temperature"]);
});

test("marks of what to cache reach Claude where they stood", async () => {
  const mark = { cache_control: { type: "ephemeral", ttl: "1h" } };
  const { sent } = await toClaude({
    max_tokens: 10,
    messages: [
      {
        role: "system",
        content: [
          { type: "text", text: "Long." },
          { type: "text", text: "Rules.", ...mark },
        ],
      },
      { role: "user", content: [{ type: "text", text: "Hi", ...mark }] },
    ],
  });
  expect(sent?.body["system"]).toEqual([
    { type: "text", text: "Long." },
    { type: "text", text: "Rules.", ...mark },
  ]);
  expect(sent?.body["messages"]).toMatchObject([{ content: [{ text: "Hi", ...mark }] }]);
});

test("instructions among the turns go first for Claude, and the record says so", async () => {
  const messages = [...HI, { role: "assistant", content: "Yes?" }, { role: "system", content: "Be brief." }, ...HI];
  const { sent, changes } = await toClaude({ max_tokens: 10, messages });
  expect(sent?.body["system"]).toEqual([{ type: "text", text: "Be brief." }]);
  expect(changes).toMatchObject([{ param: "messages", action: "set" }]);
});

test("arguments that are no JSON reach Claude under a name, and OpenAI as they are", async () => {
  const call = { id: "call:1", type: "function", function: { name: "f", arguments: '{"a":' } };
  const messages = [
    ...HI,
    { role: "assistant", tool_calls: [call] },
    { role: "tool", tool_call_id: "call:1", content: "bad" },
  ];
  const { sent } = await toClaude({ max_tokens: 10, messages });
  // Its ids have no colon.
  expect(sent?.body["messages"]).toMatchObject([
    {},
    { content: [{ type: "tool_use", id: "call_1", input: { input: '{"a":' } }] },
    { content: [{ type: "tool_result", tool_use_id: "call_1" }] },
  ]);
});

describe("what goes to OpenAI's Responses", () => {
  test("is kept nowhere, and refers to nothing that is", async () => {
    const { sent, changes } = await across({
      api: "messages",
      via: "responses",
      model: "gpt-5.6",
      body: {
        max_tokens: 100,
        messages: [
          ...HI,
          {
            role: "assistant",
            content: [
              { type: "thinking", thinking: "Hm", signature: "x" },
              { type: "text", text: "A moment." },
              { type: "tool_use", id: "toolu_1", name: "f", input: { a: 1 } },
            ],
          },
          {
            role: "user",
            content: [
              { type: "tool_result", tool_use_id: "toolu_1", content: "2", is_error: true },
              { type: "text", text: "So?" },
            ],
          },
        ],
      },
    });
    expect(sent?.body["store"]).toBe(false);
    const items = sent?.body["input"] as readonly Record<string, unknown>[];
    expect(items.map(({ type, role }) => type ?? role)).toEqual([
      "user",
      "assistant",
      "function_call",
      "function_call_output",
      "user",
    ]);
    expect(items[2]).toMatchObject({ call_id: "toolu_1", arguments: '{"a":1}' });
    expect(changes.map(({ param }) => param)).toEqual(["thoughts"]);
  });
});

describe("tools that are no functions to their client", () => {
  const body = {
    input: "Hi",
    tools: [
      { type: "custom", name: "apply", description: "Applies a patch" },
      { type: "namespace", name: "files", tools: [{ type: "function", name: "read", parameters: {} }] },
    ],
  };
  const calls = [
    { type: "tool_use", id: "toolu_1", name: "apply", input: { input: "*** patch" } },
    { type: "tool_use", id: "toolu_2", name: "files__read", input: { path: "a" } },
  ];
  const said: Said = {
    text: JSON.stringify({
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "claude-1",
      content: calls,
      stop_reason: "tool_use",
      usage: { input_tokens: 1, output_tokens: 1 },
    }),
  };

  test("are called back as it knows them", async () => {
    const { sent, text } = await across({ api: "responses", via: "messages", body, said });
    const offered = sent?.body["tools"] as readonly { name: string }[];
    expect(offered.map(({ name }) => name)).toEqual(["apply", "files__read"]);
    const { output } = JSON.parse(text) as { output: readonly object[] };
    expect(output).toMatchObject([
      { type: "custom_tool_call", call_id: "toolu_1", name: "apply", input: "*** patch" },
      { type: "function_call", call_id: "toolu_2", name: "read", namespace: "files", arguments: '{"path":"a"}' },
    ]);
  });
});

test("what is laid over the body is laid over the provider's", async () => {
  const body = { messages: HI, max_tokens: 10 };
  const { sent } = await across({ api: "chat", via: "messages", body, extraBody: { inference_geo: "eu" } });
  expect(sent?.body).toMatchObject({ inference_geo: "eu", max_tokens: 10 });
  expect(sent?.headers["anthropic-version"]).toBe("2023-06-01");
});
