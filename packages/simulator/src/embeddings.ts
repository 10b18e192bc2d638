import { badRequest, RefusedRequest, simulatedFailure } from "./api-error.ts";
import { type ChatDeps, type ModelCall, takeFault } from "./chat-answer.ts";
import { type Exchange, sendJson } from "./exchange.ts";
import { arrayOf, stringOf } from "./json.ts";
import { estimateInputTokens } from "./tokens.ts";

const DIMENSIONS = 256;
const MOST_DIMENSIONS = 4_096;

/**
 * Answers `/embeddings`: texts of the same letters in the same order lie near to each other, and each always at one place.
 * Every model has places of its own, and makes more of some letters than others do: two of them have no number in common, and
 * mostly agree on which texts are near.
 */
export function answerEmbeddings(exchange: Exchange, call: ModelCall, deps: ChatDeps): void {
  const { model, fault } = takeFault(exchange, call.modelName, deps.faults);
  if (fault?.kind === "hang") return;
  if (fault?.kind === "reset") return exchange.cut(true);
  if (fault?.kind === "fail") throw new RefusedRequest(simulatedFailure(fault.status));
  const texts = inputsOf(call.body["input"]);
  const tokens = texts.reduce((sum, text) => sum + estimateInputTokens(text), 0);
  const written = call.body["encoding_format"] === "base64" ? inBase64 : (vector: readonly number[]) => vector;
  const dimensions = dimensionsOf(call.body["dimensions"]);
  const embedding = (text: string) => written(embed(text, model, dimensions));
  const data = texts.map((text, index) => ({ object: "embedding", index, embedding: embedding(text) }));
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  sendJson(exchange, 200, {}, JSON.stringify({ object: "list", data, model, usage }));
}

function inputsOf(input: unknown): readonly string[] {
  const texts = typeof input === "string" ? [input] : arrayOf(input).map(stringOf);
  const usable = texts.filter((text) => text !== null && text !== "");
  if (usable.length === 0 || usable.length < texts.length) {
    throw new RefusedRequest(badRequest("'input' must be a text, or a list of texts.", "invalid_type", "input"));
  }
  return usable as readonly string[];
}

function dimensionsOf(asked: unknown): number {
  if (asked === undefined || asked === null) return DIMENSIONS;
  if (typeof asked === "number" && Number.isInteger(asked) && asked > 0 && asked <= MOST_DIMENSIONS) return asked;
  throw new RefusedRequest(badRequest("'dimensions' is not supported by this model.", "invalid_value", "dimensions"));
}

/** How much more, or less, a model makes of a run of letters than others do. */
const OWN_WEIGHT = 0.5;

/** The text's runs of three letters, each counted in its place of the vector; of length 1. */
function embed(text: string, model: string, dimensions: number): readonly number[] {
  const vector = Array.from({ length: dimensions }, () => 0);
  const plain = ` ${text.toLowerCase().replaceAll(/\s+/g, " ").trim()} `;
  for (let at = 0; at + 3 <= plain.length; at += 1) {
    const hash = hashOf(`${model} ${plain.slice(at, at + 3)}`);
    const place = hash % dimensions;
    vector[place] = (vector[place] ?? 0) + 1 - OWN_WEIGHT / 2 + OWN_WEIGHT * ((hash >>> 16) / 0x1_0000);
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((count) => count / length);
}

/** Floats of 32 bits, the lowest byte first: what OpenAI's own clients ask for. */
function inBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString("base64");
}

/** FNV-1a. */
function hashOf(letters: string): number {
  let hash = 0x811c9dc5;
  for (const letter of letters) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
