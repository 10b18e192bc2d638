import type {
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ReasoningPart,
  LanguageModelV4TextPart,
  LanguageModelV4ToolCallPart,
  LanguageModelV4ToolResultOutput,
} from "@ai-sdk/provider";
import { isObject, textOrNull, type WireObject } from "@understudy/apis";
import { CannotCarryError, inputOf, type Notes } from "./asked.ts";
import { fileAt, fileOf } from "./media.ts";
import { signedBy, unmarked } from "./thought-signature.ts";

type UserPart = LanguageModelV4TextPart | LanguageModelV4FilePart;
type AssistantPart = LanguageModelV4TextPart | LanguageModelV4ReasoningPart | LanguageModelV4ToolCallPart;

/** The items of a Responses request: what the assistant said and called in a row is one turn of it. */
export function promptOfItems(input: unknown, notes: Notes): LanguageModelV4Prompt {
  const items: readonly WireObject[] =
    typeof input === "string" ? [{ role: "user", content: input }] : Array.isArray(input) ? input.filter(isObject) : [];
  const calls = new Map<string, string>();
  const prompt: LanguageModelV4Message[] = [];
  for (const item of items) {
    const said = assistantPartsOf(item, calls);
    const last = prompt.at(-1);
    if (said !== null && last?.role === "assistant") last.content.push(...said);
    else if (said !== null) prompt.push({ role: "assistant", content: said });
    else prompt.push(...messagesOf(item, calls, notes));
  }
  return prompt;
}

/** Null for what is not the assistant's. */
function assistantPartsOf(item: WireObject, calls: Map<string, string>): AssistantPart[] | null {
  const { type, role, content } = item;
  if (type === "function_call" || type === "custom_tool_call") return [callOf(item, calls)];
  const signature = type === "reasoning" ? unmarked(item["encrypted_content"]) : null;
  if (signature !== null) return [{ type: "reasoning", text: "", providerOptions: signedBy(signature) }];
  if ((type ?? "message") !== "message" || role !== "assistant") return null;
  return partsIn(content)
    .map((part) => ({ type: "text" as const, text: textOrNull(part["text"]) ?? textOrNull(part["refusal"]) ?? "" }))
    .filter(({ text }) => text !== "");
}

function callOf(item: WireObject, calls: Map<string, string>): LanguageModelV4ToolCallPart {
  const { type, call_id, arguments: written, input } = item;
  const toolCallId = textOrNull(call_id) ?? "";
  const toolName = nameOf(item);
  calls.set(toolCallId, toolName);
  const given = type === "custom_tool_call" ? { input: textOrNull(input) ?? "" } : inputOf(textOrNull(written) ?? "");
  return { type: "tool-call", toolCallId, toolName, input: given };
}

/** A tool of a group goes by both names: models of other APIs know no groups. */
export function nameOf({ name, namespace }: WireObject): string {
  const own = textOrNull(name) ?? "";
  return typeof namespace === "string" ? flatName(namespace, own) : own;
}

export function flatName(namespace: string, name: string): string {
  return `${namespace}__${name}`;
}

function messagesOf(
  item: WireObject,
  calls: ReadonlyMap<string, string>,
  notes: Notes,
): readonly LanguageModelV4Message[] {
  const { type, role, content } = item;
  switch (type ?? "message") {
    case "message":
      if (role === "system" || role === "developer")
        return partsIn(content).map((part) => ({ role: "system", content: textOrNull(part["text"]) ?? "" }));
      return [{ role: "user", content: partsIn(content).map(userPart) }];
    case "function_call_output":
    case "custom_tool_call_output":
      return [resultOf(item, calls)];
    case "reasoning":
      notes.dropped("thoughts", "what another model thought is not carried");
      return [];
    default:
      throw new CannotCarryError("input", `an item of the type ${JSON.stringify(type)} is of the Responses API alone`);
  }
}

function partsIn(content: unknown): readonly WireObject[] {
  if (typeof content === "string") return [{ type: "input_text", text: content }];
  return Array.isArray(content) ? content.filter(isObject) : [];
}

function userPart(part: WireObject): UserPart {
  const { type, text, image_url, file_id, file_url, file_data, filename } = part;
  if (type === "input_text" || type === "output_text" || type === "text")
    return { type: "text", text: textOrNull(text) ?? "" };
  if (typeof file_id === "string")
    throw new CannotCarryError("input", "a `file_id` names a file that only its provider holds");
  if (type === "input_image") return fileAt(textOrNull(image_url) ?? "", "image/*");
  if (type !== "input_file")
    throw new CannotCarryError("input", `a part of the type ${JSON.stringify(type)} is of no other API`);
  const name = textOrNull(filename) ?? undefined;
  const data = textOrNull(file_data);
  if (data !== null && !data.startsWith("data:")) return fileOf(data, PDF, name);
  return fileAt(data ?? textOrNull(file_url) ?? "", PDF, name);
}

const PDF = "application/pdf";

function resultOf({ call_id, output }: WireObject, calls: ReadonlyMap<string, string>): LanguageModelV4Message {
  const toolCallId = textOrNull(call_id) ?? "";
  const toolName = calls.get(toolCallId) ?? "tool";
  return { role: "tool", content: [{ type: "tool-result", toolCallId, toolName, output: outputOf(output) }] };
}

function outputOf(output: unknown): LanguageModelV4ToolResultOutput {
  if (typeof output === "string") return { type: "text", value: output };
  const parts = partsIn(output).map(userPart);
  if (parts.every((part) => part.type === "text"))
    return { type: "text", value: parts.map(({ text }) => text).join("\n") };
  return { type: "content", value: parts };
}
