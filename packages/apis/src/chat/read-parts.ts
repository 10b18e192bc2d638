import type { ToolCall } from "@understudy/contracts";
import { isObject, textOrNull, type WireObject } from "../wire.ts";

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

/** The calls of a message or a delta, or the older form of one. */
export function toolCallsOf(message: WireObject): readonly unknown[] {
  const calls = message["tool_calls"];
  const listed: readonly unknown[] = Array.isArray(calls) ? calls : isObject(calls) ? [calls] : [];
  if (listed.length > 0) return listed;
  return isObject(message["function_call"]) ? [message["function_call"]] : [];
}

/** One entry of `tool_calls`, or the older `function_call`. */
export function toolCall(call: unknown): ToolCall {
  if (!isObject(call)) return { name: "", arguments: "" };
  const inner = [call["function"], call["custom"], call].find(isObject) ?? {};
  const given = inner["arguments"] ?? inner["input"] ?? inner["parameters"];
  return { name: textOrNull(inner["name"]) ?? "", arguments: argumentsText(given) };
}

/** Some servers send the arguments as the object they stand for. */
export function argumentsText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
