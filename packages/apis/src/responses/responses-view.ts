import { othersIn, textsOf } from "../chat/chat-view.ts";
import { once } from "../once.ts";
import { namesIn } from "../request-names.ts";
import type { RequestNames, RequestView, ToolChoice, ToolView, Turn } from "../request-view.ts";
import { isObject, textOrNull, type WireObject } from "../wire.ts";
import { itemsIn, objectsOf } from "./items.ts";
import { callIn, toolNameWithin } from "./client-calls.ts";

export function viewResponses(body: WireObject): RequestView {
  const { input, instructions, text } = body;
  const items = itemsIn(body);
  const format = isObject(text) && isObject(text["format"]) ? text["format"] : {};
  const isSchema = format["type"] === "json_schema";
  const told = once(() => [
    ...textsOf(instructions),
    ...items.filter(isInstruction).flatMap(({ content }) => textsOf(content)),
  ]);
  const turns = once(() =>
    typeof input === "string" ? [{ role: "user", texts: [input], others: [], toolCalls: [] } as const] : turnsOf(items),
  );
  return {
    get instructions() {
      return told();
    },
    get turns() {
      return turns();
    },
    get last() {
      return typeof input === "string" ? [input] : (lastTurn(items)?.texts ?? told().slice(-1));
    },
    tools: [body, ...items.filter(({ type }) => type === "additional_tools")].flatMap(({ tools }) => toolsOf(tools)),
    toolChoice: choiceOf(body["tool_choice"]),
    schema: (isSchema ? format["schema"] : null) ?? null,
    asksForJson: isSchema || format["type"] === "json_object",
    stream: body["stream"] === true,
    get names() {
      return namesOf(body);
    },
  };
}

function isInstruction({ role }: WireObject): boolean {
  return role === "system" || role === "developer";
}

interface DraftTurn extends Turn {
  readonly texts: string[];
  readonly others: string[];
  readonly toolCalls: Turn["toolCalls"][number][];
}

/** What the model said and called in one go stands in several items, and is one turn. */
function turnsOf(items: readonly WireObject[]): readonly Turn[] {
  const turns: DraftTurn[] = [];
  for (const item of items) {
    const role = roleOf(item);
    if (role === null) continue;
    const before = turns.at(-1);
    const turn =
      role === "assistant" && before?.role === role ? before : { role, texts: [], others: [], toolCalls: [] };
    if (turn !== before) turns.push(turn);
    const content = role === "tool" ? item["output"] : item["content"];
    // One by one: what is spread into a call must fit on the stack.
    for (const text of textsOf(content)) turn.texts.push(text);
    for (const kind of othersIn(content)) turn.others.push(kind);
    const call = callIn(item);
    if (call !== null) turn.toolCalls.push(call);
  }
  return turns;
}

/** Only the items that may be part of it are looked at. */
function lastTurn(items: readonly WireObject[]): Turn | undefined {
  const isOfTheModel = (item: WireObject): boolean => (roleOf(item) ?? "assistant") === "assistant";
  const from = items.findLastIndex((item) => !isOfTheModel(item));
  return turnsOf(items.slice(Math.max(from, 0))).at(-1);
}

/** Null for what is no part of the conversation: instructions, reasoning, references, calls that the provider made itself. */
function roleOf(item: WireObject): Turn["role"] | null {
  if (isInstruction(item)) return null;
  const type = textOrNull(item["type"]) ?? "message";
  if (type === "message") return item["role"] === "assistant" ? "assistant" : "user";
  if (type.endsWith("_call_output")) return "tool";
  return callIn(item) === null ? null : "assistant";
}

function toolsOf(tools: unknown): readonly ToolView[] {
  return objectsOf(tools).flatMap((tool) => {
    const { type, name } = tool;
    if (type === "namespace") return objectsOf(tool["tools"]).flatMap((inner) => toolOf(inner, name));
    return type === "function" || type === "custom" ? toolOf(tool, null) : [];
  });
}

function toolOf({ name: own, description, parameters }: WireObject, namespace: unknown): readonly ToolView[] {
  const name = toolNameWithin(namespace, own);
  return name === null ? [] : [{ name, description: textOrNull(description), parameters }];
}

function choiceOf(choice: unknown): ToolChoice {
  if (choice === "none" || choice === "required") return { kind: choice };
  if (!isObject(choice)) return { kind: "auto" };
  if (choice["type"] === "allowed_tools") return { kind: choice["mode"] === "required" ? "required" : "auto" };
  const name = toolNameWithin(choice["namespace"], choice["name"]);
  return name === null ? { kind: "auto" } : { kind: "named", name };
}

/** A previous response is no session: each turn of a conversation names another one. */
function namesOf(body: WireObject): RequestNames {
  const { conversation, client_metadata: client } = body;
  const names = namesIn(body);
  const told = [
    isObject(conversation) ? conversation["id"] : conversation,
    isObject(client) ? client["session_id"] : null,
  ];
  const sessions = [...told.map(textOrNull).filter((name) => name !== null), ...names.sessions];
  return { ...names, sessions: [...new Set(sessions)] };
}
