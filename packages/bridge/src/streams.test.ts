import { APIS } from "@understudy/apis";
import { describe, expect, test } from "vitest";
import type { SpokenApi, Via } from "@understudy/contracts";
import { across, events, type Said } from "./bridge.fixture.ts";

const ASKED = {
  chat: {
    model: "m",
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: "user", content: "Hi" }],
  },
  responses: { model: "m", stream: true, input: "Hi" },
  messages: { model: "m", stream: true, max_tokens: 100, messages: [{ role: "user", content: "Hi" }] },
} as const;

const MESSAGE = { id: "msg_1", type: "message", role: "assistant", model: "claude-1", content: [], stop_reason: null };
const START = { type: "message_start", message: { ...MESSAGE, usage: { input_tokens: 10, output_tokens: 1 } } };
const begin = (index: number, content_block: object) => ({ type: "content_block_start", index, content_block });
const delta = (index: number, piece: object) => ({ type: "content_block_delta", index, delta: piece });
const stop = (index: number) => ({ type: "content_block_stop", index });
const json = (index: number, partial_json: string) => delta(index, { type: "input_json_delta", partial_json });
const finish = (stop_reason: string) => [
  { type: "message_delta", delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 7 } },
  { type: "message_stop" },
];

const from = (api: SpokenApi, via: Via, said: Said) => across({ api, via, body: ASKED[api], said });
const read = (api: SpokenApi, text: string) => APIS[api].read(Buffer.from(text));

describe("a stream that ends in the middle", () => {
  const half = [START, begin(0, { type: "tool_use", id: "toolu_1", name: "f", input: {} }), json(0, '{"a":1')];

  test.each(["chat", "responses"] as const)("tells %s no end, though its calls look whole", async (api) => {
    const { text } = await from(api, "messages", events(...half));
    expect(text).toContain('{\\"a\\":1');
    expect(read(api, text).complete).toBe(false);
  });

  test.each(["responses", "messages"] as const)("of chat tells %s none either", async (api) => {
    const chunk = {
      id: "c",
      choices: [{ index: 0, delta: { role: "assistant", content: "Hi" }, finish_reason: null }],
    };
    const { text } = await from(api, "chat", events(chunk));
    expect(read(api, text)).toMatchObject({ complete: false, answer: { text: "Hi" } });
  });

  test("of Responses tells none", async () => {
    const response = { id: "resp_1", created_at: 1, model: "gpt-5", status: "in_progress", output: [] };
    const item = { type: "message", id: "msg_1", role: "assistant", status: "in_progress", content: [] };
    const said = events(
      { type: "response.created", sequence_number: 0, response },
      { type: "response.output_item.added", sequence_number: 1, output_index: 0, item },
      {
        type: "response.output_text.delta",
        sequence_number: 2,
        item_id: "msg_1",
        output_index: 0,
        content_index: 0,
        delta: "Hi",
        logprobs: [],
      },
    );
    const { text } = await from("messages", "responses", said);
    expect(read("messages", text)).toMatchObject({ complete: false, answer: { text: "Hi" } });
  });
});

describe("an error within a stream", () => {
  const error = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };

  test("that is its first event is the provider's refusal, with its words", async () => {
    const { status, text } = await from("chat", "messages", events(error));
    expect(status).toBe(529);
    expect(text).toContain("Overloaded");
  });

  test("that comes later ends it in the client's words", async () => {
    const { status, text } = await from("chat", "messages", events(START, begin(0, { type: "text", text: "" }), error));
    expect(status).toBe(200);
    expect(read("chat", text)).toMatchObject({ complete: false });
    expect(read("chat", text).error_body).toContain("Overloaded");
    expect(text).not.toContain("[DONE]");
  });
});

