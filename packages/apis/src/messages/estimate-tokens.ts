import type { RequestView } from "../request-view.ts";

/**
 * Anthropic's glossary has 3.5 English characters to a token. Bytes of UTF-8 are counted in their place: a Chinese sign, most
 * often a token of its own, counts as 0.9 of one, a Cyrillic letter as 0.6.
 */
const BYTES_PER_TOKEN = 3.5;
/** Roles and the marks between turns. */
const TOKENS_PER_TURN = 4;
/** What the model is told of how to call tools, and what frames each. */
const TOKENS_FOR_TOOLS = 300;
const TOKENS_PER_TOOL = 12;

/**
 * Input tokens of a request, roughly, from its texts, calls and tools: for a deployment that cannot count them. What a view does
 * not show (pictures, PDFs, hidden thinking) is not in it. A whole number, at least 1. Linear in the request.
 */
export function estimateTokens({ instructions, turns, tools, schema }: RequestView): number {
  const texts = turns.flatMap((turn) => [
    ...turn.texts,
    ...turn.toolCalls.flatMap((call) => [call.name, call.arguments]),
  ]);
  const offered = tools.flatMap(({ name, description, parameters }) => [name, description ?? "", asText(parameters)]);
  const bytes = [...instructions, ...texts, ...offered, asText(schema)].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    0,
  );
  const forTools = tools.length === 0 ? 0 : TOKENS_FOR_TOOLS + tools.length * TOKENS_PER_TOOL;
  return Math.max(1, Math.ceil(bytes / BYTES_PER_TOKEN) + turns.length * TOKENS_PER_TURN + forTools);
}

function asText(schema: unknown): string {
  return schema === undefined || schema === null ? "" : JSON.stringify(schema);
}
