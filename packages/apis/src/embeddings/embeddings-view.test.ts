import { expect, test } from "vitest";
import { viewEmbeddings } from "./embeddings-view.ts";

test.each([
  ["one text", 1, ["one text"]],
  [["a", "b"], 2, ["a", "b"]],
  [[15339, 1917], 1, ["15339 1917"]],
  [[[15339, 1917], [15339]], 2, ["15339 1917", "15339"]],
  [[], 0, []],
  [null, 1, []],
])("of %j as input", (input, inputs, texts) => {
  const view = viewEmbeddings({ model: "m", input });
  expect([view.vectors?.inputs, view.turns[0]?.texts]).toEqual([inputs, texts]);
});

test("long lists of tokens are told by their beginnings", () => {
  const tokens = Array.from({ length: 8_000 }, (_, index) => index);
  const { turns } = viewEmbeddings({ input: Array.from({ length: 100 }, () => tokens) });
  expect(turns[0]?.texts).toHaveLength(16);
  expect(turns[0]?.texts[0]?.split(" ")).toHaveLength(64);
});

test.each([
  [{}, null, true],
  [{ dimensions: 256, encoding_format: "base64" }, 256, true],
  [{ dimensions: null, encoding_format: "float", output_dtype: null }, null, true],
  [{ output_dtype: "ubinary" }, null, false],
  [{ encoding_format: "base64", embedding_type: "int8" }, null, false],
])("%j asks for numbers", (more, dimensions, floats) => {
  expect(viewEmbeddings({ input: "a", ...more }).vectors).toEqual({ inputs: 1, dimensions, floats });
});
