import { namesIn } from "../request-names.ts";
import type { RequestView, VectorsAsked } from "../request-view.ts";
import { numberOrNull, type WireObject } from "../wire.ts";

/** A request for embeddings as the house sees it: its inputs are one turn of the user's. */
export function viewEmbeddings(body: WireObject): RequestView {
  const texts = textsIn(body);
  return {
    instructions: [],
    turns: [{ role: "user", texts, others: [], toolCalls: [] }],
    last: texts,
    tools: [],
    toolChoice: { kind: "auto" },
    schema: null,
    asksForJson: false,
    stream: false,
    names: namesIn(body),
    vectors: vectorsAsked(body),
  };
}

/** So much of a list of tokens tells it from others. */
const TOKENS_TOLD = 64;
const LISTS_TOLD = 16;

/** Texts; of tokens, which some clients send in their place, their beginnings as numbers. */
function textsIn({ input }: WireObject): readonly string[] {
  const all: readonly unknown[] = Array.isArray(input) ? input : [input];
  const texts = all.filter((text) => typeof text === "string");
  if (texts.length > 0) return texts;
  const lists = isTokens(all) ? [all] : all.slice(0, LISTS_TOLD).filter(isTokens);
  return lists.map((tokens) => tokens.slice(0, TOKENS_TOLD).join(" "));
}

/** One text or one list of tokens is one input. */
function vectorsAsked(body: WireObject): VectorsAsked {
  const { input, dimensions } = body;
  const all: readonly unknown[] = Array.isArray(input) ? input : [input];
  return {
    inputs: isTokens(all) ? 1 : all.length,
    dimensions: numberOrNull(dimensions),
    floats: FORMATS.every((name) => body[name] === undefined || body[name] === null || FLOATS.has(body[name])),
  };
}

/** What providers call the form of the numbers. */
const FORMATS = ["encoding_format", "output_dtype", "embedding_type"] as const;
const FLOATS: ReadonlySet<unknown> = new Set(["float", "base64"]);

function isTokens(value: unknown): value is readonly number[] {
  return Array.isArray(value) && typeof value[0] === "number" && value.every((item) => typeof item === "number");
}
