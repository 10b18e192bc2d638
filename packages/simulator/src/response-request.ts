import { badRequest, RefusedRequest } from "./api-error.ts";
import { arrayOf, type JsonObject, objectOf, stringOf } from "./json.ts";

/** A request for a response as a chat body would ask it; `earlier` are the messages that it goes on from. */
export function responseAsChat(body: JsonObject, earlier: readonly JsonObject[]): JsonObject {
  const { instructions, max_output_tokens, reasoning, text, tools, tool_choice, ...rest } = body;
  const system = stringOf(instructions);
  return {
    ...rest,
    messages: [...(system === null ? [] : [{ role: "system", content: system }]), ...earlier, ...messagesOf(body)],
    max_completion_tokens: max_output_tokens,
    reasoning_effort: objectOf(reasoning)["effort"],
    tools: arrayOf(tools).flatMap(chatTools),
    tool_choice: chatChoice(tool_choice),
    response_format: chatFormat(objectOf(text)["format"]),
  };
}

/** The input as messages. Throws `RefusedRequest` where there is none. */
export function messagesOf({ input, previous_response_id, prompt }: JsonObject): readonly JsonObject[] {
  if (typeof input === "string") return [{ role: "user", content: input }];
  if (Array.isArray(input)) return input.map(objectOf).flatMap(messageOf);
  if (stringOf(previous_response_id) !== null || prompt !== undefined) return [];
  throw new RefusedRequest(badRequest("Missing required parameter: 'input'.", "missing_required_parameter", "input"));
}

function messageOf(item: JsonObject): readonly JsonObject[] {
  const { type = "message", role, content, name, output } = item;
  if (type === "message") return [{ role, content: chatContent(content) }];
  if (type === "function_call" || type === "custom_tool_call") {
    return [
      { role: "assistant", content: `${stringOf(name) ?? ""} ${stringOf(item["arguments"] ?? item["input"]) ?? ""}` },
    ];
  }
  return String(type).endsWith("_call_output") ? [{ role: "tool", content: chatContent(output) }] : [];
}

function chatContent(content: unknown): unknown {
  if (!Array.isArray(content)) return content;
  return content.map(objectOf).map((part) => (part["type"] === "input_image" ? { ...part, type: "image_url" } : part));
}

/** Functions, custom tools by their one text, and those of a group by the group's name and their own. */
function chatTools(tool: unknown): readonly JsonObject[] {
  const { type, name, tools, parameters, description } = objectOf(tool);
  if (type === "namespace") {
    return arrayOf(tools)
      .map(objectOf)
      .flatMap((inner) => chatTools({ ...inner, name: `${stringOf(name) ?? ""}__${stringOf(inner["name"]) ?? ""}` }));
  }
  if (type === "custom") return [{ type: "function", function: { name, description, parameters: ONE_TEXT } }];
  return type === "function" ? [{ type, function: { name, description, parameters } }] : [];
}

const ONE_TEXT = { type: "object", properties: { input: { type: "string" } }, required: ["input"] };

function chatChoice(choice: unknown): unknown {
  const name = stringOf(objectOf(choice)["name"]);
  return name === null ? choice : { type: "function", function: { name } };
}

function chatFormat(format: unknown): unknown {
  const { type, name, schema } = objectOf(format);
  return type === "json_schema" ? { type, json_schema: { name, schema } } : format;
}
