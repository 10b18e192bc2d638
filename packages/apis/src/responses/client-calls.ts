import type { ToolCall } from "@understudy/contracts";
import { argumentsText } from "../chat/read-parts.ts";
import { textOrNull, type WireObject } from "../wire.ts";

/** The name of a tool, or of a call of one; with its group's where it stands in one: Codex groups its tools so. */
export function toolNameWithin(namespace: unknown, name: unknown): string | null {
  const own = textOrNull(name);
  const group = textOrNull(namespace);
  return own === null || group === null ? own : `${group}__${own}`;
}

/** Items by which the model asks the client to run something: what such a call is named, and the field that says more. */
const CLIENT_CALLS: ReadonlyMap<unknown, { readonly name: string; readonly field: string }> = new Map([
  ["function_call", { name: "", field: "arguments" }],
  ["custom_tool_call", { name: "", field: "input" }],
  ["local_shell_call", { name: "local_shell", field: "action" }],
  ["shell_call", { name: "shell", field: "action" }],
  ["apply_patch_call", { name: "apply_patch", field: "operation" }],
  ["computer_call", { name: "computer", field: "action" }],
]);

/** What an item asks the client to call; null for any other, calls that the provider made itself included. */
export function callIn(item: WireObject): ToolCall | null {
  const call = CLIENT_CALLS.get(item["type"]);
  if (call === undefined) return null;
  const name = toolNameWithin(item["namespace"], item["name"]) ?? call.name;
  return { name, arguments: argumentsText(item[call.field]) };
}
