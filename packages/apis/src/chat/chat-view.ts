import { namesIn } from "../request-names.ts";
import type { RequestNames, RequestView, ToolChoice, ToolView, Turn } from "../request-view.ts";
import { isObject, textOrNull, type WireObject } from "../wire.ts";

export function viewChat(body: WireObject): RequestView {
  return new ChatView(body);
}

/** Every part is made when it is asked for: the thread that answers asks for two of them. */
class ChatView implements RequestView {
  readonly #body: WireObject;
  #instructions: readonly string[] | null = null;
  #turns: readonly Turn[] | null = null;
  #tools: readonly ToolView[] | null = null;

  constructor(body: WireObject) {
    this.#body = body;
  }

  get instructions(): readonly string[] {
    return (this.#instructions ??= this.#messages.filter(isInstruction).flatMap(({ content }) => textsOf(content)));
  }

  get turns(): readonly Turn[] {
    return (this.#turns ??= this.#messages.filter((message) => !isInstruction(message)).map(turnOf));
  }

  get last(): readonly string[] {
    const messages: unknown = this.#body["messages"];
    const isTurn = (one: unknown): one is WireObject => isObject(one) && !isInstruction(one);
    const message = Array.isArray(messages) ? (messages as readonly unknown[]).findLast(isTurn) : undefined;
    return message === undefined ? this.instructions.slice(-1) : textsOf(message["content"]);
  }

  get tools(): readonly ToolView[] {
    return (this.#tools ??= objectsIn(this.#body["tools"] ?? this.#body["functions"]).flatMap(toolOf));
  }

  get toolChoice(): ToolChoice {
    return choiceOf(this.#body["tool_choice"] ?? this.#body["function_call"]);
  }

  get schema(): unknown {
    return schemaIn(this.#body["response_format"]);
  }

  get asksForJson(): boolean {
    const format = this.#body["response_format"];
    return isObject(format) && (format["type"] === "json_object" || format["type"] === "json_schema");
  }

  get stream(): boolean {
    return this.#body["stream"] === true;
  }

  get names(): RequestNames {
    return namesIn(this.#body);
  }

  get #messages(): readonly WireObject[] {
    return objectsIn(this.#body["messages"]);
  }
}

const NONE: readonly WireObject[] = [];

function objectsIn(value: unknown): readonly WireObject[] {
  return Array.isArray(value) ? value.filter(isObject) : NONE;
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
