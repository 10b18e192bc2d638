import type { IncomingHttpHeaders } from "node:http";
import { type ApiError, badRequest, RefusedRequest } from "./api-error.ts";
import { arrayOf, isObject, type JsonObject, objectOf, stringOf } from "./json.ts";

/** The version that knows no sampling parameters. */
const WITHOUT_SAMPLING = "2026-10-21";
const SAMPLING = ["temperature", "top_p", "top_k"];

/** What Anthropic's API refuses by its version, which each request must name; null where it takes the request. */
export function refuseVersion(headers: IncomingHttpHeaders, body: JsonObject): ApiError | null {
  const version = headers["anthropic-version"]?.toString() ?? "";
  if (version === "") return badRequest("anthropic-version: header is required");
  const refused = SAMPLING.find((param) => version === WITHOUT_SAMPLING && (body[param] ?? null) !== null);
  return refused === undefined ? null : badRequest(`${refused}: not supported under anthropic-version ${version}.`);
}

/** A Messages request as a chat request. Throws `RefusedRequest`. */
export function messagesAsChat(body: JsonObject): JsonObject {
  const { model, system, messages, max_tokens, stop_sequences, stream, temperature } = body;
  if (typeof max_tokens !== "number") throw new RefusedRequest(badRequest("max_tokens: Field required"));
  const first = system === undefined ? [] : [{ role: "system", content: partsOf(system) }];
  return {
    model,
    stream,
    temperature,
    max_completion_tokens: max_tokens,
    stop: stop_sequences,
    messages: Array.isArray(messages) && messages.length > 0 ? [...first, ...messages.flatMap(chatMessages)] : messages,
    tools: arrayOf(body["tools"]).map(objectOf).flatMap(chatTool),
    tool_choice: chatChoice(objectOf(body["tool_choice"])),
    response_format: chatFormat(objectOf(objectOf(body["output_config"])["format"])),
  };
}

/** A message of its own for each result of a tool, before what else the user says. */
function chatMessages(message: unknown): readonly unknown[] {
  if (!isObject(message)) return [message];
  const blocks = arrayOf(message["content"]).map(objectOf);
  const results = blocks.filter(({ type }) => type === "tool_result");
  const told = results.map(({ content }) => ({ role: "tool", content: partsOf(content) }));
  if (results.length > 0 && results.length === blocks.length) return told;
  return [...told, { role: message["role"], content: partsOf(message["content"]) }];
}

function partsOf(content: unknown): unknown {
  if (!Array.isArray(content)) return content;
  return content.map(objectOf).flatMap(({ type, text }) => {
    if (type === "image") return [{ type: "image_url" }];
    return type === "text" ? [{ type: "text", text }] : [];
  });
}

/** The client's own; a tool of the provider's has a type. */
function chatTool({ type, name, description, input_schema }: JsonObject): readonly object[] {
  if ((type ?? "custom") !== "custom" || stringOf(name) === null) return [];
  return [{ type: "function", function: { name, description, parameters: input_schema } }];
}

function chatChoice({ type, name }: JsonObject): unknown {
  if (type === "tool") return { type: "function", function: { name } };
  return type === "any" ? "required" : type;
}

function chatFormat({ type, schema }: JsonObject): unknown {
  return type === "json_schema" ? { type, json_schema: { name: "answer", schema } } : undefined;
}
