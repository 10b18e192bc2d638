import type { ToolCall, Usage } from "./answer.ts";
import { isObject, textOrNull, type WireObject } from "./wire.ts";

/** Text of a message's or a delta's content: a string, or the text parts of a list joined. Null when it has none. */
export function contentText(content: unknown): string | null {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return null;
  const texts = content.map(partText).filter((text) => text !== null);
  return texts.length === 0 ? null : texts.join("");
}

function partText(part: unknown): string | null {
  if (typeof part === "string") return part;
  if (!isObject(part)) return null;
  const type = part["type"];
  const isText = type === "text" || type === "output_text" || type === undefined;
  return isText && typeof part["text"] === "string" ? part["text"] : null;
}

/** One entry of `tool_calls`, or the older `function_call`. */
export function toolCall(call: unknown): ToolCall {
  if (!isObject(call)) return { name: "", arguments: "" };
  const inner = [call["function"], call["custom"], call].find(isObject) ?? {};
  return { name: textOrNull(inner["name"]) ?? "", arguments: argumentsText(inner["arguments"] ?? inner["input"]) };
}

/** Some servers send the arguments as the object they stand for. */
function argumentsText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

/** The provider's count of tokens, or null when it gives none. */
export function readUsage(usage: unknown): Usage | null {
  if (!isObject(usage)) return null;
  const input = tokens(usage, "prompt_tokens", "input_tokens");
  const output = tokens(usage, "completion_tokens", "output_tokens");
  if (input === null && output === null) return null;
  const reasoning =
    tokens(detail(usage, "completion_tokens_details", "output_tokens_details"), "reasoning_tokens") ?? 0;
  // xAI and Google count hidden reasoning in the total alone; everyone else's total is the sum.
  const uncounted = Math.max(0, (tokens(usage, "total_tokens") ?? 0) - (input ?? 0) - (output ?? 0));
  return {
    input_tokens: input ?? 0,
    output_tokens: (output ?? 0) + uncounted,
    cached_tokens: cachedTokens(usage),
    reasoning_tokens: Math.max(reasoning, uncounted),
  };
}

function cachedTokens(usage: WireObject): number {
  const details = detail(usage, "prompt_tokens_details", "input_tokens_details");
  return tokens(details, "cached_tokens") ?? tokens(usage, "prompt_cache_hit_tokens", "cache_read_input_tokens") ?? 0;
}

function detail(usage: WireObject, ...names: readonly string[]): WireObject {
  return names.map((name) => usage[name]).find(isObject) ?? {};
}

function tokens(counts: WireObject, ...names: readonly string[]): number | null {
  const count = names.map((name) => counts[name]).find((value) => Number.isSafeInteger(value) && Number(value) >= 0);
  return count === undefined ? null : Number(count);
}
