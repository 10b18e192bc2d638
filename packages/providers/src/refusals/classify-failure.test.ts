import { startCpuTimer } from "@understudy/runtime/fixture";
import type { FailureKind } from "@understudy/contracts";
import { describe, expect, test } from "vitest";
import { classifyFailure } from "./classify-failure.ts";

type Expected = readonly [type: string | null, code: string | null, param: string | null];
type Row = readonly [status: number, body: unknown, kind: FailureKind, message: string, labels?: Expected];

const rows: readonly Row[] = [
  [
    400,
    { error: { message: "bad", type: "invalid_request_error", param: "n", code: null } },
    "bad_request",
    "bad",
    ["invalid_request_error", null, "n"],
  ],
  [
    400,
    { error: { message: "too long", code: "context_length_exceeded" } },
    "context_window",
    "too long",
    [null, "context_length_exceeded", null],
  ],
  [
    400,
    { error: { message: "This model's maximum context length is 8192 tokens." } },
    "context_window",
    "This model's maximum context length is 8192 tokens.",
  ],
  [
    400,
    {
      type: "error",
      error: { type: "invalid_request_error", message: "prompt is too long: 210000 tokens > 200000 maximum" },
    },
    "context_window",
    "prompt is too long: 210000 tokens > 200000 maximum",
  ],
  [
    400,
    [{ error: { code: 400, message: "The input token count (9) exceeds the maximum", status: "INVALID_ARGUMENT" } }],
    "context_window",
    "The input token count (9) exceeds the maximum",
    ["INVALID_ARGUMENT", "400", null],
  ],
  [
    413,
    { error: { message: "reduce the length of the messages" } },
    "context_window",
    "reduce the length of the messages",
  ],
  [
    400,
    { error: { message: "filtered", code: "content_filter", innererror: { code: "ResponsibleAIPolicyViolation" } } },
    "content_policy",
    "filtered",
    [null, "content_filter", null],
  ],
  [400, { error: { message: "no", code: "content_policy_violation" } }, "content_policy", "no"],
  [
    403,
    { error: { message: "Your input was flagged", code: 403, metadata: { reasons: ["x"] } } },
    "content_policy",
    "Your input was flagged",
  ],
  [
    400,
    [{ error: { code: 400, message: "API key not valid. Please pass a valid API key.", status: "INVALID_ARGUMENT" } }],
    "authentication",
    "API key not valid. Please pass a valid API key.",
  ],
  [
    401,
    { error: { message: "who?", type: "auth_error", param: "None", code: "401" } },
    "authentication",
    "who?",
    ["auth_error", "401", null],
  ],
  [402, { error: { message: "Insufficient Balance" } }, "quota", "Insufficient Balance"],
  [403, { error: { message: "not yours" } }, "permission", "not yours"],
  [404, { error: { code: "DeploymentNotFound", message: "no such deployment" } }, "not_found", "no such deployment"],
  [408, "", "timeout", "HTTP 408"],
  [409, { error: { message: "locked" } }, "unavailable", "locked"],
  [413, { error: { type: "request_too_large", message: "over 32 MB" } }, "bad_request", "over 32 MB"],
  [418, "teapot", "bad_request", "teapot"],
  [
    422,
    { detail: [{ loc: ["body", { toString: null }, "n"], msg: "not a number", type: "int" }, { msg: "more" }] },
    "bad_request",
    "body.n: not a number; more",
  ],
  [
    422,
    { object: "error", message: { detail: [{ loc: ["body", "x"], msg: "Extra inputs are not permitted" }] } },
    "bad_request",
    "body.x: Extra inputs are not permitted",
  ],
  [
    429,
    { error: { message: "slow down; context length", type: "rate_limit_error" } },
    "rate_limit",
    "slow down; context length",
  ],
  [429, { message: "Requests rate limit exceeded" }, "rate_limit", "Requests rate limit exceeded"],
  [500, { error: "boom" }, "server_error", "boom"],
  [500, { detail: "boom" }, "server_error", "boom"],
  [501, "no", "server_error", "no"],
  [502, "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>", "unavailable", "502 Bad Gateway"],
  [502, "<!DOCTYPE html><html><body><h1>Oh</h1> no</body></html>", "unavailable", "Oh no"],
  [
    503,
    { error: { code: 503, message: "overloaded", status: "UNAVAILABLE" } },
    "unavailable",
    "overloaded",
    ["UNAVAILABLE", "503", null],
  ],
  [504, "", "timeout", "HTTP 504"],
  [522, "", "timeout", "HTTP 522"],
  [524, "", "timeout", "HTTP 524"],
  [
    529,
    { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
    "unavailable",
    "Overloaded",
    ["overloaded_error", null, null],
  ],
  [
    400,
    { code: "invalid argument", error: "Argument not supported: x" },
    "bad_request",
    "Argument not supported: x",
    [null, "invalid argument", null],
  ],
  [400, "null", "bad_request", "null"],
  [400, "[]", "bad_request", "[]"],
  [400, { error: {} }, "bad_request", "HTTP 400"],
  [400, { error: { message: 7 } }, "bad_request", "HTTP 400"],
];

const cases = rows.map(([status, body, kind, message, labels]) => ({
  status,
  text: typeof body === "string" ? body : JSON.stringify(body),
  kind,
  expected: { kind, message, ...(labels && { type: labels[0], code: labels[1], param: labels[2] }) },
}));

test.each(cases)("$status $text is $kind", ({ status, text, expected }) => {
  expect(classifyFailure(status, text)).toMatchObject(expected);
});

describe("no message echoes a key", () => {
  test.each([
    "Incorrect API key provided: sk-test-abcdefghijkl.",
    "Incorrect API key provided: sk-proj-********wxyz.",
    "Invalid Authorization: Bearer abc.def-ghi",
    "Your api_key: abcdefghijklmnop is wrong",
    "the key 0123456789abcdef0123456789abcdef is unknown",
    "GET https://h/v1?key=abcdefghijklmnop&x=1 failed",
    "api-key=abcdefghijklmnop",
    'you sent {"api_key": "abcdefghijklmnop"}',
    "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefghijklmnop",
    "gsk_abcdefghijklmnop and xai-abcdefghijklmnop",
    "API key AIzaSyabcdefghijklmnop expired",
  ])("%s", (message) => {
    for (const body of [message, JSON.stringify({ error: { message, code: message } })]) {
      const failure = classifyFailure(401, body);
      expect(JSON.stringify(failure)).toContain("***");
      expect(JSON.stringify(failure)).not.toMatch(/abcdefghijkl|wxyz|abc\.def|0123456789abcdef/);
    }
  });

  test.each([
    "You can find your API key at https://platform.openai.com/account/api-keys.",
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    "Rate limit reached for gpt-4o-mini-2024-07-18 in organization org-test on tokens per min (TPM): Limit 200000",
  ])("and none loses what is no key: %s", (message) => {
    expect(classifyFailure(400, JSON.stringify({ error: { message } })).message).toBe(message);
  });
});

test("a body of any size is read in no time and gives a short message", () => {
  for (const unit of ["key-", "key ", "<", "a", "Bearer ", "{", "token: "]) {
    expect(classifyFailure(500, unit.repeat(500_000)).message.length).toBeLessThanOrEqual(1_001);
  }
});

describe("a body made to take long", () => {
  test.each([
    ["titles that never end", `<html>${"<title".repeat(10_900)}`],
    ["tags that never end", `<html>${"<".repeat(64_000)}`],
    ["titles without words", `<html>${"<title>".repeat(9_000)}`],
    ["blanks", `<html>${" ".repeat(64_000)}x`],
  ])("%s", (_what, body) => {
    const cpuMs = startCpuTimer();
    expect(classifyFailure(502, body).kind).toBe("unavailable");
    expect(cpuMs()).toBeLessThan(100);
  });

  test.each([400, 5_000, 30_000])("an error nested %i levels deep keeps its status' kind", (levels) => {
    const body = `${'{"error":'.repeat(levels)}{"message":"bad"}${"}".repeat(levels)}`;
    expect(classifyFailure(400, body).kind).toBe("bad_request");
    expect(classifyFailure(429, body).kind).toBe("rate_limit");
  });
});
