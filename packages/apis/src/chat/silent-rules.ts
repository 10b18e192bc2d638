import type { SilentRules } from "../api.ts";
import { isObject, textOrNull, type WireObject } from "../wire.ts";

export const CHAT_SILENTLY: SilentRules = {
  acts: ["web_search_options", "search_parameters", "plugins", "mcp_servers", "background"],
  identifies: ["user", "safety_identifier", "prompt_cache_key", "metadata", "litellm_metadata", "service_tier"],
  isClientTool,
  toolName,
  stores: "if told",
  statefulBy: () => null,
  withoutOthersThoughts,
};

/** Google's own place for a signature in OpenAI's format, and LiteLLM's. */
const SIGNED_IN = ["extra_content", "provider_specific_fields"] as const;

function withoutOthersThoughts(turns: unknown): unknown {
  if (!Array.isArray(turns) || !turns.some(isSigned)) return turns;
  return turns.map((turn: unknown) => {
    if (!isObject(turn) || !isSigned(turn)) return turn;
    return { ...turn, tool_calls: (turn["tool_calls"] as readonly unknown[]).map(unsigned) };
  });
}

function isSigned(turn: unknown): boolean {
  if (!isObject(turn) || !Array.isArray(turn["tool_calls"])) return false;
  return turn["tool_calls"].some((call) => isObject(call) && SIGNED_IN.some((name) => name in call));
}

function unsigned(call: unknown): unknown {
  if (!isObject(call)) return call;
  return Object.fromEntries(Object.entries(call).filter(([name]) => !SIGNED_IN.some((one) => one === name)));
}

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
