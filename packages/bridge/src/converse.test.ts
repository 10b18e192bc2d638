import { APIS } from "@understudy/apis";
import type { SpokenApi } from "@understudy/contracts";
import { describe, expect, test } from "vitest";
import { across, type Said } from "./bridge.fixture.ts";
import { frames } from "./wires.fixture.ts";

const CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const NOVA = "us.amazon.nova-pro-v1:0";
const LLAMA = "meta.llama3-1-70b-instruct-v1:0";
const PROFILE = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123";

const HI = [{ role: "user", content: "Hi" }];
const TOOL = { type: "function", function: { name: "f", parameters: { type: "object", properties: {} } } };
const CALLED = [
  ...HI,
  {
    role: "assistant",
    content: null,
    tool_calls: [{ id: "c1", type: "function", function: { name: "f", arguments: "{}" } }],
  },
  { role: "tool", tool_call_id: "c1", content: "5" },
];

const chat = (body: object, model = CLAUDE, settings: object = {}) =>
  across({ api: "chat", via: "converse", body: { messages: HI, ...body }, model, settings: { ...settings } });
const messages = (body: object, model = CLAUDE) =>
  across({ api: "messages", via: "converse", body: { max_tokens: 4096, messages: HI, ...body }, model });

describe("tools", () => {
  test("that were called are offered again where the client offers none: Bedrock would have the turns left out", async () => {
    const { sent, changes } = await chat({ messages: CALLED });
    expect(sent?.body["toolConfig"]).toEqual({ tools: [{ toolSpec: { name: "f", inputSchema: ANYTHING } }] });
    expect(JSON.stringify(sent?.body["messages"])).toContain("toolResult");
    expect(changes).toMatchObject([{ param: "tools", action: "set" }]);
  });

  test("stay where none is to be called and some were, and go where none was", async () => {
    const after = await chat({ messages: CALLED, tools: [TOOL], tool_choice: "none" });
    expect(after.sent?.body).toHaveProperty("toolConfig.tools");
    expect(JSON.stringify(after.sent?.body["messages"])).toContain("toolResult");
    expect(after.changes).toMatchObject([{ param: "tool_choice", action: "set" }]);
    const before = await chat({ tools: [TOOL], tool_choice: "none" });
    expect(before.sent?.body).not.toHaveProperty("toolConfig");
    expect(before.changes).toEqual([]);
  });

  test("are told with a type, which Bedrock wants, and one that must be called is", async () => {
    const tools = [{ type: "function", function: { name: "f", parameters: {} } }];
    const { sent } = await chat({ tools, tool_choice: "required" }, NOVA);
    expect(sent?.body["toolConfig"]).toEqual({
      tools: [{ toolSpec: { name: "f", inputSchema: ANYTHING } }],
      toolChoice: { any: {} },
    });
  });

  test("fail as the client says for the models that can be told so", async () => {
    const turns = [
      ...HI,
      { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "f", input: {} }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content: "no", is_error: true }] },
    ];
    const tools = [{ name: "f", input_schema: { type: "object" } }];
    for (const [model, status] of [
      [CLAUDE, "error"],
      [NOVA, "error"],
      [LLAMA, null],
    ] as const) {
      const { sent } = await messages({ messages: turns, tools }, model);
      const result = { toolUseId: "t1", content: [{ text: "no" }], ...(status === null ? {} : { status }) };
      expect(sent?.body).toHaveProperty("messages.2.content", [{ toolResult: result }]);
    }
  });

  test("are called one at a time by Claude, and others cannot be told so", async () => {
    const one = { tools: [TOOL], parallel_tool_calls: false };
    const toClaude = await chat(one);
    expect(toClaude.sent?.body).toHaveProperty(
      "additionalModelRequestFields.tool_choice.disable_parallel_tool_use",
      true,
    );
    expect((await chat(one, LLAMA)).changes).toMatchObject([{ param: "parallel_tool_calls", action: "dropped" }]);
  });
});

const ANYTHING = { json: expect.objectContaining({ type: "object" }) as object };

