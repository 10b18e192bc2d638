import { once } from "../once.ts";
import { namesIn } from "../request-names.ts";
import type { RequestView, ToolChoice, ToolView, Turn } from "../request-view.ts";
import { isObject, textOrNull, type WireObject } from "../wire.ts";

export function viewChat(body: WireObject): RequestView {
  const messages = objectsIn(body["messages"]);
  const format = body["response_format"];
  const instructions = once(() => messages.filter(isInstruction).flatMap(({ content }) => textsOf(content)));
  const turns = once(() => messages.filter((message) => !isInstruction(message)).map(turnOf));
  return {
    get instructions() {
      return instructions();
    },
    get turns() {
      return turns();
    },
    get last() {
      const message = messages.findLast((one) => !isInstruction(one));
      return message === undefined ? instructions().slice(-1) : textsOf(message["content"]);
    },
    tools: objectsIn(body["tools"] ?? body["functions"]).flatMap(toolOf),
    toolChoice: choiceOf(body["tool_choice"] ?? body["function_call"]),
    schema: schemaIn(format),
    asksForJson: isObject(format) && (format["type"] === "json_object" || format["type"] === "json_schema"),
    stream: body["stream"] === true,
    get names() {
      return namesIn(body);
    },
  };
}

function objectsIn(value: unknown): readonly WireObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isInstruction({ role }: WireObject): boolean {
  return role === "system" || role === "developer";
}

function turnOf(message: WireObject): Turn {
  const { role, content } = message;
  const calls = objectsIn(message["tool_calls"]).map((call) => call["function"]);
  return {
    role: role === "assistant" ? "assistant" : role === "tool" || role === "function" ? "tool" : "user",
    texts: textsOf(content),
    others: othersIn(content),
    toolCalls: [...calls, message["function_call"]].filter(isObject).map(({ name, arguments: written }) => ({
      name: textOrNull(name) ?? "",
      arguments: typeof written === "string" ? written : "",
    })),
  };
}

/** A text, or the texts of a list of parts. */
export function textsOf(content: unknown): readonly string[] {
  if (typeof content === "string") return [content];
  return objectsIn(content).flatMap(({ text }) => (typeof text === "string" ? [text] : []));
}

/** The kinds of parts that are no texts. */
export function othersIn(content: unknown): readonly string[] {
  return objectsIn(content)
    .filter(({ text }) => typeof text !== "string")
    .map(({ type }) => textOrNull(type) ?? "part");
}

function toolOf(tool: WireObject): readonly ToolView[] {
  const described = [tool["function"], tool["custom"], tool].find(isObject) ?? {};
  const name = textOrNull(described["name"]);
  if (name === null) return [];
  return [{ name, description: textOrNull(described["description"]), parameters: described["parameters"] }];
}

function choiceOf(choice: unknown): ToolChoice {
  if (choice === "none" || choice === "required") return { kind: choice };
  if (!isObject(choice)) return { kind: "auto" };
  const described = [choice["function"], choice["custom"], choice].find(isObject) ?? {};
  const name = textOrNull(described["name"]);
  return name === null ? { kind: "auto" } : { kind: "named", name };
}

function schemaIn(format: unknown): unknown {
  const described = isObject(format) ? format["json_schema"] : null;
  return (isObject(described) ? described["schema"] : null) ?? null;
}
