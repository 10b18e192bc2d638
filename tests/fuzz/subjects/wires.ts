import { APIS, viewRequest } from "@understudy/apis";
import { type ApiName } from "@understudy/contracts";
import fc, { type Arbitrary } from "fast-check";
import { cuts, piecesOf } from "../generators/chats.ts";
import { damaged, mutated } from "../generators/json.ts";
import { depthOf, frozen, hold, holdPlain, inTime, sizeOf } from "../invariants.ts";
import { MAX_JSON_DEPTH } from "@understudy/runtime";
import { target } from "../target.ts";

type Wire = Exclude<ApiName, "chat" | "embeddings">;

const call = { type: "function_call", id: "fc_1", call_id: "call_1", name: "f", arguments: '{"a":1}' };
const said = { type: "message", id: "msg_1", role: "assistant", content: [{ type: "output_text", text: "Hi there" }] };
const response = {
  id: "resp_1",
  object: "response",
  status: "completed",
  model: "gpt-test",
  output: [said, call],
  usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5, input_tokens_details: { cached_tokens: 1 } },
};
const message = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-test",
  content: [
    { type: "thinking", thinking: "hm", signature: "s" },
    { type: "text", text: "Hi there" },
    { type: "tool_use", id: "toolu_1", name: "f", input: { a: 1 } },
  ],
  stop_reason: "tool_use",
  usage: { input_tokens: 3, output_tokens: 2, cache_read_input_tokens: 1, cache_creation_input_tokens: 1 },
};
const completion = {
  object: "text_completion",
  model: "gpt-test",
  choices: [{ index: 0, text: "Hi there", finish_reason: "stop" }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
};

/** The events of a stream, as its provider would name them. */
const STREAMS: Readonly<Record<Wire, readonly object[]>> = {
  responses: [
    { type: "response.created", response: { ...response, status: "in_progress", output: [], usage: null } },
    { type: "response.output_item.added", output_index: 0, item: { ...said, content: [] } },
    { type: "response.output_text.delta", item_id: "msg_1", output_index: 0, content_index: 0, delta: "Hi " },
    { type: "response.output_text.delta", item_id: "msg_1", output_index: 0, content_index: 0, delta: "there" },
    { type: "response.output_item.done", output_index: 0, item: said },
    { type: "response.output_item.added", output_index: 1, item: { ...call, arguments: "" } },
    { type: "response.function_call_arguments.delta", item_id: "fc_1", output_index: 1, delta: '{"a":1}' },
    { type: "response.output_item.done", output_index: 1, item: call },
    { type: "response.completed", response },
  ],
  messages: [
    { type: "message_start", message: { ...message, content: [], stop_reason: null } },
    { type: "ping" },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hi there" } },
    { type: "content_block_stop", index: 0 },
    { type: "content_block_start", index: 1, content_block: { type: "tool_use", id: "toolu_1", name: "f", input: {} } },
    { type: "content_block_delta", index: 1, delta: { type: "input_json_delta", partial_json: '{"a":1}' } },
    { type: "content_block_stop", index: 1 },
    { type: "message_delta", delta: { stop_reason: "tool_use" }, usage: { output_tokens: 9 } },
    { type: "message_stop" },
  ],
  completions: [
    { ...completion, choices: [{ index: 0, text: "Hi ", finish_reason: null }], usage: null },
    { ...completion, choices: [{ index: 0, text: "there", finish_reason: "stop" }], usage: null },
    { ...completion, choices: [] },
  ],
};
const WHOLE: Readonly<Record<Wire, object>> = { responses: response, messages: message, completions: completion };

const tool = { name: "f", description: "d", parameters: { type: "object" }, input_schema: { type: "object" } };
const REQUESTS: Readonly<Record<Wire, object>> = {
  responses: {
    model: "m",
    instructions: "Be brief.",
    input: [
      { role: "user", content: [{ type: "input_text", text: "Hi" }] },
      call,
      { ...call, type: "function_call_output", output: "1" },
    ],
    tools: [
      { type: "function", ...tool },
      { type: "namespace", name: "n", tools: [{ type: "custom", name: "g" }] },
    ],
    tool_choice: { type: "function", name: "f" },
    text: { format: { type: "json_schema", name: "s", schema: { type: "object" } } },
    conversation: { id: "conv_1" },
  },
  messages: {
    model: "m",
    max_tokens: 10,
    system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
    messages: [
      { role: "user", content: "Hi" },
      { role: "assistant", content: message.content },
      {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "toolu_1", content: [{ type: "text", text: "1" }] }],
      },
    ],
    tools: [tool, { type: "web_search_20250305", name: "web_search" }],
    tool_choice: { type: "tool", name: "f" },
    metadata: { user_id: '{"session_id":"s"}' },
  },
  completions: { model: "m", prompt: ["a", "b"], n: 2, user: "ann" },
};

