import { startCpuTimer } from "@understudy/runtime/fixture";
import { describe, expect, test } from "vitest";
import { clientErrorText } from "./client-error.ts";

const LONG = "m".repeat(5_000);

describe("an error in OpenAI's shape goes on as it was written", () => {
  test.each([
    [
      "Azure's filter",
      '{"error":{"message":"filtered","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"hate":{"filtered":true,"severity":"high"}}}}}',
    ],
    [
      "OpenRouter's metadata",
      '{"error":{"message":"Provider returned error","code":429,"metadata":{"raw":"slow down","provider_name":"x"}},"user_id":"u"}',
    ],
    ["a long message", `{"error":{"message":"${LONG}","type":"a"}}`],
    ["numbers and spaces", '{ "error" : {"message":"m","limit":12345678901234567890,"at":1.0} }'],
    ["Anthropic's", '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}'],
    ["escapes", String.raw`{"error":{"message":"caf\u00e9 \ud800 \"x\"","code":null}}`],
  ])("%s", (_what, body) => {
    expect(clientErrorText("bad_request", body)).toBe(body);
    expect(clientErrorText("bad_request", `\n${body}\r\n`)).toBe(body);
  });
});

describe("another is put into it, whole", () => {
  test.each([
    [
      "Google's array",
      '[{"error":{"code":400,"message":"bad","status":"INVALID_ARGUMENT"}}]',
      '{"error":{"code":400,"message":"bad","status":"INVALID_ARGUMENT"}}',
    ],
    [
      "a message at the top",
      '{"object":"error","message":"bad","code":400,"raw":1.0}',
      '{"error":{"object":"error","message":"bad","code":400,"raw":1.0}}',
    ],
    [
      "xAI's",
      '{"code":"invalid argument","error":"bad"}',
      '{"error":{"message":"bad","type":"invalid_request_error","param":null,"code":"invalid argument","provider_error":{"code":"invalid argument","error":"bad"}}}',
    ],
    [
      "FastAPI's",
      '{"detail":[{"loc":["body","n"],"msg":"no"}]}',
      '{"error":{"message":"body.n: no","type":"invalid_request_error","param":null,"code":"bad_request","provider_error":{"detail":[{"loc":["body","n"],"msg":"no"}]}}}',
    ],
    [
      "a list of two",
      "[1,2]",
      '{"error":{"message":"[1,2]","type":"invalid_request_error","param":null,"code":"bad_request","provider_error":[1,2]}}',
    ],
    [
      "an error that says nothing",
      '{"error":null}',
      '{"error":{"message":"The provider answered with an error and no message.","type":"invalid_request_error","param":null,"code":"bad_request","provider_error":{"error":null}}}',
    ],
    [
      "a plain text",
      " no such\n thing ",
      String.raw`{"error":{"message":"no such\n thing","type":"invalid_request_error","param":null,"code":"bad_request"}}`,
    ],
    [
      "a long text",
      LONG,
      `{"error":{"message":"${LONG}","type":"invalid_request_error","param":null,"code":"bad_request"}}`,
    ],
    [
      "a page",
      "<html><title>502 Bad Gateway</title></html>",
      '{"error":{"message":"502 Bad Gateway","type":"invalid_request_error","param":null,"code":"bad_request","provider_error":"<html><title>502 Bad Gateway</title></html>"}}',
    ],
    [
      "half a JSON",
      '{"error":{"mess',
      String.raw`{"error":{"message":"{\"error\":{\"mess","type":"invalid_request_error","param":null,"code":"bad_request"}}`,
    ],
  ])("%s", (_what, body, expected) => {
    expect(clientErrorText("bad_request", body)).toBe(expected);
  });
});

test("nothing is made of nothing", () => {
  expect(clientErrorText("server_error", " \n")).toBeNull();
});

test.each([
  '{"error":{"message":"Incorrect API key provided: sk-test-abcdefghijkl.","code":"sk-test-abcdefghijkl","deep":[{"x":"Bearer abcdefghijkl"}]}}',
  '{"detail":"the key sk-test-abcdefghijkl is unknown"}',
  "no such key: sk-test-abcdefghijkl",
  '{"error":{"message":"GET https://h/?key=abcdefghijkl\\" failed"}}',
  String.raw`{"error":{"message":"\u0073k-test-abcdefghijkl"}}`,
])("keys are masked, and it stays JSON: %s", (body) => {
  const text = clientErrorText("authentication", body) ?? "";
  expect(text).not.toContain("abcdefghijkl");
  expect(JSON.stringify(JSON.parse(text))).toContain("***");
});

test("256 KiB of anything are read in no time", () => {
  for (const unit of ["key-", "key ", "<", "a", "Bearer ", "{", '"', '["', "token: ", '\\"', '"a":']) {
    const body = unit.repeat(Math.ceil((256 * 1024) / unit.length));
    const cpuMs = startCpuTimer();
    clientErrorText("server_error", body);
    clientErrorText("server_error", JSON.stringify({ error: { message: body } }));
    expect(cpuMs()).toBeLessThan(500);
  }
});
