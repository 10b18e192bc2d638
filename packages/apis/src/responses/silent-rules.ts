import type { SilentRules } from "../api.ts";
import { isObject, textOrNull, type WireObject } from "../wire.ts";
import { itemsIn } from "./items.ts";

export const RESPONSES_SILENTLY: SilentRules = {
  acts: ["background", "background_options", "web_search_options", "search_parameters", "plugins", "mcp_servers"],
  identifies: [
    "user",
    "safety_identifier",
    "prompt_cache_key",
    "prompt_cache_options",
    "metadata",
    "litellm_metadata",
    "client_metadata",
    "service_tier",
  ],
  isClientTool,
  toolName: (tool) => (isObject(tool) ? (textOrNull(tool["name"]) ?? textOrNull(tool["type"])) : null),
  stores: "unless told",
  statefulBy,
  // A request with sealed thoughts is not mirrored at all.
  withoutOthersThoughts: (turns) => turns,
};

/** `tool_search` finds among the request's own tools, and touches nothing else. */
const CLIENT_TOOLS: ReadonlySet<unknown> = new Set(["function", "custom", "apply_patch", "local_shell", "tool_search"]);

function isClientTool(tool: unknown): boolean {
  if (!isObject(tool)) return false;
  const { type, tools, environment } = tool;
  if (type === "namespace") return Array.isArray(tools) && tools.every(isClientTool);
  // In a container of the provider's it runs there.
  if (type === "shell") return !isObject(environment) || environment["type"] === "local";
  return CLIENT_TOOLS.has(type);
}

/** Parameters whose value stands for what the provider keeps. */
const STATE_PARAMS = ["previous_response_id", "conversation", "background", "prompt"] as const;

function statefulBy(body: WireObject): string | null {
  const param = STATE_PARAMS.find((name) => (body[name] ?? false) !== false);
  if (param !== undefined) return param;
  for (const item of itemsIn(body)) {
    const reason = stateOf(item);
    if (reason !== null) return reason;
  }
  return null;
}

/** What of an item only the provider that wrote it can read. */
function stateOf(item: WireObject): string | null {
  const type = item["type"];
  if (type === "item_reference" || type === "compaction") return type;
  if (type === "reasoning") return stateOfReasoning(item);
  const parts = [item["content"], item["output"]].flatMap((value: unknown) => (Array.isArray(value) ? value : []));
  return parts.some((part) => isObject(part) && textOrNull(part["file_id"]) !== null) ? "file_id" : null;
}

/** What was thought stands in it sealed, open (models that anybody may run), or only at the provider, under its id. */
function stateOfReasoning({ id, content, encrypted_content: sealed }: WireObject): string | null {
  if (textOrNull(sealed) !== null) return "encrypted_reasoning";
  const isOpen = Array.isArray(content) && content.length > 0;
  return isOpen || textOrNull(id) === null ? null : "kept_reasoning";
}
