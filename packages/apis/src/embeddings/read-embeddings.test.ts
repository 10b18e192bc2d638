import { describe, expect, test } from "vitest";
import { readEmbeddingsAnswer, readVectors } from "./read-embeddings.ts";

describe("an embeddings answer", () => {
  const answer = (data: unknown) => JSON.stringify({ object: "list", model: "e-1", data, usage: { prompt_tokens: 4 } });

  test("gives usage and the model's name", () => {
    expect(readEmbeddingsAnswer(Buffer.from(answer([{ embedding: [1] }])))).toMatchObject({
      complete: true,
      answer: { text: null, tool_calls: [], choices: 1, vectors: { count: 1, dimensions: 1, similarities: null } },
      response_model: "e-1",
      usage: { input_tokens: 4, output_tokens: 0 },
    });
    expect(readEmbeddingsAnswer(Buffer.from('{"model":"e-1"}')).complete).toBe(false);
    expect(readEmbeddingsAnswer(Buffer.from("<html>")).complete).toBe(false);
    expect(readEmbeddingsAnswer(Buffer.from(answer([])))).toMatchObject({ complete: false, error_body: null });
    const error = '{"error":{"message":"m"}}';
    expect(readEmbeddingsAnswer(Buffer.from(error))).toMatchObject({ complete: false, error_body: error });
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
