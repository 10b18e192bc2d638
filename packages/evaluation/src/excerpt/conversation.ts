import { type RequestView, type ToolView, viewRequest } from "@understudy/apis";
import type { ApiName, ShownConversation, ShownTurn } from "@understudy/contracts";
import { isContainer } from "../compare/json/json-value.ts";

/** Characters of one turn, and turns, that a page is given: the whole request is beside it. */
const LONGEST_TURN = 20_000;
const MOST_TURNS = 60;
const MOST_TOOLS = 60;
const MOST_DEFAULTS = 30;
const LONGEST_DEFAULT = 500;

/** What a request asks, as a person reads it. Of a very long one its beginning and its end. Pure, and bounded. */
export function conversationOf(api: ApiName, request: unknown): ShownConversation {
  const view = viewRequest(api, request);
  const turns = [...view.instructions.map(systemTurn), ...view.turns.map(turnOf)];
  const turns_left_out = Math.max(0, turns.length - MOST_TURNS);
  const head = Math.floor(MOST_TURNS / 4);
  const shown =
    turns_left_out === 0 ? turns : [...turns.slice(0, head), ...turns.slice(turns.length - (MOST_TURNS - head))];
  return {
    turns: shown,
    turns_left_out,
    tools: view.tools.slice(0, MOST_TOOLS).map(toolOf),
    wants: wantedOf(view),
  };
}

function systemTurn(text: string): ShownTurn {
  return { role: "system", ...bounded(text), others: [], tool_calls: [] };
}

function turnOf({ role, texts, others, toolCalls }: RequestView["turns"][number]): ShownTurn {
  const tool_calls = toolCalls.slice(0, MOST_TOOLS).map(({ name, arguments: given }) => ({
    name,
    arguments: given.slice(0, LONGEST_TURN),
  }));
  return { role, ...bounded(texts.join("\n\n")), others, tool_calls };
}

function bounded(text: string): Pick<ShownTurn, "text" | "left_out"> {
  const shown = text.slice(0, LONGEST_TURN).toWellFormed();
  return { text: shown, left_out: text.length - shown.length };
}

function toolOf({ name, parameters }: ToolView): ShownConversation["tools"][number] {
  const properties = isContainer(parameters) && isContainer(parameters["properties"]) ? parameters["properties"] : {};
  const defaults = Object.entries(properties)
    .slice(0, MOST_DEFAULTS)
    .flatMap(([argument, property]) => {
      const value = isContainer(property) ? property["default"] : undefined;
      const small = value !== undefined && JSON.stringify(value).length <= LONGEST_DEFAULT;
      return small ? [[argument, value] as const] : [];
    });
  return { name, defaults: Object.fromEntries(defaults) };
}

function wantedOf({ schema, asksForJson }: RequestView): ShownConversation["wants"] {
  return schema !== null ? "schema" : asksForJson ? "json" : null;
}
