import { isObject, textOrNull } from "./wire.ts";

/** Parameters that make the provider act by itself: search, call out, run code. */
export const SERVER_SIDE_PARAMS: readonly string[] = [
  "web_search_options",
  "search_parameters",
  "plugins",
  "mcp_servers",
  "background",
];

/** Tools the model can only propose to call: whoever asked runs them. */
export function isClientTool(tool: unknown): boolean {
  if (!isObject(tool)) return false;
  const type = tool["type"];
  if (type === undefined) return isObject(tool["function"]);
  return type === "function" || type === "custom";
}

/** The tool's kind, for a reason that people read: a short word, whatever the client wrote. */
export function toolKind(tool: unknown): string {
  const type = isObject(tool) ? (textOrNull(tool["type"]) ?? Object.keys(tool)[0]) : undefined;
  return type !== undefined && /^\w{1,40}$/.test(type) ? type : "unnamed";
}

/** Whether `tool_choice` still makes sense with these tools. */
export function isChoiceAmong(choice: unknown, tools: readonly unknown[]): boolean {
  if (!isObject(choice)) return true;
  const chosen = nameOf(choice);
  return chosen !== null && tools.some((tool) => nameOf(tool) === chosen);
}

function nameOf(tool: unknown): string | null {
  if (!isObject(tool)) return null;
  const inner = [tool["function"], tool["custom"]].find(isObject);
  return textOrNull(inner?.["name"]);
}
