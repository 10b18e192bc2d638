import type { SilentRules } from "../api.ts";
import { isObject, textOrNull, type WireObject } from "../wire.ts";

export const CHAT_SILENTLY: SilentRules = {
  acts: ["web_search_options", "search_parameters", "plugins", "mcp_servers", "background"],
  identifies: ["user", "safety_identifier", "prompt_cache_key", "metadata", "litellm_metadata", "service_tier"],
  isClientTool,
  toolName,
  stores: "if told",
  statefulBy: () => null,
};

function isClientTool(tool: unknown): boolean {
  if (!isObject(tool)) return false;
  const type = tool["type"];
  if (type === undefined) return isObject(tool["function"]);
  return type === "function" || type === "custom";
}

function toolName(tool: unknown): string | null {
  if (!isObject(tool)) return null;
  const inner: WireObject | undefined = [tool["function"], tool["custom"]].find(isObject);
  return textOrNull(inner?.["name"]);
}
