import { describe, expect, test } from "vitest";
import { readChat } from "./read-chat.ts";

const HEAD = '{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m-1",';
const chunk = (delta: object, reason: string | null = null): string =>
  `data: ${HEAD}"choices":[${JSON.stringify({ index: 0, delta, finish_reason: reason })}]}\n\n`;

const ROLE = chunk({ role: "assistant", content: "" });
const HELLO = chunk({ content: "hello" });
const WORLD = chunk({ content: " world" });
const STOP = chunk({}, "stop");
const USAGE = `data: ${HEAD}"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}}\n\n`;
const DONE = "data: [DONE]\n\n";

const whole = {
  answer: { text: "hello world", refusal: null, tool_calls: [], finish_reason: "stop", choices: 1 },
  usage: { input_tokens: 11, output_tokens: 7 },
  response_model: "m-1",
  complete: true,
  error_body: null,
};

const read = (...events: readonly string[]): ReturnType<typeof readChat> => readChat(Buffer.from(events.join("")));

describe("an event that is no part of the answer is skipped and counted", () => {
  const odd = [
    "data: : keepalive",
    "data: : keep-alive",
    "data::",
    "data: OPENROUTER PROCESSING",
    "data: : OPENROUTER PROCESSING",
    "data: ping",
    "data: .",
    "data:",
    "data",
    "data:   ",
    "data: \u00a0",
    "data: null",
    "data: true",
    "data: 7",
    'data: ""',
    'data: "ping"',
    "data: []",
    "data: {}",
    'data: {"type":"ping"}',
    'data: {"object":"ping"}',
    'data: {"object":"chat.completion.keepalive","choices":null}',
    'data: {"choices":{}}',
    'data: {"id":"x","object":"response.created"}',
    'data: {"error":null}',
    'data: {"error":""}',
    'data: {"error":false}',
    'data: {"detail":""}',
    "data: <html>",
    "data: <div>loading</div>",
    "data: {keepalive}",
    'data: {"type":"ping"',
    "event: ping\ndata: now",
    'event: keepalive\ndata: {"at":1}',
    "id: 7\nretry: 100\ndata: x",
  ];
  const places: readonly (readonly [string, (event: string) => readonly string[]])[] = [
    ["first", (event) => [event, ROLE, HELLO, WORLD, STOP, USAGE, DONE]],
    ["in the middle", (event) => [ROLE, event, HELLO, event, WORLD, STOP, USAGE, DONE]],
    ["before the end mark", (event) => [ROLE, HELLO, WORLD, STOP, USAGE, event, DONE]],
  ];
  test.each(odd)("%j", (event) => {
    for (const [place, events] of places) {
      const given = events(`${event}\n\n`);
      const skipped = given.length - events("").filter((text) => text !== "").length;
      expect([place, read(...given)]).toMatchObject([place, { ...whole, skipped_events: skipped }]);
    }
  });
});

describe("what belongs to the syntax of events is no event", () => {
  test.each<readonly [string, (text: string) => string]>([
    ["comments", (text) => text.replaceAll("\n\n", "\n\n: keepalive\n\n")],
    ["comments within events", (text) => text.replaceAll("data:", ":\ndata:")],
    ["names of events", (text) => text.replaceAll("data:", "event: chunk\ndata:")],
    ["line ends of CRLF", (text) => text.replaceAll("\n", "\r\n")],
    ["line ends of CR", (text) => text.replaceAll("\n", "\r")],
    ["blanks at the end of lines", (text) => text.replaceAll("\n\n", " \t\n\n")],
    ["blanks before the data", (text) => text.replaceAll("data: ", "data:   ")],
    ["no blank before the data", (text) => text.replaceAll("data: ", "data:")],
    ["a byte order mark", (text) => `\uFEFF${text}`],
    ["a byte order mark in every event", (text) => text.replaceAll("data: ", "data: \uFEFF")],
    ["a single line end between events", (text) => text.replaceAll("\n\n", "\n")],
    ["many line ends between events", (text) => text.replaceAll("\n\n", "\n\n\n\n")],
    ["no end of the last line", (text) => text.trimEnd()],
    ["no end mark", (text) => text.replace(DONE, "")],
    ["an end mark in quotes", (text) => text.replace("[DONE]", '"[DONE]"')],
    ["an error that is null in every chunk", (text) => text.replaceAll(HEAD, `${HEAD}"error":null,`)],
    ["something behind the end mark", (text) => `${text}data: {"error":{"message":"late"}}\n\n${HELLO}`],
  ])("%s", (_what, written) => {
    expect(read(written([ROLE, HELLO, WORLD, STOP, USAGE, DONE].join("")))).toMatchObject({
      ...whole,
      skipped_events: 0,
    });
  });

  test("Azure's first chunk, which has no choices", () => {
    const first = `data: ${HEAD}"choices":[],"prompt_filter_results":[{"prompt_index":0}]}\n\n`;
    expect(read(first, ROLE, HELLO, WORLD, STOP, USAGE, DONE)).toMatchObject({ ...whole, skipped_events: 0 });
  });
});

