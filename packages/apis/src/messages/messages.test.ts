import { describe, expect, test } from "vitest";
import type { WireFailure } from "../api.ts";
import { faultOfWhole } from "../whole-answer.ts";
import { messages } from "./messages.ts";
import { PING, START, STOP, text } from "./stream.fixture.ts";

const failure: WireFailure = {
  kind: "not_found",
  status: 404,
  message: "no such model",
  type: null,
  code: null,
  param: null,
};

describe("a request", () => {
  test.each([
    [{}, "messages"],
    [{ messages: [] }, "messages"],
    [{ messages: "hi" }, "messages"],
    [{ messages: [{}], stream: "yes" }, "stream"],
  ])("%j has a fault in %s", (body, param) => {
    expect(messages.faultOf(body)?.param).toBe(param);
  });

  test("is not judged beyond that", () => {
    expect(messages.faultOf({ messages: [{ role: "user", content: [] }], stream: true })).toBeNull();
  });

  test("hands on every header of Anthropic's but credentials", () => {
    const passes = (name: string): boolean => messages.forwards?.test(name) === true;
    expect(["anthropic-version", "anthropic-beta", "anthropic-workspace-id", "Anthropic-New"].map(passes)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    const kept = ["authorization", "x-api-key", "anthropic-auth-token", "anthropic-api-key", "x-anthropic-beta"];
    expect(kept.filter(passes)).toEqual([]);
  });
});

describe("what goes to the provider", () => {
  test("has metadata that names a user, and none that is for our logs", () => {
    expect(messages.keptBack({ metadata: { user_id: "u" } })).toEqual(["litellm_metadata"]);
    expect(messages.keptBack({ metadata: { tags: ["a"] } })).toEqual(["metadata", "litellm_metadata"]);
  });

  test("has of a deployment's defaults those that both APIs know", () => {
    expect(["max_tokens", "top_k", "stop", "tools", "n"].map(messages.takesDefault)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe("how a stream opens", () => {
  const opening = (bytes: string) => messages.opening(Buffer.from(bytes));
  const error = '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}';

  test.each([
    ["nothing", "", null],
    ["a comment and pings", `: hello\n\n${PING}${PING}`, null],
    ["half an event", START.slice(0, 60), null],
    ["its start", START, "answer"],
    ["its start after a ping", PING + START, "answer"],
    ["a piece of it", text(0, "a"), "answer"],
    ["an error after pings", `${PING}event: error\ndata: ${error}\n\n`, { error }],
    ["an error without a name", `data: ${error}\n\n`, { error }],
    ["its end", STOP, { nothing: "a stream that ends before it says anything" }],
  ])("with %s", (_what, bytes, expected) => {
    expect(opening(bytes)).toEqual(expected);
  });
});

describe("a whole body at first sight", () => {
  const body = (content: unknown, rest: object = {}): Buffer =>
    Buffer.from(JSON.stringify({ type: "message", content, stop_reason: "end_turn", ...rest }));

  test("is an answer where a block has a text", () => {
    expect(messages.isPlainAnswer(body([{ type: "text", text: "a" }]))).toBe(true);
    expect(
      messages.isPlainAnswer(
        body([
          { type: "thinking", thinking: "a" },
          { type: "text", text: "a" },
        ]),
      ),
    ).toBe(true);
    expect(messages.isPlainAnswer(body([]))).toBe(false);
    expect(messages.isPlainAnswer(body([{ type: "tool_use", name: "text", input: {} }]))).toBe(false);
    expect(messages.isPlainAnswer(body("text"))).toBe(false);
  });

  test.each([
    ["a call", body([{ type: "tool_use", name: "f", input: {} }], { stop_reason: "tool_use" }), null],
    ["no block, on purpose", body([]), null],
    ["a refusal", body([], { stop_reason: "refusal" }), null],
    ["an error", Buffer.from('{"type":"error","error":{"type":"api_error","message":"m"}}'), "error"],
    ["another API's answer", Buffer.from('{"choices":[{"message":{"content":"a"}}]}'), "nothing"],
    ["a page", Buffer.from("<html></html>"), "nothing"],
  ])("with %s is judged rightly", (_what, bytes, kind) => {
    expect(faultOfWhole(messages, bytes)?.kind ?? null).toBe(kind);
  });
});

describe("a failure", () => {
  test.each([
    [400, "invalid_request_error"],
    [401, "authentication_error"],
    [402, "billing_error"],
    [403, "permission_error"],
    [404, "not_found_error"],
    [413, "request_too_large"],
    [415, "invalid_request_error"],
    [429, "rate_limit_error"],
    [500, "api_error"],
    [502, "api_error"],
    [503, "overloaded_error"],
    [504, "timeout_error"],
    [529, "overloaded_error"],
  ])("of status %i is a %s", (status, type) => {
    expect(messages.errorBody({ ...failure, status }, "req_1")).toEqual({
      type: "error",
      error: { type, message: "no such model" },
      request_id: "req_1",
    });
  });

  test("keeps a type that Anthropic has, and no other", () => {
    const typed = (type: string) => messages.errorBody({ ...failure, type }, null);
    expect(typed("overloaded_error")).toMatchObject({ error: { type: "overloaded_error" }, request_id: null });
    expect(typed("server_error")).toMatchObject({ error: { type: "not_found_error" } });
  });

  test("in a stream is a named event", () => {
    const told = messages.errorEvent(messages.errorBody(failure, "req_1"));
    expect(told).toMatch(/^event: error\ndata: \{"type":"error",.*\}\n\n$/);
    expect(messages.opening(Buffer.from(told))).toHaveProperty("error");
  });
});

describe("a provider's error", () => {
  test.each([
    '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}',
    '{ "type": "error", "error": {"type":"invalid_request_error","message":"prompt is too long: 208310 tokens > 200000","details":{"error_code":"x"}} }',
    '{"type":"error","error":{"type":"new_kind_of_error","message":"m","n":1.0}}',
  ])("in Anthropic's shape goes on as it was written: %s", (body) => {
    expect(messages.providerError("bad_request", `${body}\n`)).toBe(body);
  });

  test.each([
    [
      "OpenAI's",
      '{"error":{"message":"slow down","type":"requests","code":"rate_limit_exceeded"}}',
      { type: "rate_limit_error", message: "slow down", provider_error: { error: { type: "requests" } } },
    ],
    ["Google's", '[{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}]', { message: "busy" }],
    [
      "an error of Anthropic's type in another's shape",
      '{"error":{"type":"billing_error","message":"m"}}',
      { type: "billing_error" },
    ],
    ["a plain text", "upstream  connect error", { type: "rate_limit_error", message: "upstream  connect error" }],
    ["a page", "<html><title>502 Bad Gateway</title></html>", { message: "502 Bad Gateway" }],
    ["one without a word", '{"error":null}', { message: "The provider answered with an error and no message." }],
    ["half a JSON", '{"type":"error","error":{"mess', { message: '{"type":"error","error":{"mess' }],
  ])("that is %s is framed in it", (_what, body, error) => {
    const framed = JSON.parse(messages.providerError("rate_limit", body) ?? "") as unknown;
    expect(framed).toMatchObject({ type: "error", error, request_id: null });
  });

  test("shows no key", () => {
    for (const body of [
      '{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key sk-ant-api03-abcdefgh"}}',
      '{"error":{"message":"no key sk-ant-api03-abcdefgh"}}',
      "no key sk-ant-api03-abcdefgh",
    ])
      expect(messages.providerError("authentication", body)).not.toContain("abcdefgh");
  });

  test("of no body is none", () => {
    expect(messages.providerError("server_error", " \n")).toBeNull();
  });
});
