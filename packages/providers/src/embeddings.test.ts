import { describe, expect, test } from "vitest";
import { testTarget } from "./deployment-fixture.ts";
import { buildEmbeddingsRequest, readEmbeddingsAnswer, readVectors } from "./embeddings.ts";

const body = { model: "group", input: ["one", "two"] };

describe("an embeddings request", () => {
  test.each([
    [{ model: "openai/text-embedding-3-small" }, "https://api.openai.com/v1/embeddings"],
    [{ model: "openai/e", apiBase: "http://127.0.0.1:9/v1" }, "http://127.0.0.1:9/v1/embeddings"],
    [
      { model: "openai/e", apiBase: "http://127.0.0.1:9/chat/completions/v1" },
      "http://127.0.0.1:9/chat/completions/v1/embeddings",
    ],
    [
      { model: "azure/my-embeddings", apiBase: "https://x.openai.azure.com", apiVersion: "2024-10-21" },
      "https://x.openai.azure.com/openai/deployments/my-embeddings/embeddings?api-version=2024-10-21",
    ],
    [
      { model: "azure/e", apiBase: "https://x.openai.azure.com", apiVersion: "v1" },
      "https://x.openai.azure.com/openai/v1/embeddings",
    ],
    [{ model: "openai/*", modelGroup: "openai/*" }, "https://api.openai.com/v1/embeddings"],
  ])("of %o goes to %s", (given, url) => {
    expect(buildEmbeddingsRequest(testTarget(given), body, "group").url).toBe(url);
  });

  test("has the provider's model and key, and none of the chat's defaults", () => {
    const target = testTarget({ model: "openai/e", defaults: { temperature: 0 }, extraBody: { dimensions: 8 } });
    const request = buildEmbeddingsRequest(target, body, "group");
    expect(JSON.parse(String(request.body))).toEqual({ model: "e", input: ["one", "two"], dimensions: 8 });
    expect(request.headers).toMatchObject({ authorization: "Bearer sk-test-key" });
  });
});

describe("an embeddings answer", () => {
  const answer = (data: unknown) => JSON.stringify({ object: "list", model: "e-1", data, usage: { prompt_tokens: 4 } });

  test("gives usage and the model's name", () => {
    expect(readEmbeddingsAnswer(answer([]))).toMatchObject({
      complete: true,
      answer: null,
      response_model: "e-1",
      usage: { input_tokens: 4, output_tokens: 0 },
    });
    expect(readEmbeddingsAnswer('{"model":"e-1"}').complete).toBe(false);
    expect(readEmbeddingsAnswer("<html>").complete).toBe(false);
  });

  test("gives the vectors in the order of the inputs", () => {
    const data = [
      { index: 1, embedding: [2] },
      { index: 0, embedding: [1] },
    ];
    expect(readVectors(answer(data), 2)).toEqual([[1], [2]]);
    expect(readVectors(answer([{ embedding: [1] }, { embedding: [2] }]), 2)).toEqual([[1], [2]]);
  });

  test.each([
    ["too few", [{ index: 0, embedding: [1] }]],
    ["no numbers", [{ embedding: "AACAPw==" }, { embedding: "AACAPw==" }]],
    ["empty ones", [{ embedding: [] }, { embedding: [] }]],
    ["no list", null],
  ])("gives none where there are %s", (_, data) => {
    expect(readVectors(answer(data), 2)).toBeNull();
  });
});
