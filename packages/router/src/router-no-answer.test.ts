import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { MESSAGES, requestFor, streamed, textOf, useSimulator } from "./call/router.fixture.ts";
import { serve } from "./transport/server.fixture.ts";

const fixture = useSimulator();

const HEAD = '"id":"c","model":"m-1"';
const answerWith = (choice: object, rest = ""): string =>
  `{${HEAD},"choices":[${JSON.stringify({ index: 0, ...choice })}]${rest}}`;
const USAGE = ',"usage":{"prompt_tokens":11,"completion_tokens":7}';
const GOOD = answerWith({ message: { role: "assistant", content: "hello world" }, finish_reason: "stop" }, USAGE);
const PAGE = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>checking</body></html>";

const chunk = (delta: object, reason: string | null = null): string =>
  `{${HEAD},"choices":[${JSON.stringify({ index: 0, delta, finish_reason: reason })}]}`;
const CHUNKS = [chunk({ content: "hello" }), chunk({ content: " world" }), chunk({}, "stop"), `{"choices":[]${USAGE}}`];
const EVENTS = `${CHUNKS.map((text) => `data: ${text}\n\n`).join("")}data: [DONE]\n\n`;
const LINES = CHUNKS.map((text) => `${text}\n`).join("");

interface Given {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A group whose one deployment answers so, with the simulator for a fallback. */
async function askFor({ status = 200, headers = {}, body }: Given, stream: boolean) {
  const { url } = await serve((request, response) => {
    request.resume().once("end", () => response.writeHead(status, headers).end(body));
  });
  const entries = [
    ["chat", "m", { api_base: url }],
    ["other", "gpt-4"],
  ] as const;
  const router = fixture.router(entries, { num_retries: 0, fallbacks: [{ chat: ["other"] }] });
  const asked = stream ? streamed("chat") : { model: "chat", messages: MESSAGES };
  const call = await router.call(requestFor(router, "chat", { body: asked }));
  return { call, text: await textOf(call.body), record: call.record() };
}

const nothing: readonly (readonly [string, Given])[] = [
  ["a page", { headers: { "content-type": "text/html" }, body: PAGE }],
  ["a page without a title", { body: "<html><body>no</body></html>" }],
  ["an empty body", { body: "" }],
  ["no content", { status: 204, body: "" }],
  ["blanks", { body: " \n\n " }],
  ["null", { body: "null" }],
  ["a text", { body: '"ok"' }],
  ["words", { body: "upstream connect error" }],
  ["an empty object", { body: "{}" }],
  ["an empty list", { body: "[]" }],
  ["JSON that is cut short", { body: GOOD.slice(0, -20) }],
  ["no choices", { body: `{${HEAD},"choices":[]}` }],
  ["choices that are null", { body: `{${HEAD},"choices":null}` }],
  ["choices that are none", { body: `{${HEAD},"choices":[null]}` }],
  ["a choice without a message", { body: answerWith({ finish_reason: "stop" }) }],
  ["a message with nothing in it", { body: answerWith({ message: {}, finish_reason: "stop" }) }],
  ["a message whose content is null", { body: answerWith({ message: { content: null }, finish_reason: "stop" }) }],
  ["a message of empty parts", { body: answerWith({ message: { content: [] }, finish_reason: null }) }],
  [
    "tool calls that are missing",
    { body: answerWith({ message: { content: null, tool_calls: [] }, finish_reason: "tool_calls" }) },
  ],
  [
    "reasoning that is empty",
    { body: answerWith({ message: { content: null, reasoning_content: "" }, finish_reason: "stop" }) },
  ],
];

const errors: readonly (readonly [string, string, string])[] = [
  ["an error", '{"error":{"message":"m","code":429}}', "rate_limit"],
  ["an error as a text", '{"error":"Too Many Requests"}', "rate_limit"],
  ["an error behind blanks", `${" ".repeat(70)}{"error":{"message":"m","type":"overloaded_error"}}`, "unavailable"],
  [
    "an error behind other keys",
    `{${HEAD},"error":{"message":"m","code":"context_length_exceeded"}}`,
    "context_window",
  ],
  ["an error of object error", '{"object":"error","message":"Rate limit reached","code":40301}', "rate_limit"],
  ["an error of type error", '{"type":"error","error":{"type":"overloaded_error","message":"m"}}', "unavailable"],
  ["an error beside choices", `{${HEAD},"choices":[],"error":{"code":502,"message":"m"}}`, "unavailable"],
  ["an error beside an answer", `{"error":{"code":503,"message":"m"},${GOOD.slice(1)}`, "unavailable"],
  [
    "an error in a choice",
    answerWith({ message: { content: "he" }, error: { code: 502, message: "m" } }),
    "unavailable",
  ],
  ["a detail", '{"detail":"Too Many Requests"}', "rate_limit"],
  ["an error in a list", '[{"error":{"code":429,"message":"m"}}]', "rate_limit"],
];

describe("a status of success without an answer is a failure: the fallback is asked", () => {
  test.each(nothing)("%s", async (_what, given) => {
    const { call, record } = await askFor(given, false);
    expect(call).toMatchObject({ status: 200, error: null });
    expect(record).toMatchObject({ status: "ok", answered_by: "other" });
    const message = expect.stringMatching(/^the provider answered with /) as string;
    const failed = { outcome: "server_error", http_status: given.status ?? 200, message };
    expect(record.attempts).toMatchObject([failed, { outcome: "ok" }]);
  });

  test.each(errors)("%s, by its kind", async (_what, body, kind) => {
    const { record } = await askFor({ body }, false);
    expect(record).toMatchObject({ status: "ok", answered_by: "other" });
    expect(record.attempts).toMatchObject([{ outcome: kind, http_status: 200 }, { outcome: "ok" }]);
  });

  test.each([...nothing.slice(0, 3), ...nothing.slice(6)])("%s, where a stream was asked for", async (_what, given) => {
    const { record } = await askFor(given, true);
    expect(record).toMatchObject({ status: "ok", answered_by: "other", stream: true });
    expect(record.attempts[0]?.outcome).toMatch(/^(?:server_error|connection)$/);
  });

  test("a page is told of by its title, and with none to ask instead the client gets 502", async () => {
    const { url } = await serve((_, response) => response.end(PAGE));
    const router = fixture.router([["chat", "m", { api_base: url }]], { num_retries: 0 });
    const call = await router.call(requestFor(router, "chat"));
    const message = "the provider answered with a page: Just a moment...";
    expect(call).toMatchObject({ status: 502, error: { kind: "server_error", message } });
  });

  test.each(["", "[]", '{"data":[]}', '{"object":"list"}', PAGE])("embeddings of %j", async (body) => {
    const { url } = await serve((_, response) => response.end(body));
    const router = fixture.router([["small", "m", { api_base: url }]], { num_retries: 0 });
    const asked = { operation: "embeddings", body: { model: "small", input: "x" } } as const;
    expect(await router.call(requestFor(router, "small", asked))).toMatchObject({ status: 502 });
  });
});

describe("little, and an answer all the same", () => {
  test.each([
    ["an empty text", { message: { content: "" }, finish_reason: "stop" }],
    ["an empty text and no reason", { message: { content: "" }, finish_reason: null }],
    ["what a filter left", { message: { content: null }, finish_reason: "content_filter" }],
    ["what a limit left", { message: { content: null }, finish_reason: "length" }],
    ["thought alone", { message: { content: null, reasoning_content: "hm" }, finish_reason: "stop" }],
    ["a refusal", { message: { content: null, refusal: "no" }, finish_reason: "stop" }],
    [
      "a tool call",
      {
        message: { content: null, tool_calls: [{ id: "1", function: { name: "f", arguments: "{}" } }] },
        finish_reason: "tool_calls",
      },
    ],
    [
      "a call of the older form",
      { message: { content: null, function_call: { name: "f", arguments: "{}" } }, finish_reason: "function_call" },
    ],
    ["speech", { message: { content: null, audio: { id: "a", data: "", transcript: "hi" } }, finish_reason: "stop" }],
    ["parts", { message: { content: [{ type: "text", text: "hi" }] }, finish_reason: "stop" }],
    ["an error that is null", { message: { content: "hi" }, finish_reason: "stop", error: null }],
  ])("%s", async (_what, choice) => {
    const body = answerWith(choice);
    const { text, record } = await askFor({ body }, false);
    expect(text).toBe(body);
    expect(record).toMatchObject({ status: "ok", answered_by: "chat", attempts: [{ outcome: "ok" }] });
  });
});

const READ = {
  status: "ok",
  answered_by: "chat",
  answer: { text: "hello world" },
  usage: { input_tokens: 11, output_tokens: 7 },
};

describe("an answer in another framing than was asked for goes on as it came, and is read", () => {
  test.each([
    ["events for a plain request", EVENTS, false],
    ["lines for a plain request", LINES, false],
    ["a body for a stream", GOOD, true],
    ["a body over several lines for a stream", JSON.stringify(JSON.parse(GOOD), null, 2), true],
    ["a body behind a byte order mark for a stream", `\uFEFF${GOOD}`, true],
    ["lines for a stream", LINES, true],
    ["lines at CRLF for a stream", LINES.replaceAll("\n", "\r\n"), true],
    ["a chunk for a plain request", GOOD.replace('"message"', '"delta"'), false],
  ])("%s", async (_what, body, stream) => {
    const { text, record } = await askFor({ body, headers: { "content-type": "application/json" } }, stream);
    expect(text).toBe(body);
    expect(record).toMatchObject(READ);
  });
});

describe("an answer that is compressed though nobody asked is unpacked", () => {
  const codings = [
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["br", brotliCompressSync],
    ["zstd", zstdCompressSync],
    ["GZIP", gzipSync],
    ["gzip, br", (bytes: string) => brotliCompressSync(gzipSync(bytes))],
    ["identity", (bytes: string) => Buffer.from(bytes)],
  ] as const;
  test.each(codings)("by %s", async (coding, pack) => {
    for (const [text, stream] of [
      [GOOD, false],
      [EVENTS, true],
    ] as const) {
      const given = { headers: { "content-encoding": coding, "content-type": "x/y" }, body: pack(text) };
      const answer = await askFor(given, stream);
      expect(answer.text).toBe(text);
      expect(answer.call.headers).not.toHaveProperty("content-encoding");
      expect(answer.call.headers).toMatchObject({ "content-type": "x/y" });
      expect(answer.record).toMatchObject(READ);
    }
  });

  test("and so is an error, whose words count", async () => {
    const body = gzipSync('{"error":{"message":"no","code":"context_length_exceeded"}}');
    const { record } = await askFor({ status: 400, headers: { "content-encoding": "gzip" }, body }, false);
    expect(record.attempts).toMatchObject([{ outcome: "context_window", message: "no" }, { outcome: "ok" }]);
  });

  test.each([
    ["broken", gzipSync(GOOD).fill(0, 12)],
    ["cut short", gzipSync(GOOD).subarray(0, 60)],
    ["not packed at all", GOOD],
  ])("unless it is %s: then it is a failure", async (_what, body) => {
    const { record } = await askFor({ headers: { "content-encoding": "gzip" }, body }, false);
    expect(record).toMatchObject({ status: "ok", answered_by: "other" });
    expect(record.attempts[0]).toMatchObject({ outcome: "connection", http_status: 200 });
  });

  test("unless nobody knows the coding: then it goes on as it is", async () => {
    const { call, text } = await askFor({ headers: { "content-encoding": "x-own" }, body: GOOD }, false);
    expect(text).toBe(GOOD);
    expect(call.headers).toMatchObject({ "content-encoding": "x-own" });
  });

  test("event by event, as they come", async () => {
    const { createGzip, constants } = await import("node:zlib");
    const waiting: (() => void)[] = [];
    const { url } = await serve((_, response) => {
      const zip = createGzip({ flush: constants.Z_SYNC_FLUSH });
      response.writeHead(200, { "content-encoding": "gzip" });
      zip.pipe(response);
      const [first = "", ...rest] = CHUNKS;
      zip.write(`data: ${first}\n\n`);
      waiting.push(() => zip.end(`${rest.map((text) => `data: ${text}\n\n`).join("")}data: [DONE]\n\n`));
    });
    const router = fixture.router([["chat", "m", { api_base: url }]]);
    const call = await router.call(requestFor(router, "chat", { body: streamed("chat") }));
    const received: string[] = [];
    for await (const bytes of call.body) {
      received.push(Buffer.from(bytes).toString());
      waiting.pop()?.();
    }
    expect(received[0]).toBe(`data: ${CHUNKS[0]}\n\n`);
    expect(received.join("")).toBe(EVENTS);
  });
});
