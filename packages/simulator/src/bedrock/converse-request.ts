import { badRequest, RefusedRequest } from "../api-error.ts";
import { arrayOf, isObject, type JsonObject, objectOf, stringOf } from "../json.ts";

const INFERENCE = new Set(["maxTokens", "temperature", "topP", "stopSequences"]);

/** A Converse request as a chat request. Throws `RefusedRequest` for what Bedrock is known to refuse. */
export function converseAsChat(body: JsonObject): JsonObject {
  const inference = objectOf(body["inferenceConfig"]);
  const messages = arrayOf(body["messages"]).map(objectOf);
  const tools = arrayOf(objectOf(body["toolConfig"])["tools"]).map(objectOf);
  for (const name of Object.keys(inference)) {
    if (!INFERENCE.has(name)) refuse(`The field inferenceConfig.${name} is not known to Converse.`);
  }
  refuseMessages(messages, tools);
  const system = arrayOf(body["system"]).map(objectOf).flatMap(textParts);
  return {
    model: body["model"],
    stream: body["stream"],
    temperature: inference["temperature"],
    max_completion_tokens: inference["maxTokens"],
    stop: inference["stopSequences"],
    messages: [
      ...(system.length === 0 ? [] : [{ role: "system", content: system }]),
      ...messages.flatMap(chatMessages),
    ],
    tools: tools.flatMap(chatTool),
    tool_choice: chatChoice(objectOf(objectOf(body["toolConfig"])["toolChoice"])),
  };
}

/** Whether a mark in the request says that a prompt's beginning is to be kept. */
export function hasCachePoint(body: JsonObject): boolean {
  const messages = arrayOf(body["messages"]).map(objectOf);
  const lists = [body["system"], objectOf(body["toolConfig"])["tools"], ...messages.map(({ content }) => content)];
  return lists.flatMap(arrayOf).some((block) => isObject(block) && "cachePoint" in block);
}

function refuse(message: string): never {
  throw new RefusedRequest(badRequest(message));
}

function refuseMessages(messages: readonly JsonObject[], tools: readonly JsonObject[]): void {
  if (messages[0]?.["role"] !== "user") refuse("A conversation must start with a user message.");
  if (messages.some(({ role }, index) => index > 0 && messages[index - 1]?.["role"] === role))
    refuse("A conversation must alternate between user and assistant roles.");
  const blocks = messages.flatMap(({ content }) => arrayOf(content).map(objectOf));
  if (blocks.some(({ text }) => typeof text === "string" && text.trim() === ""))
    refuse("The text field in the ContentBlock object is blank. Add text to the text field, and try again.");
  const usesTools = blocks.some((block) => "toolUse" in block || "toolResult" in block);
  if (usesTools && tools.length === 0)
    refuse("The toolConfig field must be defined when using toolUse and toolResult content blocks.");
  for (const { toolSpec } of tools) {
    if (isObject(toolSpec) && objectOf(objectOf(toolSpec["inputSchema"])["json"])["type"] !== "object")
      refuse("The value at toolConfig.tools.0.toolSpec.inputSchema.json.type must be one of the following: object.");
  }
}

/** A message of its own for each result of a tool, before what else the user says. */
function chatMessages({ role, content }: JsonObject): readonly object[] {
  const blocks = arrayOf(content).map(objectOf);
  const results = blocks.map(({ toolResult }) => toolResult).filter(isObject);
  const told = results.map((result) => ({
    role: "tool",
    content: arrayOf(result["content"]).map(objectOf).flatMap(textParts),
  }));
  const rest = blocks.filter((block) => !("toolResult" in block));
  return results.length > 0 && rest.length === 0 ? told : [...told, { role, content: rest.flatMap(textParts) }];
}

function textParts(block: JsonObject): readonly object[] {
  if ("image" in block) return [{ type: "image_url" }];
  const { text } = block;
  return typeof text === "string" ? [{ type: "text", text }] : [];
}

function chatTool({ toolSpec }: JsonObject): readonly object[] {
  const { name, description, inputSchema } = objectOf(toolSpec);
  if (stringOf(name) === null) return [];
  return [{ type: "function", function: { name, description, parameters: objectOf(inputSchema)["json"] } }];
}

function chatChoice({ any, tool }: JsonObject): unknown {
  if (isObject(tool)) return { type: "function", function: { name: tool["name"] } };
  return any === undefined ? "auto" : "required";
}