describe("what only some models know", () => {
  test("top_k is among the fields of the model's own, and never where Converse has no such field", async () => {
    const asked = { top_k: 5, max_tokens: 10 };
    const [claude, nova, llama] = [await chat(asked), await chat(asked, NOVA), await chat(asked, LLAMA)];
    for (const { sent } of [claude, nova, llama]) expect(sent?.body["inferenceConfig"]).toEqual({ maxTokens: 10 });
    expect(claude.sent?.body["additionalModelRequestFields"]).toEqual({ top_k: 5 });
    expect(nova.sent?.body["additionalModelRequestFields"]).toEqual({ inferenceConfig: { topK: 5 } });
    expect(llama.changes).toMatchObject([{ param: "top_k", action: "dropped" }]);
  });

  test("what is cached is marked where the client marked it, tools too, for as long as it says", async () => {
    const mark = { cache_control: { type: "ephemeral", ttl: "1h" } };
    const body = {
      system: [{ type: "text", text: "Rules.", ...mark }],
      tools: [{ name: "f", input_schema: { type: "object" }, ...mark }],
      messages: [{ role: "user", content: [{ type: "text", text: "Hi", ...mark }] }],
    };
    const cachePoint = { type: "default", ttl: "1h" };
    const { sent, changes } = await messages(body);
    expect(sent?.body["system"]).toEqual([{ text: "Rules." }, { cachePoint }]);
    expect(sent?.body["messages"]).toEqual([{ role: "user", content: [{ text: "Hi" }, { cachePoint }] }]);
    expect(sent?.body).toMatchObject({ toolConfig: { tools: [{ toolSpec: { name: "f" } }, { cachePoint }] } });
    expect(changes).toEqual([]);
    const nova = await messages(body, NOVA);
    expect(nova.sent?.body["system"]).toEqual([{ text: "Rules." }, { cachePoint: { type: "default" } }]);
    expect((await messages(body, LLAMA)).changes).toMatchObject([{ param: "cache_control", action: "dropped" }]);
  });

  test("Claude thinks within the cap, and what it thought comes back to it with its signature", async () => {
    const thought = { type: "thinking", thinking: "Hm", signature: "c2ln" };
    const unsigned = { type: "thinking", thinking: "Hm", signature: "" };
    const sealed = { type: "redacted_thinking", data: "c2VhbGVk" };
    const turns = [
      ...HI,
      { role: "assistant", content: [thought, sealed, unsigned, { type: "text", text: "A" }] },
      ...HI,
    ];
    const body = { messages: turns, thinking: { type: "enabled", budget_tokens: 2048 } };
    const { sent, changes } = await messages(body);
    expect(sent?.body).toMatchObject({
      inferenceConfig: { maxTokens: 4096 },
      additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: 2048 } },
    });
    expect(sent?.body).toHaveProperty("messages.1.content", [
      { reasoningContent: { reasoningText: { text: "Hm", signature: "c2ln" } } },
      { reasoningContent: { redactedContent: "c2VhbGVk" } },
      { text: "A" },
    ]);
    expect(changes).toMatchObject([{ param: "thinking", action: "dropped" }]);
    const llama = await messages(body, LLAMA);
    expect(llama.sent?.body).toHaveProperty("messages.1.content", [{ text: "A" }]);
  });

  test("a profile's ARN does not tell whose model it is; the package is told, where the deployment tells", async () => {
    const body = { thinking: { type: "enabled", budget_tokens: 2048 }, max_tokens: 4096 };
    expect((await chat(body, PROFILE)).sent?.body).not.toHaveProperty("additionalModelRequestFields.thinking");
    expect((await chat(body, "claude-sonnet-4-5")).sent?.body).toHaveProperty("additionalModelRequestFields.thinking");
  });
});

test("a guardrail goes into the body as the deployment has it", async () => {
  const guardrailConfig = { guardrailIdentifier: "g1", guardrailVersion: "1", trace: "enabled" };
  expect((await chat({}, CLAUDE, { guardrailConfig })).sent?.body).toMatchObject({ guardrailConfig });
});

test("instructions among the turns go first, an image goes by its bytes, and one by its address is refused", async () => {
  const image = (url: string) => ({ role: "user", content: [{ type: "image_url", image_url: { url } }] });
  const { sent } = await chat({
    messages: [...HI, { role: "assistant", content: "A" }, { role: "system", content: "Be brief." }, image(PNG)],
  });
  expect(sent?.body["system"]).toEqual([{ text: "Be brief." }]);
  expect(sent?.body).toHaveProperty("messages.2.content.0.image", { format: "png", source: { bytes: "iVBORw0KGgo=" } });
  await expect(chat({ messages: [image("https://example.com/a.png")] })).rejects.toThrow(/Bedrock fetches no files/);
});

const PNG = "data:image/png;base64,iVBORw0KGgo=";

test("JSON without a schema is left out and said so; with one the answer is the tool's that it is asked by", async () => {
  const loose = await chat({ response_format: { type: "json_object" } }, LLAMA);
  expect(loose.changes).toMatchObject([{ param: "response_format", action: "dropped" }]);
  const schema = {
    type: "object",
    properties: { a: { type: "string" } },
    required: ["a"],
    additionalProperties: false,
  };
  const said = {
    text: JSON.stringify({
      output: {
        message: { role: "assistant", content: [{ toolUse: { toolUseId: "t", name: "json", input: { a: "b" } } }] },
      },
      stopReason: "tool_use",
      usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
    }),
  };
  const body = { messages: HI, response_format: { type: "json_schema", json_schema: { name: "x", schema } } };
  const { text } = await across({ api: "chat", via: "converse", body, said, model: LLAMA });
  expect(JSON.parse(text)).toMatchObject({ choices: [{ message: { content: '{"a":"b"}' }, finish_reason: "stop" }] });
});