const wire = fc.constantFrom<Wire>("responses", "messages", "completions");

/** No deeper request is let in, and what is deeper in an answer is not read. */
function isShallow(value: unknown): boolean {
  return depthOf(value) <= MAX_JSON_DEPTH;
}

function eventsOf(events: readonly object[]): string {
  const named = events.map((event) =>
    "type" in event && typeof event.type === "string" ? `event: ${event.type}\n` : "",
  );
  return events.map((event, index) => `${named[index] ?? ""}data: ${JSON.stringify(event)}\n\n`).join("");
}

const streams: Arbitrary<readonly [Wire, string]> = wire.chain((name) => {
  const events = mutated(fc.constant(STREAMS[name]), 2)
    .filter(isShallow)
    .map((all) => (Array.isArray(all) ? (all as readonly object[]) : []));
  const texts = damaged(
    events.map((all) => eventsOf(all.filter((event) => typeof event === "object" && event !== null))),
  );
  return fc.tuple(fc.constant(name), texts);
});
const wholes: Arbitrary<readonly [Wire, string]> = wire.chain((name) => {
  const texts = damaged(
    mutated(fc.constant(WHOLE[name]))
      .filter(isShallow)
      .map((body) => JSON.stringify(body) ?? ""),
  );
  return fc.tuple(fc.constant(name), texts);
});
const requests: Arbitrary<readonly [Wire, unknown]> = wire.chain((name) => {
  return fc.tuple(fc.constant(name), mutated(fc.constant(REQUESTS[name])).filter(isShallow));
});

function holdRead(name: Wire, text: string): void {
  const bytes = Buffer.from(text);
  const read = inTime(bytes.byteLength, () => APIS[name].read(bytes));
  holdPlain(read, 4);
  hold(JSON.stringify(read.answer).length <= 12 * bytes.byteLength + 1_000, "more is read than was said");
  const id = inTime(bytes.byteLength, () => APIS[name].following?.idIn(bytes) ?? null);
  hold(id === null || (id.length <= 200 && text.includes(id)), "an id that is not in the answer");
  for (const count of Object.values(read.usage ?? {}))
    hold(Number.isSafeInteger(count) && count >= 0, "a count is none");
  for (const offset of [read.first_token_offset, read.end_offset]) {
    hold(offset === null || offset <= bytes.byteLength, "a place lies behind the end");
  }
}

export const targets = [
  target({ name: "wires: plain", runs: 300, inputs: wholes, check: ([name, text]) => holdRead(name, text) }),
  target({
    name: "wires: streamed",
    runs: 400,
    inputs: fc.tuple(streams, cuts),
    check([[name, text], at]) {
      holdRead(name, text);
      const bytes = Buffer.from(text);
      const [whole, pieces] = [[bytes], piecesOf(bytes, at)].map((chunks) => {
        const end = APIS[name].watchEnd({});
        for (const chunk of chunks) end.push(chunk);
        return end.progress;
      });
      hold(whole === pieces, `cut in pieces the stream is ${String(pieces)}, and whole it is ${String(whole)}`);
      inTime(bytes.byteLength, () => APIS[name].opening(bytes));
    },
  }),
  target({
    name: "wires: requests",
    runs: 400,
    inputs: requests,
    check([name, body]) {
      frozen(body);
      const size = sizeOf(body);
      const view = inTime(size, () => viewRequest(name, body));
      hold(
        [...view.instructions, ...view.turns.flatMap(({ texts }) => texts)].every((text) => typeof text === "string"),
        "a text is none",
      );
      if (typeof body !== "object" || body === null || Array.isArray(body)) return;
      const request = body as Readonly<Record<string, unknown>>;
      const { faultOf, following, silent, keptBack } = APIS[name];
      const fault = faultOf(request);
      hold(fault === null || fault.message !== "", "a fault without words");
      silent.statefulBy(request);
      keptBack(request);
      following?.earlierIn(request);
    },
  }),
];
