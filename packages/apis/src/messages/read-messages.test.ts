import { describe, expect, test } from "vitest";
import type { Answer, ReadAnswer } from "@understudy/contracts";
import { readMessages } from "./read-messages.ts";
import { call, delta, event, opened, PING, START, STOP, stopped, text } from "./stream.fixture.ts";

const read = (...parts: readonly string[]): ReadAnswer => readMessages(Buffer.from(parts.join("")));

const said = (words: string | null, rest: Partial<Answer> = {}): Answer => ({
  text: words,
  refusal: null,
  tool_calls: [],
  finish_reason: "stop",
  choices: 1,
  ...rest,
});
const usage = { input_tokens: 132, output_tokens: 15, cached_tokens: 100, cache_write_tokens: 7, reasoning_tokens: 0 };

describe("a streamed message", () => {
  test("gives its text, usage, model and offsets", () => {
    const first = START + opened(0, { type: "text", text: "" }) + PING + delta(0, { type: "text_delta", text: "né" });
    const events = [first, delta(0, { type: "text_delta", text: "e" }), stopped("end_turn"), STOP];
    const whole = events.join("");
    expect(read(whole, ": the connection lingers\n\n", PING)).toEqual({
      answer: said("née"),
      usage,
      response_model: "claude-sonnet-5-20260301",
      system_fingerprint: null,
      complete: true,
      error_body: null,
      skipped_events: 0,
      first_token_offset: Buffer.byteLength(first),
      end_offset: Buffer.byteLength(whole),
    });
  });

  const calls = [
    { name: "get_weather", arguments: '{"city":"Lisbon"}' },
    { name: "now", arguments: "{}" },
  ];
  test.each<readonly [string, string, Partial<ReadAnswer>]>([
    [
      "tool calls, in pieces and without any",
      text(0, "Let me ", "see.") +
        call(1, "get_weather", "", '{"city":', '"Lisbon"}') +
        call(2, "now") +
        stopped("tool_use"),
      { answer: said("Let me see.", { tool_calls: calls, finish_reason: "tool_calls" }) },
    ],
    [
      "tool calls alone",
      call(0, "get_weather", '{"city":"Lisbon"}') + stopped("tool_use"),
      { answer: said(null, { tool_calls: calls.slice(0, 1), finish_reason: "tool_calls" }) },
    ],
    [
      "a tool's input in its start",
      opened(0, { type: "tool_use", id: "t", name: "get_weather", input: { city: "Lisbon" } }) + stopped("tool_use"),
      { answer: said(null, { tool_calls: calls.slice(0, 1), finish_reason: "tool_calls" }) },
    ],
    [
      "arguments cut off by the limit",
      call(0, "get_weather", '{"city":') + stopped("max_tokens"),
      { answer: said(null, { tool_calls: [{ name: "get_weather", arguments: '{"city":' }], finish_reason: "length" }) },
    ],
    [
      "thinking, which is no text",
      opened(0, { type: "thinking", thinking: "", signature: "" }) +
        delta(0, { type: "thinking_delta", thinking: "hm" }) +
        delta(0, { type: "signature_delta", signature: "c2ln" }) +
        opened(1, { type: "redacted_thinking", data: "b3A=" }) +
        text(2, "Yes") +
        stopped("end_turn", {}, { output_tokens: 15, output_tokens_details: { thinking_tokens: 9 } }),
      { answer: said("Yes"), usage: { ...usage, reasoning_tokens: 9 } },
    ],
    ["texts in several blocks", text(0, "a") + text(1, "b") + stopped("stop_sequence"), { answer: said("ab") }],
    [
      "two blocks of one index",
      text(0, "a") + call(0, "now") + text(0, "b") + stopped("tool_use"),
      {
        answer: said("ab", { tool_calls: calls.slice(1), finish_reason: "tool_calls" }),
      },
    ],
    [
      "a search at the provider, which is no call of ours",
      opened(0, { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: {} }) +
        delta(0, { type: "input_json_delta", partial_json: '{"query":"x"}' }) +
        opened(1, { type: "web_search_tool_result", tool_use_id: "srvtoolu_1", content: [] }) +
        text(2, "found") +
        stopped("end_turn"),
      { answer: said("found") },
    ],
    [
      "a refusal, and nothing of what came before it",
      text(0, "Here is how") +
        call(1, "now") +
        stopped("refusal", { stop_details: { type: "refusal", category: "cyber", explanation: "This may do harm." } }),
      { answer: said(null, { refusal: "This may do harm.", finish_reason: "content_filter" }) },
    ],
    [
      "a refusal without a word",
      text(0, "Here") + stopped("refusal", { stop_details: null }),
      { answer: said(null, { finish_reason: "content_filter" }) },
    ],
    [
      "a full window",
      text(0, "a") + stopped("model_context_window_exceeded"),
      { answer: said("a", { finish_reason: "length" }) },
    ],
    ["a pause", text(0, "a") + stopped("pause_turn"), { answer: said("a", { finish_reason: "pause_turn" }) }],
    ["nothing said on purpose", stopped("end_turn"), { answer: said("") }],
    [
      "several deltas of the message",
      text(0, "a") + stopped("pause_turn") + stopped("end_turn"),
      { answer: said("a") },
    ],
    [
      "kinds that are not known here",
      event("message_annotated", { note: "x" }) +
        opened(0, { type: "hologram", shape: {} }) +
        delta(0, { type: "light_delta", light: "x" }) +
        text(1, "a") +
        stopped("end_turn"),
      { answer: said("a"), skipped_events: 0 },
    ],
    [
      "a keep-alive in a data line",
      `data: still here\n\n${text(0, "a")}${stopped("end_turn")}`,
      { answer: said("a"), skipped_events: 1 },
    ],
    [
      "a text whose start was left out",
      delta(0, { type: "text_delta", text: "a" }) + stopped("end_turn"),
      { answer: said("a") },
    ],
    [
      "later counts of the input",
      text(0, "a") + stopped("end_turn", {}, { input_tokens: 30, cache_read_input_tokens: 110, output_tokens: 15 }),
      { usage: { ...usage, input_tokens: 147, cached_tokens: 110 } },
    ],
    [
      "what a compaction cost",
      text(0, "a") +
        stopped(
          "end_turn",
          {},
          {
            input_tokens: 5,
            output_tokens: 3,
            iterations: [
              { type: "compaction", input_tokens: 1000, output_tokens: 50, cache_read_input_tokens: 0 },
              { type: "message", input_tokens: 5, output_tokens: 3, cache_read_input_tokens: 2 },
            ],
          },
        ),
      {
        usage: { input_tokens: 1014, output_tokens: 53, cached_tokens: 2, cache_write_tokens: 7, reasoning_tokens: 0 },
      },
    ],
  ])("with %s", (_what, middle, expected) => {
    expect(read(START, middle, STOP)).toMatchObject({ complete: true, error_body: null, ...expected });
  });

  const HI = text(0, "Hi");
  const END = stopped("end_turn");
  test.each<readonly [string, string, boolean]>([
    ["its event names", START + HI + END + STOP, true],
    ["its types alone", (START + HI + END + STOP).replaceAll(/^event: .*\n/gm, ""), true],
    ["its names alone", (START + HI + END + STOP).replaceAll(/"type":"(?:message|content)_[a-z_]+",?/g, ""), true],
    ["CRLF", (START + HI + END + STOP).replaceAll("\n", "\r\n"), true],
    ["single line ends between events", (START + HI + END + STOP).replaceAll("\n\n", "\n"), true],
    ["no empty line at its end", START + HI + END + STOP.trimEnd(), true],
    ["no end mark", START + HI + END, false],
    ["an end mark and no reason to stop", START + HI + STOP, false],
    ["chat's end mark in place of its own", `${START}${HI}${END}data: [DONE]\n\n`, false],
    ["a broken delta", `${START}${HI}event: content_block_delta\ndata: {"type":"content_\n\n${END}${STOP}`, false],
    ["a broken delta without a name", `${START}${HI}data: {"index":0,"delta":{"te\n\n${END}${STOP}`, false],
    ["a delta without its inside", START + HI + event("content_block_delta", { index: 0 }) + END + STOP, false],
  ])("by %s", (_what, stream, complete) => {
    expect(read(stream)).toMatchObject({ complete, answer: { text: "Hi" }, error_body: null });
  });

  test.each([
    [
      "an error event",
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
    ],
    [
      "an error without a name",
      'data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
    ],
    ["OpenAI's error", 'data: {"error":{"message":"Overloaded","type":"server_error"}}\n\n'],
    ["a named error that is no JSON", "event: error\ndata: Overloaded\n\n"],
  ])("that breaks off with %s keeps what was heard", (_what, error) => {
    const broken = read(START, text(0, "Hi"), error);
    expect(broken).toMatchObject({
      complete: false,
      answer: { text: "Hi", finish_reason: null },
      usage: null,
    });
    expect(broken.error_body).toContain("Overloaded");
  });

  test("cut at any byte leaves what was heard, and is not complete before its end mark", () => {
    const stream = Buffer.from(
      START +
        PING +
        text(0, "né", "日本", "e") +
        call(1, "get_weather", '{"ci', 'ty":"Ō"}') +
        stopped("tool_use") +
        STOP,
    );
    const whole = readMessages(stream);
    let heard = "";
    for (let cut = 0; cut < stream.length - 3; cut += 1) {
      const { complete, answer, error_body } = readMessages(stream.subarray(0, cut));
      expect([cut, complete, error_body]).toEqual([cut, false, null]);
      const now = (answer?.text ?? "") + (answer?.tool_calls[0]?.arguments ?? "").replace(/^\{\}$/, "");
      expect(now.startsWith(heard)).toBe(true);
      heard = now;
    }
    for (const cut of [2, 1, 0])
      expect(readMessages(stream.subarray(0, stream.length - cut))).toMatchObject({
        complete: true,
        answer: whole.answer,
      });
    expect(whole.answer?.tool_calls).toEqual([{ name: "get_weather", arguments: '{"city":"Ō"}' }]);
  });

  test("begins with its first token, whatever kind that is", () => {
    for (const [before, first] of [
      [
        opened(0, { type: "thinking", thinking: "", signature: "" }),
        delta(0, { type: "thinking_delta", thinking: "h" }),
      ],
      [
        opened(0, { type: "text", text: "" }) + delta(0, { type: "text_delta", text: "" }),
        delta(0, { type: "text_delta", text: "a" }),
      ],
      [PING, opened(0, { type: "tool_use", id: "t", name: "now", input: {} })],
      [PING, opened(0, { type: "redacted_thinking", data: "x" })],
    ] as const)
      expect(read(START, before, first, STOP).first_token_offset).toBe(Buffer.byteLength(START + before + first));
    expect(read(START, PING, stopped("end_turn"), STOP).first_token_offset).toBeNull();
  });
});

