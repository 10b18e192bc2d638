import { array, assert, constantFrom, property, record, string } from "fast-check";
import { describe, expect, test } from "vitest";
import type { Answer } from "@understudy/contracts";
import { readChat } from "./read-chat.ts";

const encoder = new TextEncoder();

function chunk(delta: object, rest: object = {}): string {
  return `data: ${JSON.stringify({ model: "gpt-4o-2024", choices: [{ index: 0, delta, finish_reason: null }], ...rest })}\n\n`;
}

function finish(reason: string, rest: object = {}): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: reason }], ...rest })}\n\n`;
}

const DONE = "data: [DONE]\n\n";
const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const counted = { input_tokens: 3, output_tokens: 2, cached_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 };

function read(...events: readonly string[]): ReturnType<typeof readChat> {
  return readChat(encoder.encode(events.join("")));
}

const said = (text: string | null, rest: Partial<Answer> = {}): Answer => ({
  text,
  refusal: null,
  tool_calls: [],
  finish_reason: "stop",
  choices: 1,
  ...rest,
});

test("an ordinary stream, usage in a chunk of its own", () => {
  const start = chunk({ role: "assistant", content: "" }, { system_fingerprint: "fp_1" });
  const first = chunk({ content: "né" });
  const events = [
    start,
    first,
    chunk({ content: "e" }),
    finish("stop"),
    `data: ${JSON.stringify({ choices: [], usage })}\n\n`,
    DONE,
  ];
  expect(read(...events)).toEqual({
    answer: said("née"),
    usage: counted,
    response_model: "gpt-4o-2024",
    system_fingerprint: "fp_1",
    complete: true,
    error_body: null,
    skipped_events: 0,
    first_token_offset: encoder.encode(start + first).length,
    end_offset: encoder.encode(events.join("")).length,
  });
});

test.each<readonly [string, string]>([
  ["on the last choice", finish("stop", { usage })],
  ["in Groq's place", finish("stop", { x_groq: { usage } })],
  ["before the end, and null after it", chunk({ content: "" }, { usage }) + finish("stop", { usage: null })],
  ["null before it comes", chunk({ content: "" }, { usage: null }) + finish("stop", { usage })],
])("usage %s", (_name, end) => {
  expect(read(chunk({ content: "a" }), end, DONE).usage).toEqual(counted);
});

describe("the syntax of events", () => {
  const plain = chunk({ content: "a" }) + chunk({ content: "b" }) + finish("stop") + DONE;
  test.each<readonly [string, string]>([
    ["CRLF", plain.replaceAll("\n", "\r\n")],
    ["CR", plain.replaceAll("\n", "\r")],
    [
      "comments and heartbeats",
      `: OPENROUTER PROCESSING\n\n${plain.replaceAll("\n\n", "\n\n:\n\nevent: ping\ndata: {}\n\n")}`,
    ],
    ["pings that are no JSON", `event: ping\ndata: now\n\n${plain}`],
    ["a byte order mark", `\uFEFF${plain}`],
    ["no space after the colon", plain.replaceAll("data: ", "data:")],
    ["ids, retry times and unknown fields", plain.replaceAll("data: ", "id: 1\nretry: 5\nx\ndata: ")],
    ["data over several lines", plain.replaceAll('{"model"', '{\ndata: "model"')],
    [
      "data over several lines that end in CRLF",
      plain.replaceAll('{"model"', '{\ndata: "model"').replaceAll("\n", "\r\n"),
    ],
    ["empty data", `data:\n\ndata\n\n${plain}`],
    ["no empty line at the end", plain.trimEnd()],
    ["something after the end", `${plain}data: {"choices":[{"delta":{"content":"late"}}]}\n\n`],
  ])("%s", (_name, text) => {
    expect(readChat(encoder.encode(text))).toMatchObject({ answer: said("ab"), complete: true, error_body: null });
  });
});

describe("what counts as the first token", () => {
  test.each<readonly [string, object, boolean]>([
    ["content", { content: "a" }, true],
    ["content parts", { content: [{ type: "thinking", thinking: [] }] }, true],
    ["refusal", { refusal: "no" }, true],
    ["reasoning", { reasoning: "hm" }, true],
    ["reasoning_content", { reasoning_content: "hm" }, true],
    ["tool_calls", { tool_calls: [{ index: 0, function: { name: "f" } }] }, true],
    ["function_call", { function_call: { name: "f" } }, true],
    ["a role", { role: "assistant", content: "", refusal: null, tool_calls: [] }, false],
  ])("%s", (_name, delta, counts) => {
    const [role, event] = [chunk({ role: "assistant" }), chunk(delta)];
    expect(read(role, event, finish("stop"), DONE).first_token_offset).toBe(counts ? (role + event).length : null);
  });

  test("reasoning is not part of the text", () => {
    expect(read(chunk({ reasoning_content: "hm" }), chunk({ content: "a" }), finish("stop"), DONE).answer).toEqual(
      said("a"),
    );
  });
});

test("of several choices the one at index 0, and their number", () => {
  const other = `data: ${JSON.stringify({ choices: [{ index: 1, delta: { content: "x" }, finish_reason: "length" }] })}\n\n`;
  expect(read(chunk({ content: "a" }), other, finish("stop"), other, DONE).answer).toEqual(said("a", { choices: 2 }));
});

describe("streams that end badly", () => {
  const whole = chunk({ content: "a" }) + chunk({ content: "b" });

  test("an error inside, after which nothing is whole", () => {
    const error = '{"error":{"message":"overloaded","type":"server_error"}}';
    expect(read(whole, `data: ${error}\n\n`, DONE)).toMatchObject({
      answer: said("ab", { finish_reason: null }),
      complete: false,
      error_body: error,
    });
  });

  test("cut anywhere before the finish reason: not complete, and never more than was said", () => {
    const bytes = encoder.encode(whole + finish("stop") + DONE);
    const end = bytes.length - (DONE.length + "\n\n".length);
    for (let length = 0; length < end; length += 1) {
      const result = readChat(bytes.subarray(0, length));
      expect(result.complete).toBe(false);
      expect("ab").toContain(result.answer?.text ?? "");
    }
    expect(readChat(bytes.subarray(0, end)).complete).toBe(true);
  });

  test("nothing at all", () => {
    expect(read()).toMatchObject({ answer: null, usage: null, complete: false, first_token_offset: null });
    expect(read(DONE)).toMatchObject({ answer: null, complete: true });
  });
});

test("whatever is said, in whatever pieces and line ends, is read as it was said", () => {
  const text = string({ unit: "binary", maxLength: 20 });
  const call = record({ name: string({ minLength: 1 }), pieces: array(text, { maxLength: 4 }) });
  const end = constantFrom("\n", "\r\n", "\r");
  assert(
    property(array(text, { minLength: 1 }), array(call, { maxLength: 3 }), end, (pieces, calls, lineEnd) => {
      const events = [
        ...pieces.map((content) => chunk({ content })),
        ...calls.flatMap(({ name, pieces: args }, index) => [
          chunk({ tool_calls: [{ index, id: `call_${index}`, function: { name, arguments: "" } }] }),
          ...args.map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] })),
        ]),
        finish("stop"),
        DONE,
      ];
      const bytes = encoder.encode(events.join("").replaceAll("\n", lineEnd));
      const joined = pieces.join("");
      expect(readChat(bytes).answer).toEqual(
        said(joined === "" && calls.length > 0 ? null : joined, {
          tool_calls: calls.map(({ name, pieces: args }) => ({ name, arguments: args.join("") })),
        }),
      );
    }),
  );
});

test("the first token's offset is in bytes, wherever the body lies in its buffer", () => {
  const start = chunk({ role: "assistant" }) + ": 🐚🐚\n\n";
  const bytes = encoder.encode(`xxx${start}${chunk({ content: "ünï" })}${DONE}`).subarray(3);
  const { first_token_offset: offset } = readChat(bytes);
  expect(new TextDecoder().decode(bytes.subarray(0, offset ?? 0))).toBe(start + chunk({ content: "ünï" }));
});

test("a stream of many events, or of one endless line, is read in linear time", () => {
  const many = chunk({ content: "word " }).repeat(50_000) + finish("stop") + DONE;
  expect(read(many).answer?.text).toHaveLength(250_000);
  const args = chunk({ tool_calls: [{ index: 0, function: { arguments: "x" } }] }).repeat(50_000);
  expect(read(args, DONE).answer?.tool_calls[0]?.arguments).toHaveLength(50_000);
  expect(read("data: x\n".repeat(200_000)).complete).toBe(false);
  expect(read("\n".repeat(1_000_000)).answer).toBeNull();
  expect(read(`data: ${"[".repeat(1_000_000)}`).answer).toBeNull();
});
