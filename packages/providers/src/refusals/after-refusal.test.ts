import { describe, expect, test } from "vitest";
import { afterRefusal } from "./after-refusal.ts";
import type { Change } from "@understudy/contracts";
import { testTarget } from "../targets/deployment.fixture.ts";

const base = { model: "m", messages: [{ role: "user", content: "hi" }] };

function openAi(message: string, code: string | null, param: string | null): string {
  return JSON.stringify({ error: { message, type: "invalid_request_error", param, code } });
}

type Brief = readonly [param: string, action: Change["action"]];
type Row = readonly [
  name: string,
  model: string,
  error: string,
  before: object,
  after: object,
  changes: readonly Brief[],
];

const rows: readonly Row[] = [
  [
    "OpenAI names one sampling parameter: all of them go",
    "openai/m",
    openAi(
      "Unsupported value: 'temperature' does not support 0.3 with this model. Only the default (1) value is supported.",
      "unsupported_value",
      "temperature",
    ),
    { temperature: 0.3, top_p: 0.9, logit_bias: {}, seed: 4 },
    { seed: 4 },
    [
      ["temperature", "dropped"],
      ["top_p", "dropped"],
      ["logit_bias", "dropped"],
    ],
  ],
  [
    "OpenAI wants the newer name of the cap",
    "openai/m",
    openAi(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      "unsupported_parameter",
      "max_tokens",
    ),
    { max_tokens: 9, temperature: 0 },
    { max_completion_tokens: 9 },
    [
      ["max_tokens", "renamed"],
      ["temperature", "dropped"],
    ],
  ],
  [
    "the same with both names sent",
    "openai/m",
    openAi(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      null,
      null,
    ),
    { max_tokens: 9, max_completion_tokens: 8 },
    { max_completion_tokens: 8 },
    [["max_tokens", "dropped"]],
  ],
  [
    "OpenAI knows nothing of it",
    "openai/m",
    openAi("Unrecognized request argument supplied: top_k", null, null),
    { top_k: 3, temperature: 1 },
    { temperature: 1 },
    [["top_k", "dropped"]],
  ],
  [
    "OpenAI names several",
    "openai/m",
    openAi("Unrecognized request arguments supplied: guided_json, top_k", null, null),
    { top_k: 3, guided_json: {} },
    {},
    [
      ["top_k", "dropped"],
      ["guided_json", "dropped"],
    ],
  ],
  [
    "a culprit inside a parameter",
    "openai/m",
    openAi(
      "Unknown parameter: 'stream_options.include_obfuscation'.",
      "unknown_parameter",
      "stream_options.include_obfuscation",
    ),
    { stream_options: { include_obfuscation: true } },
    {},
    [["stream_options", "dropped"]],
  ],
  [
    "the field that names it outweighs the words",
    "openai/m",
    openAi("Unsupported parameter. See the docs for 'user'.", "unsupported_parameter", "seed"),
    { seed: 4, user: "u" },
    { user: "u" },
    [["seed", "dropped"]],
  ],
  [
    "LiteLLM, list",
    "litellm_proxy/m",
    openAi(
      "litellm.UnsupportedParamsError: groq does not support parameters: ['logit_bias'], for model=m.",
      "400",
      "None",
    ),
    { logit_bias: {}, logprobs: true, user: "u" },
    { user: "u" },
    [
      ["logit_bias", "dropped"],
      ["logprobs", "dropped"],
    ],
  ],
  [
    "LiteLLM, map",
    "litellm_proxy/m",
    openAi("gemini does not support parameters: {'frequency_penalty': 0.5}, for model=m", null, null),
    { frequency_penalty: 0.5 },
    {},
    [["frequency_penalty", "dropped"]],
  ],
  [
    "Mistral, pydantic in an object: only what it names",
    "mistral/m",
    '{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","max_completion_tokens"],"msg":"Extra inputs are not permitted","input":32000}]},"type":"invalid_request_error","param":null,"code":null}',
    { max_completion_tokens: 9, temperature: 0 },
    { max_tokens: 9, temperature: 0 },
    [["max_completion_tokens", "renamed"]],
  ],
  [
    "Mistral, pydantic in a text",
    "mistral/m",
    JSON.stringify({
      message:
        '{"detail":[{"type":"extra_forbidden","loc":["body","frequency_penalty"],"msg":"Extra inputs are not permitted","input":0.0}]}',
    }),
    { frequency_penalty: 0, temperature: 0 },
    { temperature: 0 },
    [["frequency_penalty", "dropped"]],
  ],
  [
    "vLLM, pydantic as Python prints it",
    "hosted_vllm/m",
    JSON.stringify({
      object: "error",
      message:
        "[{'type': 'extra_forbidden', 'loc': ('body', 'store'), 'msg': 'Extra inputs are not permitted', 'input': True}]",
      code: 400,
    }),
    { store: true, temperature: 0 },
    { temperature: 0 },
    [["store", "dropped"]],
  ],
  [
    "FastAPI of old",
    "hosted_vllm/m",
    '{"detail":[{"loc":["body","user"],"msg":"extra fields not permitted","type":"value_error.extra"}]}',
    { user: "u" },
    {},
    [["user", "dropped"]],
  ],
  [
    "Google, all at once, in a list",
    "gemini/m",
    JSON.stringify([
      {
        error: {
          code: 400,
          message:
            'Invalid JSON payload received. Unknown name "frequency_penalty": Cannot find field.\nInvalid JSON payload received. Unknown name "seed": Cannot find field.',
          status: "INVALID_ARGUMENT",
        },
      },
    ]),
    { frequency_penalty: 1, seed: 1, temperature: 0 },
    { temperature: 0 },
    [
      ["frequency_penalty", "dropped"],
      ["seed", "dropped"],
    ],
  ],
  [
    "xAI, in camel case",
    "xai/m",
    '{"code":"Client specified an invalid argument","error":"Argument not supported on this model: presencePenalty"}',
    { presence_penalty: 1, frequency_penalty: 1, seed: 1 },
    { seed: 1 },
    [
      ["presence_penalty", "dropped"],
      ["frequency_penalty", "dropped"],
    ],
  ],
  [
    "xAI, an English word",
    "xai/m",
    '{"error":"Model grok-4.5 does not support parameter stop."}',
    { stop: ["x"], user: "u" },
    { user: "u" },
    [["stop", "dropped"]],
  ],
  [
    "Groq",
    "groq/m",
    openAi("property 'logprobs' is unsupported", null, null),
    { logprobs: true, top_logprobs: 2 },
    {},
    [
      ["logprobs", "dropped"],
      ["top_logprobs", "dropped"],
    ],
  ],
  [
    "Anthropic, one of two",
    "anthropic/m",
    '{"type":"error","error":{"type":"invalid_request_error","message":"`temperature` and `top_p` cannot both be specified for this model. Please use only one."}}',
    { temperature: 0, top_p: 0.9 },
    { temperature: 0 },
    [["top_p", "dropped"]],
  ],
  [
    "DeepSeek, a role",
    "openai/m",
    openAi(
      "Failed to deserialize the JSON body: messages[0].role: unknown variant `developer`, expected one of `system`, `user`",
      null,
      null,
    ),
    { messages: [{ role: "developer", content: "x" }], user: "u" },
    { messages: [{ role: "system", content: "x" }], user: "u" },
    [["messages", "renamed"]],
  ],
];