describe("a piece of the answer that is broken", () => {
  test.each([
    ["cut", `data: ${HEAD}"choices":[{"index":0,"delta":{"content":"he\n\n`],
    ["with a fault in it", `data: ${HEAD}"choices":[{"index":0,"delta":{"content":he}}]}\n\n`],
  ])("%s: what was heard stays, and it is not the whole answer", (_what, broken) => {
    expect(read(ROLE, HELLO, broken, WORLD, STOP, DONE)).toMatchObject({
      answer: { text: "hello world" },
      complete: false,
      skipped_events: 1,
      error_body: null,
    });
  });

  test("that stands at the end of a stream whose finish was heard takes nothing away", () => {
    expect(read(ROLE, HELLO, WORLD, STOP, USAGE, 'data: {"id":"x","choi')).toMatchObject({
      ...whole,
      skipped_events: 0,
    });
  });
});

describe("errors within a stream", () => {
  test.each([
    ["OpenAI's", 'data: {"error":{"message":"m"}}'],
    ["a text", 'data: {"error":"m"}'],
    ["a named event", 'event: error\ndata: {"message":"m"}'],
    ["a named event of plain text", "event: error\ndata: m"],
    ["a named event of a JSON text", 'event: error\ndata: "m"'],
    ["Anthropic's", 'data: {"type":"error","error":{"message":"m"}}'],
    ["FastAPI's", 'data: {"detail":"m"}'],
    ["FastAPI's list", 'data: {"detail":[{"loc":["body"],"msg":"m"}]}'],
    ["vLLM's", 'data: {"object":"error","message":"m","code":400}'],
    ["a flag", 'data: {"error":true,"message":"m"}'],
    ["Google's list", 'data: [{"error":{"message":"m"}}]'],
    [
      "beside choices",
      'data: {"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}],"error":{"message":"m"}}',
    ],
    ["in a choice", 'data: {"choices":[{"index":0,"delta":{},"error":{"message":"m"}}]}'],
    ["as a reason to finish", 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"error"}]}'],
    ["with no empty line behind it", 'data: {"error":{"message":"m"}}'],
  ])("%s", (what, event) => {
    const end = what.startsWith("with no") ? [] : ["\n\n", DONE];
    const heard = read(ROLE, HELLO, event, ...end);
    expect(heard).toMatchObject({ answer: { text: "hello", finish_reason: null }, complete: false, skipped_events: 0 });
    expect(heard.error_body).not.toBeNull();
  });
});

describe("an answer in another framing than events", () => {
  const body = `${HEAD}"choices":[{"index":0,"message":{"content":"hello world"},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":7}}`;
  const lines = [ROLE, HELLO, WORLD, STOP, USAGE].map((event) => `${event.slice("data: ".length).trim()}\n`).join("");
  test.each([
    ["one JSON body", body],
    ["one JSON body after blanks that kept the connection alive", `${"\n".repeat(5_000)}${body}`],
    ["one JSON body after a byte order mark", `\uFEFF${body}`],
    ["one JSON body in a list", `[${body}]`],
    ["one JSON body over several lines", JSON.stringify(JSON.parse(body), null, 2)],
    ["a chunk where a message was asked for", body.replace('"message"', '"delta"')],
    ["a line of JSON for each chunk", lines],
    ["a line of JSON for each chunk, with an end mark", `${lines}[DONE]\n`],
    ["a line of JSON for each chunk, CRLF and empty lines", lines.replaceAll("\n", "\r\n\r\n")],
    ["a line of JSON for each chunk, the last without an end", lines.trimEnd()],
  ])("%s", (_what, text) => {
    expect(readChat(Buffer.from(text))).toMatchObject(whole);
  });

  test("lines that are cut are no whole answer", () => {
    expect(readChat(Buffer.from(lines.slice(0, lines.indexOf('"finish_reason":"stop"'))))).toMatchObject({
      complete: false,
    });
  });

  test.each(["", "   ", "<html></html>", "null", "oops", "{", '{"choices":[{"message":{"con', "[", "[]"])(
    "%j is none",
    (text) => {
      expect(readChat(Buffer.from(text))).toMatchObject({ answer: null, complete: false, error_body: null });
    },
  );

  test("an error in a whole body is one, whatever stands beside it", () => {
    for (const text of ['{"error":{"message":"m"}}', `{"error":{"message":"m"},${body.slice(1)}`, '{"detail":"m"}']) {
      expect(readChat(Buffer.from(text))).toMatchObject({
        complete: false,
        error_body: JSON.stringify(JSON.parse(text)),
      });
    }
  });
});
