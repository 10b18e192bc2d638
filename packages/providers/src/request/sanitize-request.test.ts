import { describe, expect, test } from "vitest";
import { sanitizeRequest } from "./sanitize-request.ts";

const messages = [{ role: "user", content: "hi" }];

test("an ordinary request is returned itself", () => {
  const body = {
    model: "m",
    messages,
    temperature: 1,
    tools: [],
    stream: true,
    metadata: { team: "a", tags: ["x"], nested: [{ cache: 1 }] },
    extra_body: { top_k: 3 },
    chat_template_kwargs: { api_key: "the model's to read" },
  };
  const result = sanitizeRequest(body);
  expect(result.body).toBe(body);
  expect(result.body["metadata"]).toBe(body.metadata);
  expect(result.stripped).toEqual([]);
});

describe("no client may send", () => {
  test.each([
    "is_silent_experiment",
    "silent_model",
    "api_base",
    "base_url",
    "api_key",
    "api_version",
    "custom_llm_provider",
    "user_config",
    "custom_host",
    "litellm_call_id",
    "litellm_logging_obj",
    "standard_logging_object",
    "litellm_parent_otel_span",
    "user_api_key",
    "user_api_key_team_id",
    "proxy_server_request",
    "litellm_params",
    "model_list",
    "router_settings",
    "mock_response",
    "mock_testing_fallbacks",
    "extra_headers",
    "headers",
    "organization",
    "aws_access_key_id",
    "vertex_credentials",
    "azure_ad_token",
  ])("%s, at the top or inside", (key) => {
    const body = {
      model: "m",
      messages,
      [key]: "x",
      metadata: { ok: 1, [key]: "x" },
      extra_body: { a: [{ [key]: 1 }] },
    };
    const result = sanitizeRequest(body);
    expect(result.body).toEqual({ model: "m", messages, metadata: { ok: 1 }, extra_body: { a: [{}] } });
    expect(result.stripped).toEqual([key, `metadata.${key}`, `extra_body.${key}`]);
  });

  test.each([
    ["API_BASE", "api_base"],
    ["Api-Key", "api_key"],
    [" api_key ", "api_key"],
    ["ａｐｉ＿ｂａｓｅ", "api_base"],
    ["𝐚𝐩𝐢_𝐤𝐞𝐲", "api_key"],
    ["ſilent_model", "silent_model"],
    ["Mock_Response", "mock_response"],
  ])("%s, which reads as %s", (key, folded) => {
    const result = sanitizeRequest({ model: "m", messages, [key]: "x", litellm_metadata: { [key]: "x" } });
    expect(result.body).toEqual({ model: "m", messages, litellm_metadata: {} });
    expect(result.stripped).toEqual([folded, `litellm_metadata.${folded}`]);
  });
});

test.each(["fallbacks", "num_retries", "timeout", "disable_fallbacks", "no-log", "tags", "cache", "guardrails"])(
  "LiteLLM's control %s is stripped at the top and is the client's own word in metadata",
  (key) => {
    const result = sanitizeRequest({ model: "m", messages, [key]: 1, metadata: { [key]: 1 } });
    expect(result.body).toEqual({ model: "m", messages, metadata: { [key]: 1 } });
    expect(result.stripped).toEqual([key.replace("-", "_")]);
  },
);

test("messages and tools are the model's to read", () => {
  const tools = [
    { type: "function", function: { name: "call", parameters: { properties: { api_key: { type: "string" } } } } },
  ];
  const odd = [{ role: "user", content: "x", api_base: "http://h", metadata: { silent_model: "m" } }];
  const { body } = sanitizeRequest({ messages: odd, tools, api_base: "http://h" });
  expect(body["messages"]).toBe(odd);
  expect(body["tools"]).toBe(tools);
});

test("no prototype is reached", () => {
  const body = JSON.parse(
    '{"messages":[],"__proto__":{"polluted":1},"constructor":{"a":1},"metadata":{"__proto__":{"polluted":1},"constructor":2,"api_key":1}}',
  ) as Record<string, unknown>;
  const result = sanitizeRequest(body);
  expect(JSON.stringify(result.body)).toBe('{"messages":[],"constructor":{"a":1},"metadata":{"constructor":2}}');
  expect(Object.getPrototypeOf(result.body)).toBe(Object.prototype);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("the original is never changed, and what was not touched is shared", () => {
  const body = { messages, metadata: { a: { deep: 1 }, b: { api_key: 1 } } };
  const copy = structuredClone(body);
  const result = sanitizeRequest(body);
  expect(body).toEqual(copy);
  expect((result.body["metadata"] as typeof body.metadata).a).toBe(body.metadata.a);
});

test("metadata nested past all reason is cut off, not followed", () => {
  const text = `{"metadata":${'{"a":'.repeat(5_000)}{"api_key":1}${"}".repeat(5_000)}}`;
  const result = sanitizeRequest(JSON.parse(text) as Record<string, unknown>);
  expect(result.stripped).toEqual(["metadata.(too deep)"]);
  expect(JSON.stringify(result.body)).not.toContain("api_key");
});
