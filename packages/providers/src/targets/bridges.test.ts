import { describe, expect, test } from "vitest";
import { testTarget } from "./deployment.fixture.ts";

type Row = readonly [given: Parameters<typeof testTarget>[0], bridges: object];

const rows: readonly Row[] = [
  [{ model: "anthropic/claude-sonnet-5" }, { chat: "messages", responses: "messages" }],
  [{ model: "gemini/gemini-2.5-pro" }, { chat: "gemini", responses: "gemini", messages: "gemini" }],
  [
    { model: "gemini/gemini-2.5-pro", apiBase: "https://gw.example/v1beta/openai" },
    { responses: "chat", messages: "chat" },
  ],
  [{ model: "gemini/text-embedding-004" }, {}],
  [{ model: "openai/gpt-5.6" }, { messages: "responses" }],
  [{ model: "azure/gpt", apiBase: "https://x.openai.azure.com", apiVersion: "v1" }, { messages: "responses" }],
  [
    { model: "azure/gpt", apiBase: "https://gpt.example.org", apiVersion: "2025-04-01-preview" },
    { messages: "responses" },
  ],
  [{ model: "azure/gpt", apiBase: "https://x.openai.azure.com" }, { messages: "chat" }],
  // Who knows whether such a server has Responses.
  [{ model: "openai/llama", apiBase: "http://127.0.0.1:8000/v1" }, { messages: "chat" }],
  [{ model: "mistral/mistral-large" }, { messages: "chat", responses: "chat" }],
  [{ model: "openai/o3-pro" }, { chat: "responses", messages: "responses" }],
  [{ model: "ollama/llama3" }, {}],
  [
    { model: "ollama_chat/llama3", defaults: { keep_alive: "30m" } },
    { chat: "ollama", responses: "ollama", messages: "ollama" },
  ],
  [{ model: "ollama/nomic-embed-text", mode: "embedding", defaults: { num_ctx: 512 } }, {}],
  [{ model: "openai/text-embedding-3-small" }, {}],
];

describe("what a deployment is asked in where a client speaks another API", () => {
  test.each(rows)("%o", (given, bridges) => {
    expect(testTarget(given).bridges).toEqual(bridges);
  });
});
