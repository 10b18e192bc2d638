import { startCpuTimer } from "@understudy/runtime/fixture";
import { describe, expect, test } from "vitest";
import type { Answer } from "@understudy/contracts";
import { readResponses } from "./read-responses.ts";
import * as sample from "./streams.fixture.ts";

const read = (...events: readonly string[]): ReturnType<typeof readResponses> =>
  readResponses(Buffer.from(events.join("")));

const said = (text: string | null, rest: Partial<Answer> = {}): Answer => ({
  text,
  refusal: null,
  tool_calls: [],
  finish_reason: "stop",
  choices: 1,
  ...rest,
});
const counted = { input_tokens: 30, output_tokens: 12, cached_tokens: 8, cache_write_tokens: 0, reasoning_tokens: 4 };
const calls = [
  { name: "geo__weather", arguments: '{"city":"Oslo"}' },
  { name: "patch", arguments: "*** Begin" },
];
const size = (...events: readonly string[]): number => Buffer.byteLength(events.join(""));

describe("a stream", () => {
  test("of text", () => {
    expect(read(...sample.TEXT_STREAM)).toEqual({
      answer: said("Héllo world"),
      usage: counted,
      response_model: "gpt-5-2025",
      system_fingerprint: null,
      complete: true,
      error_body: null,
      skipped_events: 0,
      first_token_offset: size(...sample.TEXT_STREAM.slice(0, 5)),
      end_offset: size(...sample.TEXT_STREAM),
    });
  });

  test("of reasoning and calls, one of a tool in a group", () => {
    expect(read(...sample.CALLS_STREAM)).toMatchObject({
      answer: said(null, { tool_calls: calls, finish_reason: "tool_calls" }),
      complete: true,
      first_token_offset: size(...sample.CALLS_STREAM.slice(0, 5)),
    });
  });

  test("that ends for its length", () => {
    const heard = read(...sample.LENGTH_STREAM);
    expect(heard).toMatchObject({
      answer: said("Once upon", { finish_reason: "length" }),
      usage: counted,
      complete: true,
    });
  });

  test("that fails", () => {
    expect(read(...sample.FAILED_STREAM)).toMatchObject({
      answer: said("Once", { finish_reason: null }),
      usage: null,
      complete: false,
      error_body: JSON.stringify({ error: sample.FAILURE }),
      end_offset: size(...sample.FAILED_STREAM),
    });
  });

  test("that breaks off with an error", () => {
    const heard = read(...sample.ERROR_STREAM);
    expect(heard).toMatchObject({ answer: null, complete: false, end_offset: size(...sample.ERROR_STREAM) });
    expect(JSON.parse(heard.error_body ?? "")).toMatchObject({ type: "error", code: "server_error", message: "m" });
  });

  test("whose error is followed by the response that failed", () => {
    expect(read(...sample.ERROR_STREAM, ...sample.FAILED_STREAM.slice(-1)).error_body).toBe(
      JSON.stringify({ error: sample.FAILURE }),
    );
  });
});

describe("a stream cut anywhere", () => {
  test.each([
    ["text", sample.TEXT_STREAM, "Héllo world"],
    ["length", sample.LENGTH_STREAM, "Once upon"],
  ])("of %s leaves what was heard, and is whole only with its last event", (_what, events, text) => {
    const bytes = Buffer.from(events.join(""));
    // The line ends alone may be missing.
    const lastByte = bytes.length - 2;
    for (let at = 0; at < bytes.length; at += 1) {
      const heard = readResponses(bytes.subarray(0, at));
      expect([at, heard.complete, heard.error_body]).toEqual([at, at >= lastByte, null]);
      expect(text.startsWith(heard.answer?.text ?? "")).toBe(true);
      expect(heard.complete || (heard.answer?.finish_reason ?? null) === null).toBe(true);
    }
  });

  test("of calls has them as far as they came", () => {
    const upTo = (event: number): unknown => read(...sample.CALLS_STREAM.slice(0, event)).answer?.tool_calls;
    const begun = sample.CALLS_STREAM.findIndex((event) => event.includes('"fc_1"'));
    expect(upTo(begun)).toEqual([]);
    expect(upTo(begun + 1)).toEqual([{ name: "geo__weather", arguments: "" }]);
    expect(upTo(begun + 2)).toEqual([{ name: "geo__weather", arguments: '{"city"' }]);
    expect(upTo(begun + 4)).toEqual(calls.slice(0, 1));
    expect(upTo(sample.CALLS_STREAM.length - 1)).toEqual(calls);
  });
});

