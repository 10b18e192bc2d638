import { describe, expect, test } from "vitest";
import { classifyFailure, classifyFailureWithin } from "./classify-failure.ts";
import { retryDelayIn } from "./exhausted-quota.ts";

const kindOf = (status: number, body: unknown): string => classifyFailure(status, JSON.stringify(body)).kind;
const google = (quotaId: string, message: string): unknown => [
  {
    error: {
      code: 429,
      message,
      status: "RESOURCE_EXHAUSTED",
      details: [
        { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [{ quotaId }] },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "27s" },
      ],
    },
  },
];

describe("an account that is used up is quota", () => {
  test.each([
    [
      "OpenAI",
      429,
      {
        error: {
          message: "You exceeded your current quota, please check your plan and billing details.",
          type: "insufficient_quota",
          code: "insufficient_quota",
        },
      },
    ],
    [
      "OpenAI's billing limit",
      400,
      {
        error: {
          message: "Billing hard limit has been reached",
          type: "invalid_request_error",
          code: "billing_hard_limit_reached",
        },
      },
    ],
    [
      "OpenAI, not active",
      429,
      { error: { message: "Your account is not active.", type: "billing_not_active", code: "billing_not_active" } },
    ],
    [
      "Azure's call volume",
      403,
      { error: { code: "403", message: "Out of call volume quota. Quota will be replenished in 12.00:00:00." } },
    ],
    [
      "Azure's name for it",
      429,
      { error: { code: "QuotaExceeded", message: "The deployment is over its allowance." } },
    ],
    ["Azure in OpenAI's words", 429, { error: { code: "insufficient_quota", message: "no" } }],
    [
      "Anthropic's balance",
      400,
      {
        type: "error",
        error: {
          type: "invalid_request_error",
          message: "Your credit balance is too low to access the Anthropic API.",
        },
      },
    ],
    [
      "Anthropic's limit",
      400,
      {
        type: "error",
        error: {
          type: "invalid_request_error",
          message: "You have reached your specified API usage limits. You will regain access later.",
        },
      },
    ],
    ["Anthropic's billing", 403, { type: "error", error: { type: "billing_error", message: "pay" } }],
    [
      "Gemini by the day",
      429,
      google(
        "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
        "You exceeded your current quota, please check your plan and billing details.",
      ),
    ],
    [
      "Gemini without details",
      429,
      [{ error: { code: 429, message: "You exceeded your current quota", status: "RESOURCE_EXHAUSTED" } }],
    ],
    ["OpenRouter", 402, { error: { message: "Insufficient credits", code: 402 } }],
    [
      "OpenRouter's free models",
      429,
      {
        error: {
          message: "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 requests",
          code: 429,
        },
      },
    ],
    ["OpenRouter's key", 403, { error: { message: "Key limit exceeded (total limit).", code: 403 } }],
    ["DeepSeek", 402, { error: { message: "Insufficient Balance" } }],
    ["Moonshot", 429, { error: { message: "Your account is suspended", type: "exceeded_current_quota_error" } }],
    [
      "Zhipu",
      429,
      { error: { code: "1113", message: "Insufficient balance or no resource package. Please recharge." } },
    ],
    [
      "xAI",
      429,
      { code: "x", error: "Your team has either used all available credits or reached its monthly spending limit." },
    ],
    ["xAI, new", 403, { code: "x", error: "Your newly created team doesn't have any credits yet." }],
    [
      "Perplexity",
      401,
      { error: { message: "You exceeded your current quota", type: "insufficient_quota", code: 401 } },
    ],
    ["Hugging Face", 402, { error: "You have exceeded your monthly included credits." }],
    ["plain words", 429, { message: "Quota exceeded for this project" }],
    ["a used up quota", 429, { detail: "Your quota has been exhausted" }],
    ["Cohere's trial", 429, { message: "You are using a Trial key, which is limited to 1000 API calls / month." }],
    [
      "Cerebras by the day",
      429,
      { message: "Tokens per day limit exceeded", type: "too_many_tokens_error", code: "token_quota_exceeded" },
    ],
  ])("%s", (_who, status, body) => expect(kindOf(status, body)).toBe("quota"));

  test.each([
    { error: { message: "no", type: "insufficient_quota", code: "insufficient_quota" } },
    { error: { message: "no credits", code: 402 } },
    { type: "error", error: { type: "billing_error", message: "pay" } },
  ])("in a stream that had begun: %j", (body) => {
    expect(classifyFailureWithin(JSON.stringify(body)).kind).toBe("quota");
  });
});

describe("a rate that passes is none", () => {
  test.each([
    [
      "OpenAI",
      429,
      {
        error: {
          message: "Rate limit reached for gpt-4o on tokens per min (TPM): Limit 30000",
          type: "tokens",
          code: "rate_limit_exceeded",
        },
      },
    ],
    [
      "OpenAI by the day, which comes back bit by bit",
      429,
      { error: { message: "Rate limit reached on requests per day (RPD): Limit 200", code: "rate_limit_exceeded" } },
    ],
    [
      "Azure",
      429,
      {
        error: {
          code: "429",
          message:
            "Requests have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 7 seconds.",
        },
      },
    ],
    [
      "Anthropic",
      429,
      {
        type: "error",
        error: {
          type: "rate_limit_error",
          message: "This request would exceed your organization's rate limit of 40,000 input tokens per minute",
        },
      },
    ],
    [
      "Gemini by the minute",
      429,
      google(
        "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
        "You exceeded your current quota, please check your plan and billing details.",
      ),
    ],
    [
      "Vertex by the minute",
      429,
      [
        {
          error: {
            code: 429,
            message:
              "Quota exceeded for aiplatform.googleapis.com/generate_content_requests_per_minute_per_project_per_base_model",
          },
        },
      ],
    ],
    [
      "Vertex without room",
      429,
      {
        error: { code: 429, message: "Resource has been exhausted (e.g. check quota).", status: "RESOURCE_EXHAUSTED" },
      },
    ],
    ["OpenRouter", 429, { error: { message: "Rate limit exceeded: free-models-per-min.", code: 429 } }],
    ["Mistral", 429, { message: "Requests rate limit exceeded" }],
    [
      "Cerebras",
      429,
      { message: "Tokens per minute limit exceeded", type: "too_many_tokens_error", code: "token_quota_exceeded" },
    ],
    ["Moonshot", 429, { error: { message: "max RPM: 3", type: "rate_limit_reached_error" } }],
  ])("%s", (_who, status, body) => expect(kindOf(status, body)).toBe("rate_limit"));
});

test.each([
  "Unrecognized request argument supplied: insufficient_quota",
  "Invalid value: 'quota exceeded'",
  "model 'out of credits' is unknown",
])("no client can have a deployment rest by what it writes: %s", (message) => {
  expect(kindOf(400, { error: { message, type: "invalid_request_error" } })).toBe("bad_request");
});

test("a server's own trouble is no quota, whatever it says", () => {
  expect(kindOf(500, { error: { message: "quota exceeded" } })).toBe("server_error");
});

test("Google's delay is read in milliseconds", () => {
  expect(retryDelayIn(JSON.stringify(google("x", "y")))).toBe(27_000);
  expect(retryDelayIn('{"retryDelay": "1.5s"}')).toBe(1_500);
  expect(retryDelayIn('{"retryDelay": 5}')).toBeNull();
});
