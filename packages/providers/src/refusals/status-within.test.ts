import { describe, expect, test } from "vitest";
import { classifyFailureWithin } from "./classify-failure.ts";

type Row = readonly [what: string, body: unknown, kind: string, status: number];

const rows: readonly Row[] = [
  ["OpenAI's code", { error: { message: "no", code: "rate_limit_exceeded", type: "tokens" } }, "rate_limit", 429],
  ["its type alone", { error: { message: "no", type: "requests", code: null } }, "rate_limit", 429],
  ["a number for a code", { error: { message: "later", code: 429 } }, "rate_limit", 429],
  ["a number as text", { error: { message: "busy", code: "503" } }, "unavailable", 503],
  ["a number outside", { code: 429, message: "later" }, "rate_limit", 429],
  ["a number called status_code", { error: { message: "later", status_code: 429 } }, "rate_limit", 429],
  ["Anthropic", { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, "unavailable", 503],
  [
    "Anthropic's rate limit",
    { type: "error", error: { type: "rate_limit_error", message: "slow" } },
    "rate_limit",
    429,
  ],
  [
    "Anthropic's prompt",
    { error: { type: "invalid_request_error", message: "prompt is too long: 9 > 8" } },
    "context_window",
    400,
  ],
  ["Google", { error: { code: 503, message: "The model is overloaded.", status: "UNAVAILABLE" } }, "unavailable", 503],
  ["Google's words alone", { error: { message: "spent", status: "RESOURCE_EXHAUSTED" } }, "rate_limit", 429],
  ["Google's list of one", [{ error: { code: 429, message: "spent" } }], "rate_limit", 429],
  ["a deadline", { error: { message: "no", status: "DEADLINE_EXCEEDED" } }, "timeout", 504],
  ["AWS", { error: { type: "ThrottlingException", message: "Too many" } }, "rate_limit", 429],
  [
    "AWS, a model that is being loaded",
    { error: { type: "ModelNotReadyException", message: "wait" } },
    "unavailable",
    503,
  ],
  ["Python's names", { error: { type: "RateLimitError", message: "wait" } }, "rate_limit", 429],
  ["a full context", { error: { message: "no", code: "context_length_exceeded" } }, "context_window", 400],
  [
    "a full context, in words",
    { error: { message: "This model's maximum context length is 8192 tokens" } },
    "context_window",
    400,
  ],
  [
    "llama.cpp",
    { error: { code: 400, message: "too long", type: "exceed_context_size_error" } },
    "context_window",
    400,
  ],
  ["a filter", { error: { message: "filtered", code: "content_filter" } }, "content_policy", 400],
  ["a filter, in words", { error: { message: "blocked by Azure's content management policy" } }, "content_policy", 400],
  ["a key", { error: { message: "no", code: "invalid_api_key" } }, "authentication", 401],
  ["a key, in words", { error: { message: "Incorrect API key provided" } }, "authentication", 401],
  ["a model that is gone", { error: { message: "no", code: "model_not_found" } }, "not_found", 404],
  ["rate limits in words", { detail: "Rate limit reached for requests" }, "rate_limit", 429],
  ["too many requests in words", { error: "Too Many Requests" }, "rate_limit", 429],
  ["overload in words", { message: "The server is overloaded, try again later", object: "error" }, "unavailable", 503],
  ["a timeout in words", { detail: "upstream request timed out" }, "timeout", 504],
  ["FastAPI's list", { detail: [{ loc: ["body"], msg: "value is not a valid dict" }] }, "server_error", 500],
  ["the server's own fault", { error: { message: "?", type: "server_error" } }, "server_error", 500],
  ["nothing to go by", { error: { message: "?" } }, "server_error", 500],
  ["a number that is no status", { error: { message: "?", code: 1302 } }, "server_error", 500],
];

describe("an error that came with a status of success", () => {
  test.each(rows)("%s", (_what, body, kind, status) => {
    expect(classifyFailureWithin(JSON.stringify(body))).toMatchObject({ kind, status });
  });

  test.each([
    ['{"error":{}}', "the provider sent an error that says nothing"],
    ["gone", "gone"],
    ['{"error":{"message":"key sk-test-abcdefgh is bad"}}', "key sk-*** is bad"],
  ])("%s says: %s", (body, message) => {
    expect(classifyFailureWithin(body).message).toBe(message);
  });
});