test("calls that chat tells interleaved come one after the other", async () => {
  const call = (index: number, rest: object) => ({
    id: "c",
    model: "m-1",
    choices: [{ index: 0, delta: { tool_calls: [{ index, ...rest }] }, finish_reason: null }],
  });
  const named = (index: number, name: string) =>
    call(index, { id: `call_${name}`, type: "function", function: { name, arguments: "" } });
  const args = (index: number, text: string) => call(index, { function: { arguments: text } });
  const said = events(
    named(0, "a"),
    named(1, "b"),
    args(1, '{"b":'),
    args(0, '{"a":'),
    args(1, "2}"),
    args(0, "1}"),
    { id: "c", choices: [{ index: 0, delta: {}, finish_reason: "tool_calls" }] },
    {
      id: "c",
      choices: [],
      usage: { prompt_tokens: 9, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 5 } },
    },
  );
  const { text } = await from("messages", "chat", said);
  const order = [...text.matchAll(/"type":"content_block_(start|stop)","index":(\d)/g)].map(
    ([, what, at]) => `${what} ${at}`,
  );
  expect(order).toEqual(["start 0", "stop 0", "start 1", "stop 1"]);
  expect(read("messages", text)).toMatchObject({
    complete: true,
    answer: {
      tool_calls: [
        { name: "a", arguments: '{"a":1}' },
        { name: "b", arguments: '{"b":2}' },
      ],
    },
    usage: { input_tokens: 9, cached_tokens: 5, output_tokens: 4 },
  });
});

describe("what Claude thought", () => {
  const thinks = events(
    START,
    begin(0, { type: "thinking", thinking: "", signature: "" }),
    delta(0, { type: "thinking_delta", thinking: "Let me see." }),
    delta(0, { type: "signature_delta", signature: "c2ln" }),
    stop(0),
    begin(1, { type: "redacted_thinking", data: "c2VhbGVk" }),
    stop(1),
    begin(2, { type: "tool_use", id: "toolu_1", name: "f", input: {} }),
    stop(2),
    ...finish("tool_use"),
  );

  test("comes to a chat's client with its signature, and goes back as it was", async () => {
    const { text } = await from("chat", "messages", thinks);
    const chunks = [...text.matchAll(/^data: (\{.*)$/gm)].map(([, chunk = ""]) => JSON.parse(chunk) as Chunk);
    const deltas = chunks.flatMap(({ choices }) => choices.map(({ delta: said }) => said));
    expect(deltas.map(({ reasoning_content: said }) => said ?? "").join("")).toBe("Let me see.");
    const blocks = deltas.flatMap(({ thinking_blocks: some }) => some ?? []);
    expect(blocks).toEqual([
      { type: "thinking", thinking: "", signature: "c2ln" },
      { type: "redacted_thinking", data: "c2VhbGVk" },
    ]);
    const kept = blocks.map((block) => (block["type"] === "thinking" ? { ...block, thinking: "Let me see." } : block));
    const { sent } = await across({
      api: "chat",
      via: "messages",
      body: {
        messages: [
          { role: "user", content: "Hi" },
          {
            role: "assistant",
            content: null,
            thinking_blocks: kept,
            tool_calls: [{ id: "toolu_1", type: "function", function: { name: "f", arguments: "{}" } }],
          },
          { role: "tool", tool_call_id: "toolu_1", content: "done" },
        ],
      },
    });
    expect(sent?.body["messages"]).toMatchObject([
      { role: "user" },
      { role: "assistant", content: [...kept, { type: "tool_use", id: "toolu_1", name: "f", input: {} }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "done" }] },
    ]);
  });

  test("comes to a Responses client as a summary; a call without arguments has empty ones", async () => {
    const { text } = await from("responses", "messages", thinks);
    expect(text).toContain('"type":"response.reasoning_summary_text.done"');
    expect(text).toContain('"summary":[{"type":"summary_text","text":"Let me see."}]');
    expect(read("responses", text).answer?.tool_calls).toEqual([{ name: "f", arguments: "{}" }]);
  });
});

interface Chunk {
  readonly choices: readonly { readonly delta: ChunkDelta }[];
}

interface ChunkDelta {
  readonly reasoning_content?: string;
  readonly thinking_blocks?: readonly Readonly<Record<string, string>>[];
}
