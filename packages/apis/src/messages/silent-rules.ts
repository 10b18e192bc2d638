import type { SilentRules } from "../api.ts";
import { isObject, textOrNull, type WireObject } from "../wire.ts";

export const MESSAGES_SILENTLY: SilentRules = {
  // A fallback would have another model answer in the silent model's name.
  acts: ["mcp_servers", "container", "fallbacks"],
  identifies: [
    "metadata",
    "litellm_metadata",
    "service_tier",
    "billing_policy",
    "fallback_credit_token",
    "diagnostics",
  ],
  isClientTool: (tool) =>
    isObject(tool) && (isRunByClient(tool) || SEARCHES_TOOLS.test(textOrNull(tool["type"]) ?? "")),
  toolName: (tool) => (isObject(tool) ? textOrNull(tool["name"]) : null),
  stores: "never",
  statefulBy,
  withoutOthersThoughts,
};

function withoutOthersThoughts(turns: unknown): unknown {
  if (!Array.isArray(turns) || !turns.some((turn) => thoughtsIn(turn).length > 0)) return turns;
  return turns.flatMap((turn: unknown): readonly unknown[] => {
    const thoughts = thoughtsIn(turn);
    if (!isObject(turn) || thoughts.length === 0) return [turn];
    const content = (turn["content"] as readonly WireObject[]).filter((block) => !thoughts.includes(block));
    return content.length === 0 ? [] : [{ ...turn, content }];
  });
}

/** Anthropic signs what its models thought, and refuses a thought without, or with another's mark (`gemini:`) in front. */
function thoughtsIn(turn: unknown): readonly WireObject[] {
  if (!isObject(turn)) return [];
  return listOf(turn["content"]).filter(({ type, signature }) => {
    if (type !== "thinking") return false;
    return typeof signature !== "string" || signature === "" || signature.startsWith("gemini:");
  });
}

/** The model only proposes what to do with these, although the provider defined them. */
const RUN_BY_CLIENT = /^(?:bash|text_editor|memory|computer|computer_toolset|browser_toolset)_\d{8}$/;
/** Runs at the provider, and reads nothing but the request's own tools. */
const SEARCHES_TOOLS = /^tool_search_tool_(?:regex|bm25)(?:_\d{8})?$/;

/** A tool without a type is the client's own. */
export function isRunByClient(tool: WireObject): boolean {
  const type = tool["type"] ?? "custom";
  return type === "custom" ? textOrNull(tool["name"]) !== null : RUN_BY_CLIENT.test(textOrNull(type) ?? "");
}

/** Names what the request leans on: a thread, a container, files, or a compaction, which only the provider that made it reads. */
function statefulBy(body: WireObject): string | null {
  if (isObject(body["thread"])) return "thread";
  const { container } = body;
  if (textOrNull(container) !== null || (isObject(container) && textOrNull(container["id"]) !== null))
    return "container";
  const blocks = listOf(body["messages"]).flatMap(({ content }) => listOf(content));
  const inResults = blocks.flatMap(({ type, content }) => (type === "tool_result" ? listOf(content) : []));
  const all = [...listOf(body["system"]), ...blocks, ...inResults];
  if (all.some(isFile)) return "file";
  return all.some(({ type }) => type === "compaction") ? "compaction" : null;
}

function isFile({ type, source }: WireObject): boolean {
  return type === "container_upload" || (isObject(source) && source["type"] === "file");
}

function listOf(value: unknown): readonly WireObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