describe("what was refused is renamed or left out", () => {
  test.each(rows)("%s", (...[, model, error, before, after, changes]) => {
    const target = testTarget({ model, apiBase: "http://h.example/v1" });
    const body = { ...base, ...before };
    const copy = structuredClone(body);
    const result = afterRefusal(target, body, error);
    expect(result?.body).toEqual({ ...base, ...after });
    expect(result?.changes.map(({ param, action }) => [param, action])).toEqual(changes);
    expect(body).toEqual(copy);
  });
});

describe("null when nothing can be left out", () => {
  test.each([
    [
      "another failure",
      openAi("Invalid value for 'temperature': expected a number below 2.", "invalid_value", "temperature"),
      { temperature: 9 },
    ],
    [
      "a cap too high",
      openAi(
        "max_tokens is too large: 10000. This model supports at most 4096 completion tokens",
        "invalid_value",
        "max_tokens",
      ),
      { max_tokens: 10000 },
    ],
    [
      "a context too long",
      openAi("This model's maximum context length is 8192 tokens.", "context_length_exceeded", "messages"),
      {},
    ],
    [
      "a parameter we did not send",
      openAi("Unsupported parameter: 'temperature'", "unsupported_parameter", "temperature"),
      {},
    ],
    [
      "the task itself: tools",
      openAi("tools is not supported in this model", null, "tools"),
      { tools: [{ type: "function" }] },
    ],
    [
      "the task itself: format",
      openAi("'response_format' of type 'json_schema' is not supported", null, "response_format"),
      { response_format: {} },
    ],
    [
      "an English word in prose",
      openAi("This request is not supported. Ask the user to stop.", null, null),
      { user: "u", stop: "x" },
    ],
    ["an empty body", "", { temperature: 1 }],
    ["a page", "<html><body>Bad Request</body></html>", { temperature: 1 }],
  ])("%s", (_name, error, before) => {
    expect(afterRefusal(testTarget(), { ...base, ...before }, error)).toBeNull();
  });
});

test("two refusals in a row never turn a name back and forth without end", () => {
  const target = testTarget();
  const first = afterRefusal(
    target,
    { ...base, max_tokens: 5 },
    openAi("Unsupported parameter: 'max_tokens'", "unsupported_parameter", "max_tokens"),
  );
  expect(first?.body).toEqual({ ...base, max_completion_tokens: 5 });
});