describe("a whole message", () => {
  const message = (rest: object): string =>
    JSON.stringify({
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "claude-opus-5",
      content: [{ type: "text", text: "Hi" }],
      stop_reason: "end_turn",
      stop_details: null,
      usage: { input_tokens: 25, cache_read_input_tokens: 100, cache_creation_input_tokens: 7, output_tokens: 15 },
      ...rest,
    });

  test("gives its text, usage and model, and no offsets", () => {
    for (const body of [message({}), `\n ${message({})}\n`, `\uFEFF${message({})}`, `[${message({})}]`])
      expect(read(body)).toEqual({
        answer: said("Hi"),
        usage,
        response_model: "claude-opus-5",
        system_fingerprint: null,
        complete: true,
        error_body: null,
        skipped_events: 0,
        first_token_offset: null,
        end_offset: null,
      });
  });

  test("gives calls with their arguments as JSON text", () => {
    const content = [
      { type: "thinking", thinking: "hm", signature: "s" },
      { type: "tool_use", id: "toolu_1", name: "f", input: { a: [1] } },
      { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: {} },
      { type: "tool_use", id: "toolu_2", name: "g", input: {} },
    ];
    expect(read(message({ content, stop_reason: "tool_use" })).answer).toEqual(
      said(null, {
        tool_calls: [
          { name: "f", arguments: '{"a":[1]}' },
          { name: "g", arguments: "{}" },
        ],
        finish_reason: "tool_calls",
      }),
    );
  });

  test("gives a refusal for what it is", () => {
    const stop_details = { type: "refusal", category: "bio", explanation: "No." };
    expect(read(message({ stop_reason: "refusal", stop_details })).answer).toEqual(
      said(null, { refusal: "No.", finish_reason: "content_filter" }),
    );
  });

  test("without a block is an answer that says nothing", () => {
    expect(read(message({ content: [] })).answer).toEqual(said(""));
  });

  test.each([
    ["an error", '{"type":"error","error":{"type":"api_error","message":"m"},"request_id":"req_1"}'],
    ["OpenAI's error", '{"error":{"message":"m"}}'],
  ])("that is %s says so", (_what, body) => {
    expect(read(body)).toMatchObject({ complete: false, answer: null, error_body: body });
  });

  test.each(["", "   ", "<html>", "{", message({}).slice(0, -2), '"text"', "[1,2]", "{}", '{"content":"Hi"}'])(
    "is not read of %j",
    (body) => {
      expect(read(body)).toMatchObject({ answer: null, usage: null, error_body: null });
    },
  );
});

test("128 KiB of anything are read in linear time", () => {
  for (const unit of [
    "data: {\n\n",
    "event: error\n",
    '{"delta":',
    delta(0, { type: "text_delta", text: "a" }),
    "\n",
    PING,
  ]) {
    const bytes = Buffer.from(unit.repeat(Math.ceil((128 * 1024) / unit.length)));
    const begun = performance.now();
    readMessages(bytes);
    expect([unit, performance.now() - begun < 3_000]).toEqual([unit, true]);
  }
});
