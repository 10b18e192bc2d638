import { badRequest, RefusedRequest } from "./api-error.ts";
import { arrayOf, isObject, type JsonObject, numberOf, objectOf, stringOf } from "./json.ts";
import { estimateInputTokens, TOKENS_PER_IMAGE, TOKENS_PER_MESSAGE } from "./tokens.ts";

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly choices: number;
  readonly stop: readonly string[];
  /** `max_tokens` or `max_completion_tokens`; null when neither is set. */
  readonly maxTokens: number | null;
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice;
  readonly format: AnswerFormat;
  readonly effort: string;
  readonly promptTokens: number;
  /** What the answer hangs on: messages, tools and the form asked for. */
  readonly fingerprint: string;
}

export interface ChatMessage {
  readonly role: string;
  readonly text: string;
  readonly images: number;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonObject;
}

export type ToolChoice =
  | { readonly kind: "auto" | "none" | "required" }
  | { readonly kind: "named"; readonly name: string };

export type AnswerFormat =
  | { readonly kind: "text" | "json" }
  | { readonly kind: "schema"; readonly schema: JsonObject };

const MOST_CHOICES = 128;

/** Reads a request body. Throws `RefusedRequest` for what the provider would not take. */
export function readChatRequest(body: JsonObject, reasons: boolean, model: string): ChatRequest {
  if (reasons) refuseForReasoning(body, model);
  const messages = readMessages(body["messages"]);
  const tools = arrayOf(body["tools"]).flatMap(readTool);
  const format = readFormat(body["response_format"]);
  const asked = tools.length > 0 || format.kind !== "text" ? JSON.stringify([tools, format]) : "";
  const texts = messages
    .map(({ role, text, images }) => `${role}: ${text}${images === 0 ? "" : ` (${images} images)`}`)
    .join("\n");
  return {
    messages,
    stream: body["stream"] === true,
    includeUsage: objectOf(body["stream_options"])["include_usage"] === true,
    choices: readChoices(body["n"]),
    stop:
      typeof body["stop"] === "string" ? [body["stop"]] : arrayOf(body["stop"]).flatMap((stop) => stringOf(stop) ?? []),
    maxTokens: readLimit(body, "max_completion_tokens") ?? readLimit(body, "max_tokens"),
    tools,
    toolChoice: readToolChoice(body["tool_choice"]),
    format,
    effort: stringOf(body["reasoning_effort"]) ?? "medium",
    promptTokens: countPrompt(messages, texts, asked),
    fingerprint: asked === "" ? texts : `${texts}\n${asked}`,
  };
}

function refuseForReasoning(body: JsonObject, model: string): void {
  if (numberOf(body["max_tokens"]) !== null) {
    const message = `Unsupported parameter: 'max_tokens' cannot be used with '${model}'; send 'max_completion_tokens' in its place.`;
    throw new RefusedRequest(badRequest(message, "unsupported_parameter", "max_tokens"));
  }
  const temperature = numberOf(body["temperature"]);
  if (temperature !== null && temperature !== 1) {
    const message = `Unsupported value: 'temperature' must be 1, the default, for '${model}', but was ${temperature}.`;
    throw new RefusedRequest(badRequest(message, "unsupported_value", "temperature"));
  }
}

function readMessages(value: unknown): readonly ChatMessage[] {
  if (value === undefined) {
    throw new RefusedRequest(
      badRequest("Missing required parameter: 'messages'.", "missing_required_parameter", "messages"),
    );
  }
  if (!Array.isArray(value) || value.length === 0) {
    throw new RefusedRequest(
      badRequest("'messages' must be an array with at least one message.", "invalid_type", "messages"),
    );
  }
  return value.map(readMessage);
}

function readMessage(value: unknown, index: number): ChatMessage {
  const role = isObject(value) ? stringOf(value["role"]) : null;
  if (!isObject(value) || role === null) {
    const param = `messages[${index}].role`;
    throw new RefusedRequest(
      badRequest(`Missing required parameter: '${param}'.`, "missing_required_parameter", param),
    );
  }
  const content = value["content"];
  if (typeof content === "string") return { role, text: content, images: 0 };
  const parts = arrayOf(content).map(objectOf);
  const text = parts.flatMap((part) => stringOf(part["text"]) ?? []).join("\n");
  return { role, text, images: parts.filter((part) => part["type"] === "image_url").length };
}

function readTool(value: unknown): Tool[] {
  const definition = objectOf(objectOf(value)["function"]);
  const name = stringOf(definition["name"]);
  if (name === null) return [];
  const description = stringOf(definition["description"]) ?? "";
  return [{ name, description, parameters: objectOf(definition["parameters"]) }];
}

function readToolChoice(value: unknown): ToolChoice {
  if (value === "none" || value === "required") return { kind: value };
  const name = stringOf(objectOf(objectOf(value)["function"])["name"]);
  return name === null ? { kind: "auto" } : { kind: "named", name };
}

function readFormat(value: unknown): AnswerFormat {
  const format = objectOf(value);
  if (format["type"] === "json_object") return { kind: "json" };
  if (format["type"] !== "json_schema") return { kind: "text" };
  return { kind: "schema", schema: objectOf(objectOf(format["json_schema"])["schema"]) };
}

function readChoices(value: unknown): number {
  if (value === undefined || value === null) return 1;
  const choices = numberOf(value);
  if (choices === null || !Number.isInteger(choices) || choices < 1 || choices > MOST_CHOICES) {
    throw new RefusedRequest(badRequest(`'n' must be a whole number from 1 to ${MOST_CHOICES}.`, "invalid_value", "n"));
  }
  return choices;
}

function readLimit(body: JsonObject, param: string): number | null {
  const value = body[param];
  if (value === undefined || value === null) return null;
  const limit = numberOf(value);
  if (limit === null || !Number.isInteger(limit) || limit < 1) {
    throw new RefusedRequest(
      badRequest(`'${param}' must be a whole number of at least 1.`, "integer_below_min_value", param),
    );
  }
  return limit;
}

function countPrompt(messages: readonly ChatMessage[], texts: string, asked: string): number {
  const images = messages.reduce((sum, message) => sum + message.images, 0);
  const framing = messages.length * TOKENS_PER_MESSAGE;
  return estimateInputTokens(texts) + estimateInputTokens(asked) + framing + images * TOKENS_PER_IMAGE;
}