describe("the same is read", () => {
  const without = (...types: readonly string[]): readonly string[] =>
    sample.CALLS_STREAM.filter((event) => !types.some((type) => event.startsWith(`event: response.${type}\n`)));
  const lastWithoutOutput = (events: readonly string[]): readonly string[] => [
    ...events.slice(0, -1),
    (events.at(-1) ?? "").replace(/"output":\[.*\],"usage"/, '"output":[],"usage"'),
  ];
  const text = sample.CALLS_STREAM.join("");
  test.each<readonly [string, string]>([
    ["from an empty output in the last event", lastWithoutOutput(sample.CALLS_STREAM).join("")],
    [
      "from pieces alone",
      lastWithoutOutput(
        without("output_item.done", "function_call_arguments.done", "custom_tool_call_input.done"),
      ).join(""),
    ],
    [
      "from whole texts alone",
      lastWithoutOutput(
        without("output_item.done", "function_call_arguments.delta", "custom_tool_call_input.delta"),
      ).join(""),
    ],
    ["from the last event alone", sample.CALLS_STREAM.at(-1) ?? ""],
    [
      "where every item has the same place",
      lastWithoutOutput(sample.CALLS_STREAM)
        .join("")
        .replaceAll(/"output_index":\d/g, '"output_index":0'),
    ],
    ["with no names of events", text.replaceAll(/event: .*\n/g, "")],
    ["with no types in the data", text.replaceAll(/"type":"response\.\w+(\.\w+)?",?/g, "")],
    ["with CRLF", text.replaceAll("\n", "\r\n")],
    ["with CR", text.replaceAll("\n", "\r")],
    ["with comments", text.replaceAll("\n\n", "\n\n: keepalive\n\n")],
    ["with an end mark", `${text}data: [DONE]\n\n`],
    ["with no line end behind it", text.trimEnd()],
    ["with something behind it", `${text}${sample.ERROR_STREAM.join("")}`],
    [
      "with events that nobody knows",
      text.replaceAll("\n\n", '\n\nevent: response.new\ndata: {"type":"response.new","x":1}\n\n'),
    ],
  ])("%s", (_what, stream) => {
    expect(read(stream)).toMatchObject({
      answer: said(null, { tool_calls: calls, finish_reason: "tool_calls" }),
      usage: counted,
      complete: true,
      error_body: null,
      skipped_events: 0,
    });
  });
});

describe("an event that is no part of the response is skipped and counted", () => {
  test.each([
    'event: keepalive\ndata: {"type":"keepalive","sequence_number":3}',
    "data: ping",
    "data: {}",
    "data: null",
  ])("%j", (odd) => {
    const events = sample.TEXT_STREAM.flatMap((event) => [event, `${odd}\n\n`]).slice(0, -1);
    expect(read(...events)).toMatchObject({
      answer: said("Héllo world"),
      complete: true,
      skipped_events: events.length >> 1,
    });
  });
});

test("a piece that is broken makes the answer less than whole", () => {
  const [first = "", ...rest] = sample.TEXT_STREAM;
  for (const broken of [
    'data: {"type":"response.output_text.delta","del',
    'event: response.output_text.delta\ndata: {"ty',
  ])
    expect(read(first, `${broken}\n\n`, ...rest)).toMatchObject({
      complete: false,
      skipped_events: 1,
      error_body: null,
    });
});

test("a failure whose event did not come whole is one all the same", () => {
  const text = sample.FAILED_STREAM.join("");
  expect(read(text.slice(0, -20)).error_body).toContain("failed");
});

