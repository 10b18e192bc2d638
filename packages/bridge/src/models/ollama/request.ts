import type {
  LanguageModelV4CallOptions,
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4TextPart,
  LanguageModelV4ToolResultPart,
} from "@ai-sdk/provider";
import { isObject } from "@understudy/apis";
import { CannotCarryError } from "../../asked/asked.ts";

/** A request in Ollama's own format. Throws `CannotCarryError` for a file that it cannot take. */
export function bodyOf(model: string, options: LanguageModelV4CallOptions, stream: boolean): object {
  const { options: given, ...own } = options.providerOptions?.["ollama"] ?? {};
  const { responseFormat: format } = options;
  const tools = options.tools?.flatMap((tool) => (tool.type === "function" ? [toolOf(tool)] : [])) ?? [];
  return {
    model,
    messages: options.prompt.flatMap(messagesOf),
    stream,
    ...(tools.length === 0 ? {} : { tools }),
    ...(format?.type === "json" ? { format: format.schema ?? "json" } : {}),
    ...own,
    options: { ...(isObject(given) ? given : {}), ...optionsOf(options) },
  };
}

function optionsOf(options: LanguageModelV4CallOptions): object {
  const { maxOutputTokens, temperature, topP, topK, presencePenalty, frequencyPenalty, seed, stopSequences } = options;
  const known = {
    num_predict: maxOutputTokens,
    temperature,
    top_p: topP,
    top_k: topK,
    presence_penalty: presencePenalty,
    frequency_penalty: frequencyPenalty,
    seed,
    stop: stopSequences,
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

type FunctionTool = Extract<NonNullable<LanguageModelV4CallOptions["tools"]>[number], { type: "function" }>;

function toolOf({ name, description, inputSchema: parameters }: FunctionTool): object {
  return {
    type: "function",
    function: { name, ...(description === undefined ? {} : { description }), parameters },
  };
}

function messagesOf(message: LanguageModelV4Message): readonly object[] {
  switch (message.role) {
    case "system":
      return [{ role: "system", content: message.content }];
    case "user":
      return [userMessage(message.content)];
    case "assistant":
      return [assistantMessage(message.content)];
    case "tool":
      return message.content.flatMap((part) => (part.type === "tool-result" ? [resultMessage(part)] : []));
  }
}

function userMessage(parts: readonly (LanguageModelV4TextPart | LanguageModelV4FilePart)[]): object {
  const texts = parts.flatMap((part) => (part.type === "text" ? [part.text] : textIn(part)));
  const images = parts.flatMap((part) => (part.type === "file" && textIn(part).length === 0 ? [imageOf(part)] : []));
  return { role: "user", content: texts.join("\n"), ...(images.length === 0 ? {} : { images }) };
}

/** A document that is a text is told as one. */
function textIn({ data, mediaType }: Pick<LanguageModelV4FilePart, "data" | "mediaType">): readonly string[] {
  if (data.type === "text") return [data.text];
  return data.type === "data" && mediaType.startsWith("text")
    ? [Buffer.from(base64Of(data.data), "base64").toString()]
    : [];
}

function imageOf({ data, mediaType }: LanguageModelV4FilePart): string {
  if (!mediaType.startsWith("image"))
    throw new CannotCarryError("messages", "Ollama takes texts and images; send the document as text");
  if (data.type === "data") return base64Of(data.data);
  throw new CannotCarryError("messages", "Ollama fetches no images; send the image itself, as a `data:` address");
}

function base64Of(data: string | Uint8Array): string {
  return typeof data === "string" ? data : Buffer.from(data).toString("base64");
}

type Assistant = Extract<LanguageModelV4Message, { role: "assistant" }>;

/** Ids go beside what Ollama knows: servers that know them match results by them, older ones by order. */
function assistantMessage(parts: Assistant["content"]): object {
  const text = parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
  const calls = parts.flatMap((part) =>
    part.type === "tool-call"
      ? [{ id: part.toolCallId, function: { name: part.toolName, arguments: part.input } }]
      : [],
  );
  return { role: "assistant", content: text, ...(calls.length === 0 ? {} : { tool_calls: calls }) };
}

function resultMessage({ toolCallId, toolName, output }: LanguageModelV4ToolResultPart): object {
  return { role: "tool", content: textOfResult(output), tool_name: toolName, tool_call_id: toolCallId };
}

function textOfResult(output: LanguageModelV4ToolResultPart["output"]): string {
  switch (output.type) {
    case "text":
    case "error-text":
      return output.value;
    case "json":
    case "error-json":
      return JSON.stringify(output.value);
    case "execution-denied":
      return output.reason ?? "The call was not allowed.";
    case "content":
      return output.value.map((piece) => (piece.type === "text" ? piece.text : textOfFile(piece))).join("\n");
  }
}

type Piece = Extract<LanguageModelV4ToolResultPart["output"], { type: "content" }>["value"][number];

function textOfFile(piece: Piece): string {
  const [text] = piece.type === "file" ? textIn(piece) : [];
  if (text === undefined) throw new CannotCarryError("messages", "Ollama takes results of tools as texts alone");
  return text;
}
