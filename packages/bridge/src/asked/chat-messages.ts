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
import { CannotCarryError, inputOf } from "./asked.ts";
import { cached } from "./cache.ts";
import { fileAt, fileOf } from "./media.ts";
import { signatureOfCall, signedBy } from "./thought-signature.ts";

type UserPart = LanguageModelV4TextPart | LanguageModelV4FilePart;
type AssistantPart = LanguageModelV4TextPart | LanguageModelV4ReasoningPart | LanguageModelV4ToolCallPart;

/** A chat's messages, each a message of the prompt; an instruction of several parts is one for each, so that each keeps its cache mark. */
export function promptOfChat(messages: readonly WireObject[]): LanguageModelV4Prompt {
  const calls = new Map<string, string>();
  return messages.flatMap((message): readonly LanguageModelV4Message[] => {
    const { role, content } = message;
    switch (role) {
      case "system":
      case "developer":
        return partsIn(content).map((part) => cached({ role: "system" as const, content: textIn(part) }, part));
      case "assistant":
        return [{ role: "assistant", content: assistantParts(message, calls) }];
      case "tool":
      case "function":
        return [resultOf(message, calls)];
      default:
        return [cached({ role: "user" as const, content: partsIn(content).map(userPart) }, message)];
    }
  });
}

/** A text counts as a list of one. */
function partsIn(content: unknown): readonly WireObject[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return Array.isArray(content) ? content.filter(isObject) : [];
}

function textIn({ text, refusal }: WireObject): string {
  return textOrNull(text) ?? textOrNull(refusal) ?? "";
}

function userPart(part: WireObject): UserPart {
  switch (part["type"]) {
    case "text":
      return cached({ type: "text", text: textIn(part) }, part);
    case "image_url":
      return cached(imageOf(part["image_url"]), part);
    case "input_audio":
      return audioOf(part["input_audio"]);
    case "file":
      return cached(fileIn(part["file"]), part);
    default:
      throw new CannotCarryError("messages", `a part of the type ${JSON.stringify(part["type"])} is of no other API`);
  }
}

function imageOf(image: unknown): LanguageModelV4FilePart {
  const url = textOrNull(isObject(image) ? image["url"] : image);
  return fileAt(url ?? "", "image/*");
}

function audioOf(audio: unknown): LanguageModelV4FilePart {
  const { data, format } = isObject(audio) ? audio : {};
  return fileOf(textOrNull(data) ?? "", `audio/${textOrNull(format) ?? "wav"}`);
}

function fileIn(file: unknown): LanguageModelV4FilePart {
  const { file_data, file_id, filename } = isObject(file) ? file : {};
  if (typeof file_id === "string" && typeof file_data !== "string")
    throw new CannotCarryError("messages", "a `file_id` names a file that only its provider holds");
  const url = textOrNull(file_data) ?? "";
  const name = textOrNull(filename) ?? undefined;
  return url.startsWith("data:") || /^https?:/.test(url) ? fileAt(url, PDF, name) : fileOf(url, PDF, name);
}

const PDF = "application/pdf";

/** What was thought first, then what was said, then what was called; the calls' names are remembered for their results. */
function assistantParts(message: WireObject, calls: Map<string, string>): AssistantPart[] {
  const { content, refusal, tool_calls, function_call, thinking_blocks } = message;
  const said = [...partsIn(content), ...(typeof refusal === "string" ? [{ type: "refusal", refusal }] : [])];
  const called = Array.isArray(tool_calls) ? tool_calls.filter(isObject) : [];
  const legacy = isObject(function_call) ? [{ id: textOrNull(function_call["name"]), function: function_call }] : [];
  return [
    ...(Array.isArray(thinking_blocks) ? thinking_blocks.filter(isObject).map(thoughtOf) : []),
    ...said
      .map((part) => cached({ type: "text" as const, text: textIn(part) }, part))
      .filter(({ text }) => text !== ""),
    ...[...called, ...legacy].map((call) => callOf(call, calls)),
  ];
}

/** As LiteLLM's clients keep what a Claude thought. */
function thoughtOf({ thinking, signature, data }: WireObject): LanguageModelV4ReasoningPart {
  const options = typeof data === "string" ? { redactedData: data } : { signature: textOrNull(signature) ?? "" };
  return { type: "reasoning", text: textOrNull(thinking) ?? "", providerOptions: { anthropic: options } };
}

function callOf(call: WireObject, calls: Map<string, string>): LanguageModelV4ToolCallPart {
  const { id, function: called, custom } = call;
  const of = isObject(called) ? called : isObject(custom) ? custom : {};
  const name = textOrNull(of["name"]) ?? "";
  const toolCallId = textOrNull(id) ?? name;
  calls.set(toolCallId, name);
  const input = isObject(custom) ? { input: of["input"] } : inputOf(textOrNull(of["arguments"]) ?? "");
  const signature = signatureOfCall(call);
  const signed = signature === null ? {} : { providerOptions: signedBy(signature) };
  return cached({ type: "tool-call", toolCallId, toolName: name, input, ...signed }, call);
}

function resultOf(message: WireObject, calls: ReadonlyMap<string, string>): LanguageModelV4Message {
  const { tool_call_id, name, content } = message;
  const toolCallId = textOrNull(tool_call_id) ?? textOrNull(name) ?? "";
  const toolName = calls.get(toolCallId) ?? textOrNull(name) ?? "tool";
  const result = { type: "tool-result" as const, toolCallId, toolName, output: outputOf(content) };
  return { role: "tool", content: [cached(result, message)] };
}

function outputOf(content: unknown): LanguageModelV4ToolResultOutput {
  if (typeof content === "string") return { type: "text", value: content };
  const parts = partsIn(content).map(userPart);
  if (parts.every((part) => part.type === "text"))
    return { type: "text", value: parts.map(({ text }) => text).join("\n") };
  return { type: "content", value: parts };
}
