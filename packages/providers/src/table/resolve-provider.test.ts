import type { Deployment } from "@understudy/config";
import { describe, expect, test } from "vitest";
import { testDeployment } from "../targets/deployment.fixture.ts";
import { resolveProvider } from "./resolve-provider.ts";

/** `provider model`, or what is wrong. */
function resolved(given: Partial<Deployment>): string {
  const outcome = resolveProvider(testDeployment(given));
  return outcome.kind === "resolved" ? `${outcome.provider.name} ${outcome.model}` : outcome.fault.problem;
}

describe("a model without a provider before it is whose LiteLLM takes it to be", () => {
  test.each([
    ["gpt-4o", "openai gpt-4o"],
    ["ft:gpt-4o-mini:org::id", "openai ft:gpt-4o-mini:org::id"],
    ["chatgpt-4o-latest", "openai chatgpt-4o-latest"],
    ["o3-mini", "openai o3-mini"],
    ["text-embedding-3-small", "openai text-embedding-3-small"],
    ["text-embedding-ada-002", "openai text-embedding-ada-002"],
    ["whisper-1", "openai whisper-1"],
    ["dall-e-3", "openai dall-e-3"],
    ["omni-moderation-latest", "openai omni-moderation-latest"],
    ["claude-sonnet-4-5", "anthropic claude-sonnet-4-5"],
    ["gemini-2.5-pro", "gemini gemini-2.5-pro"],
    ["deepseek-chat", "deepseek deepseek-chat"],
    ["jamba-1.5-mini", "ai21_chat jamba-1.5-mini"],
    ["gpt-3.5-turbo-instruct", 'the provider "text-completion-openai" cannot be called'],
    ["davinci-002", 'the provider "text-completion-openai" cannot be called'],
    ["command-r", "cohere_chat command-r"],
    ["command", "cohere_chat command"],
    ["embed-english-v3.0", "cohere_chat embed-english-v3.0"],
    ["us.amazon.nova-lite-v1:0", "bedrock us.amazon.nova-lite-v1:0"],
    ["amazon.titan-embed-text-v2:0", "bedrock amazon.titan-embed-text-v2:0"],
    ["apac.anthropic.claude-sonnet-4-20250514-v1:0", "bedrock apac.anthropic.claude-sonnet-4-20250514-v1:0"],
    ["meta.llama3-3-70b-instruct-v1:0", "bedrock meta.llama3-3-70b-instruct-v1:0"],
    ["text-embedding-005", "vertex_ai text-embedding-005"],
    ["chat-bison@002", "vertex_ai chat-bison@002"],
    ["luminous-base", 'the provider "aleph_alpha" cannot be called'],
    ["mistral-large", '"mistral-large" does not say which provider serves it'],
  ])("%s: %s", (model, whose) => {
    expect(resolved({ model })).toBe(whose);
  });

  test.each(["claude-agent-sdk/sonnet", "gpt-proxy/gpt-4o", "o1-router/x", "gemini-cli/pro", "us.amazon/x"])(
    "no pattern looks into %s, which has a prefix of its own",
    (model) => {
      expect(resolved({ model })).toBe(`no provider is called "${model.split("/")[0]}"`);
    },
  );

  test.each<[string, Partial<Deployment>]>([
    ["a vertex_project", { onVertex: true }],
    ["Vertex's address", { apiBase: "https://europe-west1-aiplatform.googleapis.com/v1" }],
    ["Vertex's global address", { apiBase: "https://aiplatform.googleapis.com/v1" }],
  ])("gemini with %s is Vertex AI's, and an AI Studio key stays here", (_, given) => {
    expect(resolved({ model: "gemini-2.5-pro", ...given })).toBe("vertex_ai gemini-2.5-pro");
    expect(resolved({ model: "gemini/gemini-2.5-pro", onVertex: true })).toBe("gemini gemini-2.5-pro");
  });
});

describe("a prefix that LiteLLM takes for OpenAI-compatible", () => {
  const apiBase = "https://llm.example.com/v1";
  test.each(["volcengine", "dashscope", "moonshot", "zai", "nebius", "openai_like", "custom_openai", "xinference"])(
    "%s/ is taken off the name",
    (prefix) => {
      expect(resolved({ model: `${prefix}/vendor/model`, apiBase })).toBe(`${prefix} vendor/model`);
      expect(resolved({ model: "vendor/model", provider: prefix, apiBase })).toBe(`${prefix} vendor/model`);
    },
  );

  test("a maker's name is not: some server has the model under it", () => {
    expect(resolved({ model: "meta-llama/Llama-3.3-70B", apiBase })).toBe("openai meta-llama/Llama-3.3-70B");
  });
});
