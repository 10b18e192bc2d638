import { once } from "../once.ts";
import { namesIn } from "../request-names.ts";
import type { RequestView, ToolChoice, ToolView, Turn } from "../request-view.ts";
import { isObject, textOrNull, type WireObject } from "../wire.ts";
import { inputText } from "./answer-of-blocks.ts";
import { isRunByClient } from "./silent-rules.ts";

export function viewMessages(body: WireObject): RequestView {
  const messages = objectsIn(body["messages"]);
  const schema = schemaIn(body);
  const instructions = once(() =>
    [body["system"], ...messages.filter(isInstruction).map(({ content }) => content)]
      .flatMap(textsOf)
      .filter((text) => !text.startsWith(BILLING_LINE)),
  );
  const turns = once(() => messages.filter((message) => !isInstruction(message)).flatMap(turnsOf));
  return {
    get instructions() {
      return instructions();
    },
    get turns() {
      return turns();
    },
    get last() {
      const message = messages.findLast((one) => !isInstruction(one));
      return message === undefined ? instructions().slice(-1) : (turnsOf(message).at(-1)?.texts ?? []);
    },
    tools: objectsIn(body["tools"]).filter(isRunByClient).flatMap(toolOf),
    toolChoice: choiceOf(body["tool_choice"]),
    schema,
    asksForJson: schema !== null,
    stream: body["stream"] === true,
    get names() {
      return namesIn(body);
    },
  };
}

/** Claude Code's first block of system text; Anthropic does not show it to the model. */
const BILLING_LINE = "x-anthropic-billing-header:";

function objectsIn(value: unknown): readonly WireObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Instructions may come in the midst of a conversation too. */
function isInstruction({ role }: WireObject): boolean {
  return role === "system";
}

/** A message is a turn of whoever wrote it, and one for each result of a tool in it. */
function turnsOf({ role, content }: WireObject): readonly Turn[] {
  const blocks = objectsIn(content);
  const results = blocks.filter(({ type }) => type === "tool_result");
  const calls = blocks.filter(({ type }) => type === "tool_use");
  const turns: Turn[] = results.map((result) => ({
    role: "tool",
    texts: textsOf(result["content"]),
    others: othersOf(result["content"]),
    toolCalls: [],
  }));
  if (results.length > 0 && results.length === blocks.length) return turns;
  return [
    ...turns,
    {
      role: role === "assistant" ? "assistant" : "user",
      texts: textsOf(content),
      others: othersOf(content),
      toolCalls: calls.map(callOf),
    },
  ];
}

/** The arguments are written when someone asks: a coding agent sends megabytes of them again with each turn. */
function callOf({ name, input }: WireObject): Turn["toolCalls"][number] {
  return {
    name: textOrNull(name) ?? "",
    get arguments() {
      return inputText(input);
    },
  };
}

/** A text, or the texts of a list of blocks. */
function textsOf(content: unknown): readonly string[] {
  return typeof content === "string" ? [content] : objectsIn(content).flatMap(textsOfBlock);
}

/** The kinds of blocks with nothing to read in them; calls, results and thoughts are no part of what was said. */
function othersOf(content: unknown): readonly string[] {
  return objectsIn(content)
    .filter((block) => !UNSAID.has(textOrNull(block["type"]) ?? "") && textsOfBlock(block).length === 0)
    .map(({ type }) => textOrNull(type) ?? "block");
}

const UNSAID: ReadonlySet<string> = new Set(["text", "tool_use", "tool_result", "thinking", "redacted_thinking"]);

function textsOfBlock({ type, text, source, content }: WireObject): readonly string[] {
  if (type === "text") return typeof text === "string" ? [text] : [];
  if (type === "search_result") return objectsIn(content).flatMap(plainText);
  if (type !== "document" || !isObject(source)) return [];
  if (source["type"] === "text") return plainText({ text: source["data"] });
  return typeof source["content"] === "string" ? [source["content"]] : objectsIn(source["content"]).flatMap(plainText);
}

function plainText({ text }: WireObject): readonly string[] {
  return typeof text === "string" ? [text] : [];
}

function toolOf(tool: WireObject): readonly ToolView[] {
  const name = textOrNull(tool["name"]);
  return name === null
    ? []
    : [{ name, description: textOrNull(tool["description"]), parameters: tool["input_schema"] }];
}

function choiceOf(choice: unknown): ToolChoice {
  if (!isObject(choice)) return { kind: "auto" };
  const { type, name } = choice;
  if (type === "none") return { kind: "none" };
  if (type === "any") return { kind: "required" };
  return type === "tool" && typeof name === "string" ? { kind: "named", name } : { kind: "auto" };
}

/** `output_format` is the older place of it. */
function schemaIn({ output_config, output_format }: WireObject): unknown {
  const format = (isObject(output_config) ? output_config["format"] : null) ?? output_format;
  return isObject(format) && format["type"] === "json_schema" ? (format["schema"] ?? null) : null;
}