function answer(content: readonly object[], stopReason: string, usage: object = {}): Said {
  const counts = { inputTokens: 10, outputTokens: 5, totalTokens: 15, ...usage };
  return { text: JSON.stringify({ output: { message: { role: "assistant", content } }, stopReason, usage: counts }) };
}

describe("what comes back", () => {
  const read = async (api: SpokenApi, said: Said, more: object = {}) => {
    const { text } = await across({ api, via: "converse", body: { ...ASKED[api], ...more }, said, model: CLAUDE });
    return { text, ...APIS[api].read(Buffer.from(text)) };
  };

  test.each([
    ["end_turn", "stop", "end_turn"],
    ["stop_sequence", "stop", "stop_sequence"],
    ["max_tokens", "length", "max_tokens"],
    ["model_context_window_exceeded", "length", "max_tokens"],
    ["guardrail_intervened", "content_filter", "refusal"],
    ["content_filtered", "content_filter", "refusal"],
  ])("%s is told as %s in chat and as %s in Messages", async (stopReason, inChat, inMessages) => {
    const said = answer([{ text: "A" }], stopReason);
    expect(JSON.parse((await read("chat", said)).text)).toMatchObject({ choices: [{ finish_reason: inChat }] });
    expect(JSON.parse((await read("messages", said)).text)).toMatchObject({ stop_reason: inMessages });
  });

  test("usage counts the caches beside the input, as Bedrock does", async () => {
    const said = answer([{ text: "A" }], "end_turn", { cacheReadInputTokens: 100, cacheWriteInputTokens: 20 });
    expect((await read("chat", said)).usage).toMatchObject({
      input_tokens: 130,
      cached_tokens: 100,
      cache_write_tokens: 20,
    });
  });

  test("thoughts come with their signature, or sealed", async () => {
    const said = answer(
      [
        { reasoningContent: { reasoningText: { text: "Hm", signature: "c2ln" } } },
        { reasoningContent: { redactedContent: "c2VhbGVk" } },
        { text: "A" },
      ],
      "end_turn",
    );
    expect(JSON.parse((await read("messages", said)).text)).toMatchObject({
      content: [
        { type: "thinking", thinking: "Hm", signature: "c2ln" },
        { type: "redacted_thinking", data: "c2VhbGVk" },
        { type: "text", text: "A" },
      ],
    });
  });

  test("the request's id at AWS is the answer's", async () => {
    const said = { ...answer([{ text: "A" }], "end_turn"), headers: { "x-amzn-requestid": "abc-1" } };
    expect(JSON.parse((await read("chat", said)).text)).toMatchObject({ id: "chatcmpl_abc-1" });
  });
});

const ASKED = {
  chat: { messages: HI },
  responses: { input: "Hi" },
  messages: { messages: HI, max_tokens: 10 },
} as const;

describe("a stream", () => {
  const streamed = async (api: SpokenApi, said: Said) => {
    const body = { ...ASKED[api], stream: true };
    const { text, status } = await across({ api, via: "converse", body, said, model: CLAUDE });
    return { text, status, ...APIS[api].read(Buffer.from(text)) };
  };
  const piece = (text: string) => ["contentBlockDelta", { contentBlockIndex: 0, delta: { text } }] as const;
  const begun = [["messageStart", { role: "assistant" }], piece("Hello")] as const;

  test.each(["chat", "responses", "messages"] as const)("that is cut tells %s no end", async (api) => {
    const { complete, answer: said } = await streamed(api, frames(...begun));
    expect([complete, said?.text]).toEqual([false, "Hello"]);
  });

  test("that ends within a frame has no end either", async () => {
    const whole = frames(...begun);
    const cut = { ...whole, text: whole.text.slice(0, -5) };
    await expect(streamed("chat", cut)).rejects.toThrow("an answer that does not follow its API");
  });

  test.each([
    ["throttlingException", 429],
    ["serviceUnavailableException", 503],
    ["modelStreamErrorException", 424],
    ["validationException", 400],
  ])("that %s breaks off ends with an error", async (name) => {
    for (const before of [begun, []]) {
      const { complete, error_body } = await streamed("chat", frames(...before, [name, { message: "Too busy." }]));
      expect([complete, error_body]).toEqual([false, expect.stringContaining("Too busy.")]);
    }
  });

  test("says usage behind its end, and all APIs get it", async () => {
    const usage = { inputTokens: 10, outputTokens: 5, totalTokens: 15, cacheReadInputTokens: 4 };
    const said = frames(...begun, ["messageStop", { stopReason: "end_turn" }], ["metadata", { usage }]);
    for (const api of ["responses", "messages"] as const) {
      const { complete, usage: counted } = await streamed(api, said);
      expect([complete, counted]).toMatchObject([true, { input_tokens: 14, output_tokens: 5 }]);
    }
  });

  test("of a frame without an end is given up before anybody waits for the rest of it", async () => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(512 * 1024 * 1024);
    const said = { text: `${length.toString("latin1")}${"x".repeat(64)}`, stream: true };
    await expect(streamed("chat", said)).rejects.toThrow("an answer that does not follow its API");
  });
});