describe("what counts as the first token", () => {
  const place = { item_id: "x", output_index: 0, content_index: 0 };
  const call = { type: "function_call", id: "fc_1", name: "f", arguments: "" };
  test.each<readonly [Readonly<Record<string, unknown>> & { readonly type: string }, boolean]>([
    [{ type: "response.output_text.delta", ...place, delta: "a" }, true],
    [{ type: "response.output_text.delta", ...place, delta: "" }, false],
    [{ type: "response.output_text.done", ...place, text: "a" }, true],
    [{ type: "response.refusal.delta", ...place, delta: "no" }, true],
    [{ type: "response.function_call_arguments.delta", ...place, delta: "{" }, true],
    [{ type: "response.custom_tool_call_input.delta", ...place, delta: "*" }, true],
    [{ type: "response.reasoning_text.delta", ...place, delta: "hm" }, true],
    [{ type: "response.reasoning_summary_text.delta", ...place, delta: "hm" }, true],
    [{ type: "response.output_item.added", output_index: 0, item: call }, true],
    [{ type: "response.output_item.added", output_index: 0, item: { type: "reasoning", summary: [] } }, false],
    [{ type: "response.output_item.added", output_index: 0, item: { type: "message", content: [] } }, false],
    [{ type: "response.output_item.done", output_index: 0, item: sample.message("a") }, true],
    [{ type: "response.web_search_call.searching", ...place }, false],
    [{ type: "response.completed", response: sample.response("completed", { output: [sample.message("a")] }) }, true],
  ])("%j: %s", (event, counts) => {
    const events = sample.eventsOf({ type: "response.created", response: sample.response("in_progress") }, event);
    expect(read(...events).first_token_offset).toBe(counts ? size(...events) : null);
  });
});

describe("a whole body", () => {
  const body = (rest: object, status = "completed"): ReturnType<typeof readResponses> =>
    read(JSON.stringify(sample.response(status, { usage: sample.USAGE, ...rest })));
  const parts = (...content: readonly object[]): object => ({
    output: [{ type: "message", role: "assistant", content }],
  });

  test("of text, in the parts and messages it has", () => {
    const output = [{ type: "reasoning", summary: [] }, sample.message("a"), sample.message("b")];
    expect(body({ output })).toEqual({
      answer: said("ab"),
      usage: counted,
      response_model: "gpt-5-2025",
      system_fingerprint: null,
      complete: true,
      error_body: null,
      skipped_events: 0,
      first_token_offset: null,
      end_offset: null,
    });
  });

  test("of a refusal", () => {
    expect(body(parts({ type: "refusal", refusal: "No." })).answer).toEqual(said(null, { refusal: "No." }));
  });

  test("of the calls that the client is to make, and of none that the provider made", () => {
    const output = [
      { type: "web_search_call", status: "completed" },
      { type: "function_call", name: "f", arguments: "{}" },
      { type: "local_shell_call", action: { command: ["ls"] } },
    ];
    const tool_calls = [
      { name: "f", arguments: "{}" },
      { name: "local_shell", arguments: '{"command":["ls"]}' },
    ];
    expect(body({ output }).answer).toEqual(said(null, { tool_calls, finish_reason: "tool_calls" }));
  });

  test.each<readonly [string, object, string | null]>([
    ["incomplete", { incomplete_details: { reason: "max_output_tokens" } }, "length"],
    ["incomplete", { incomplete_details: { reason: "content_filter" } }, "content_filter"],
    ["incomplete", { incomplete_details: { reason: "steered" } }, "steered"],
    ["incomplete", {}, "incomplete"],
    ["queued", { output: [] }, "queued"],
    ["cancelled", { output: [] }, "cancelled"],
  ])("%s, %j: finish %s", (status, rest, finish) => {
    const heard = body(rest, status);
    expect(heard).toMatchObject({ answer: { finish_reason: finish }, complete: true });
  });

  test("of nothing is no answer", () => {
    expect(body({ output: [] })).toMatchObject({ answer: null, complete: true });
    expect(body(parts())).toMatchObject({ answer: null });
    expect(body({ output: [] }, "incomplete").answer).not.toBeNull();
  });

  test("that failed", () => {
    expect(body({ error: sample.FAILURE }, "failed")).toMatchObject({
      answer: null,
      complete: false,
      error_body: JSON.stringify({ error: sample.FAILURE }),
    });
    expect(body({}, "failed").error_body).not.toBeNull();
  });

  test.each(['{"error":{"message":"m"}}', '{"detail":"m"}'])("an error %s", (text) => {
    expect(read(text)).toMatchObject({ answer: null, complete: false, error_body: text });
  });

  test.each(["", "  ", "<html></html>", "null", "{", '{"object":"response","output":[', "[]", "oops", "{}"])(
    "%j is no answer",
    (text) => {
      expect(read(text)).toMatchObject({ answer: null, error_body: null });
    },
  );
});

test("a stream of many events, or of one endless item, is read in linear time", () => {
  const delta = sample.eventsOf({ type: "response.output_text.delta", output_index: 0, delta: "word " })[0] ?? "";
  const cpuMs = startCpuTimer();
  expect(read(delta.repeat(60_000)).answer?.text).toHaveLength(300_000);
  expect(cpuMs()).toBeLessThan(5_000);
});
