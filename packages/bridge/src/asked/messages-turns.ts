import type {
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ReasoningPart,
  LanguageModelV4TextPart,
  LanguageModelV4ToolCallPart,
  LanguageModelV4ToolResultOutput,
  LanguageModelV4ToolResultPart,
} from "@ai-sdk/provider";
import { isObject, textOrNull, type WireObject } from "@understudy/apis";
import { CannotCarryError } from "./asked.ts";
import { cached } from "./cache.ts";
import { fileAt, fileOf } from "./media.ts";
import { signedBy, unmarked } from "./thought-signature.ts";

type UserPart = LanguageModelV4TextPart | LanguageModelV4FilePart;
type AssistantPart = LanguageModelV4TextPart | LanguageModelV4ReasoningPart | LanguageModelV4ToolCallPart;

/** The instructions of a Messages request, one message a block: each keeps its cache mark. */
export function promptOfSystem(system: unknown): LanguageModelV4Prompt {
  return blocksIn(system).map((block) => cached({ role: "system" as const, content: textIn(block) }, block));
}

/** The turns: results of tools stand in the user's message, and are messages of their own before what else the user says. */
export function promptOfTurns(messages: readonly WireObject[]): LanguageModelV4Prompt {
  const calls = new Map<string, string>();
  return messages.flatMap(({ role, content }): readonly LanguageModelV4Message[] => {
    const blocks = blocksIn(content);
    if (role === "system") return promptOfSystem(content);
    if (role === "assistant") return [{ role, content: blocks.map((block) => assistantPart(block, calls)) }];
    const results = blocks.filter(({ type }) => type === "tool_result").map((block) => resultOf(block, calls));
    const rest = blocks.filter(({ type }) => type !== "tool_result").flatMap(userParts);
    return [
      ...(results.length === 0 ? [] : [{ role: "tool" as const, content: results }]),
      ...(rest.length === 0 && results.length > 0 ? [] : [{ role: "user" as const, content: rest }]),
    ];
  });
}

function blocksIn(content: unknown): readonly WireObject[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return Array.isArray(content) ? content.filter(isObject) : [];
}

function textIn({ text }: WireObject): string {
  return textOrNull(text) ?? "";
}

function userParts(block: WireObject): readonly UserPart[] {
  switch (block["type"]) {
    case "text":
      return [cached({ type: "text", text: textIn(block) }, block)];
    case "image":
      return [cached(fileFrom(block["source"], "image/*"), block)];
    case "document":
      return documentParts(block);
    case "search_result":
      return blocksIn(block["content"]).map((one) => ({ type: "text", text: textIn(one) }));
    default:
      throw new CannotCarryError(
        "messages",
        `a block of the type ${JSON.stringify(block["type"])} is of Anthropic's alone`,
      );
  }
}

function fileFrom(source: unknown, usual: string, filename?: string): LanguageModelV4FilePart {
  const { type, media_type, data, url } = isObject(source) ? source : {};
  if (type === "url") return fileAt(textOrNull(url) ?? "", usual, filename);
  if (type === "base64") return fileOf(textOrNull(data) ?? "", textOrNull(media_type) ?? usual, filename);
  throw new CannotCarryError("messages", `a source of the type ${JSON.stringify(type)} is held by its provider`);
}

/** A document of plain text is text to every model. */
function documentParts(block: WireObject): readonly UserPart[] {
  const { source, title } = block;
  if (isObject(source) && source["type"] === "text") return [{ type: "text", text: textOrNull(source["data"]) ?? "" }];
  if (isObject(source) && source["type"] === "content") return blocksIn(source["content"]).flatMap(userParts);
  return [cached(fileFrom(source, "application/pdf", textOrNull(title) ?? undefined), block)];
}

function assistantPart(block: WireObject, calls: Map<string, string>): AssistantPart {
  const { type, id, name, input, thinking, signature, data } = block;
  switch (type) {
    case "text":
      return cached({ type: "text", text: textIn(block) }, block);
    case "tool_use": {
      const toolCallId = textOrNull(id) ?? "";
      const toolName = textOrNull(name) ?? "";
      calls.set(toolCallId, toolName);
      return cached({ type: "tool-call", toolCallId, toolName, input: input ?? {} }, block);
    }
    case "thinking": {
      const geminis = unmarked(signature);
      if (geminis !== null) return { type: "reasoning", text: "", providerOptions: signedBy(geminis) };
      return reasoning(textOrNull(thinking) ?? "", { signature: textOrNull(signature) ?? "" });
    }
    case "redacted_thinking":
      return reasoning("", { redactedData: textOrNull(data) ?? "" });
    default:
      throw new CannotCarryError("messages", `a block of the type ${JSON.stringify(type)} is of Anthropic's alone`);
  }
}

function reasoning(text: string, anthropic: Record<string, string>): LanguageModelV4ReasoningPart {
  return { type: "reasoning", text, providerOptions: { anthropic } };
}

function resultOf(block: WireObject, calls: ReadonlyMap<string, string>): LanguageModelV4ToolResultPart {
  const toolCallId = textOrNull(block["tool_use_id"]) ?? "";
  const toolName = calls.get(toolCallId) ?? "tool";
  return cached({ type: "tool-result", toolCallId, toolName, output: outputOf(block) }, block);
}

function outputOf({ content, is_error }: WireObject): LanguageModelV4ToolResultOutput {
  const parts = blocksIn(content).flatMap(userParts);
  const isText = parts.every((part) => part.type === "text");
  if (!isText) return { type: "content", value: parts };
  const value = parts.map(({ text }) => text).join("\n");
  return { type: is_error === true ? "error-text" : "text", value };
}
