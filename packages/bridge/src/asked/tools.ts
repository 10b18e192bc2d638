import type {
  LanguageModelV4CallOptions,
  LanguageModelV4FunctionTool,
  LanguageModelV4ToolChoice,
} from "@ai-sdk/provider";
import { isObject, textOrNull, type WireObject } from "@understudy/apis";
import { type ClientTool, CannotCarryError, customTool, type Notes } from "./asked.ts";
import { cached } from "./cache.ts";

export type Schema = LanguageModelV4FunctionTool["inputSchema"];

/** The tools of a request, as functions, and the choice among them. */
export interface ToolsAsked {
  readonly tools: NonNullable<LanguageModelV4CallOptions["tools"]>;
  readonly toolChoice: LanguageModelV4ToolChoice | undefined;
  readonly known: ReadonlyMap<string, ClientTool>;
}

export interface NamedTool {
  readonly tool: LanguageModelV4FunctionTool;
  readonly known: ClientTool;
}

const NO_ARGUMENTS: Schema = { type: "object", properties: {} };

export function schemaOf(parameters: unknown): Schema {
  return isObject(parameters) ? (parameters as Schema) : NO_ARGUMENTS;
}

/** A function or custom tool of OpenAI's; `of`: where its name, description and the like stand. */
export function openaiTool(whole: WireObject, of: WireObject, notes: Notes): NamedTool {
  const name = textOrNull(of["name"]) ?? "";
  const description = textOrNull(of["description"]);
  const known = { name, namespace: null, isCustom: whole["type"] === "custom" };
  if (known.isCustom) {
    notes.set("tools", "a custom tool is offered as a function with one text");
    return { tool: customTool(name, description, of["format"]), known };
  }
  const { strict, parameters } = of;
  const tool: LanguageModelV4FunctionTool = {
    type: "function",
    name,
    inputSchema: schemaOf(parameters),
    ...(description === null ? {} : { description }),
    ...(typeof strict === "boolean" ? { strict } : {}),
  };
  return { tool: cached(cached(tool, whole), of), known };
}

/** A tool that its provider runs or defines is offered to no other model, and its client is told. */
export function notOffered(type: unknown, notes: Notes): readonly NamedTool[] {
  notes.dropped("tools", `only its own provider's models have the tool ${JSON.stringify(type ?? null)}`);
  return [];
}

/** Nothing to choose from needs no choice; one that must be made among tools that are not there cannot be. */
export function choiceAmong(
  tools: readonly NamedTool[],
  choice: LanguageModelV4ToolChoice | undefined,
): LanguageModelV4ToolChoice | undefined {
  const isThere = choice?.type !== "tool" || tools.some(({ tool }) => tool.name === choice.toolName);
  if (!isThere || (choice?.type === "required" && tools.length === 0))
    throw new CannotCarryError("tool_choice", "the tool that it wants is not among those that are carried");
  return tools.length === 0 ? undefined : choice;
}

/** OpenAI's choice: a word, a tool, or a list of those allowed, which leaves the others out. */
export function chosen(tools: readonly NamedTool[], choice: unknown, notes: Notes): ToolsAsked {
  const allowed = allowedIn(choice);
  if (allowed !== null) notes.set("tool_choice", "the tools that are not allowed are left out");
  const kept = allowed === null ? tools : tools.filter(({ known }) => allowed.names.includes(known.name));
  return {
    tools: kept.map(({ tool }) => tool),
    toolChoice: choiceAmong(kept, choiceOf(allowed === null ? choice : allowed.mode)),
    known: new Map(kept.map(({ tool, known }) => [tool.name, known])),
  };
}

function choiceOf(choice: unknown): LanguageModelV4ToolChoice | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (choice === "none" || choice === "auto" || choice === "required") return { type: choice };
  const name = isObject(choice) ? nameIn(choice) : null;
  if (name !== null) return { type: "tool", toolName: name };
  throw new CannotCarryError("tool_choice", "it is none that other APIs know");
}

interface Allowed {
  readonly mode: unknown;
  readonly names: readonly string[];
}

function allowedIn(choice: unknown): Allowed | null {
  if (!isObject(choice) || choice["type"] !== "allowed_tools") return null;
  const { mode, tools } = isObject(choice["allowed_tools"]) ? choice["allowed_tools"] : choice;
  const names = (Array.isArray(tools) ? tools.filter(isObject) : []).map((tool) => nameIn(tool) ?? "");
  return { mode, names };
}

/** The name stands in the tool itself, or under its type, as chat has it. */
function nameIn(tool: WireObject): string | null {
  const of = [tool["function"], tool["custom"]].find(isObject) ?? tool;
  return textOrNull(of["name"]);
}
