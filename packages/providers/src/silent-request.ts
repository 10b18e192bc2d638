import type { AdaptedRequest, ChatBody } from "./chat-body.ts";
import { mapDeveloperRole } from "./message-roles.ts";
import { isReasoningModel, refusedParams } from "./refused-params.ts";
import { editRequest, type RequestEdit } from "./request-edit.ts";
import { isChoiceAmong, isClientTool, SERVER_SIDE_PARAMS, toolKind } from "./server-tools.ts";
import { type Target, upstreamModel } from "./target.ts";
import { isObject } from "./wire.ts";

/** What says who asked, or which cache and queue of the provider's to use: none of it is the silent model's business. */
const IDENTITY_PARAMS: readonly string[] = [
  "user",
  "safety_identifier",
  "prompt_cache_key",
  "metadata",
  "litellm_metadata",
  "service_tier",
];

/**
 * The client's request made fit for a silent call, each change noted once. `body.model` names the silent model, which
 * matters when the target is a wildcard. `stream` is the mode the primary call had.
 */
export function silentRequest(target: Target, body: ChatBody, stream: boolean): AdaptedRequest {
  const edit = editRequest(body);
  const model = upstreamModel(target, typeof body["model"] === "string" ? body["model"] : target.model);
  stripServerTools(edit);
  for (const param of SERVER_SIDE_PARAMS) edit.remove(param, "stripped", "acts at the provider");
  for (const param of IDENTITY_PARAMS) edit.remove(param, "stripped", "identifies the caller");
  keepNothing(edit, target);
  if (Number(edit.get("n")) > 1) edit.set("n", 1, "one answer is compared");
  renameParams(edit, target, model);
  for (const param of refusedParams(target.traits, model, edit.result().body)) {
    edit.remove(param, "dropped", `${target.provider} refuses it for this model`);
  }
  sameStreamMode(edit, target, stream);
  if (!target.traits.developerRole) mapDeveloperRole(edit, `${target.provider} knows no developer role`);
  return edit.result();
}

function stripServerTools(edit: RequestEdit): void {
  const tools = edit.get("tools");
  if (!Array.isArray(tools)) return;
  const kept = (tools as readonly unknown[]).filter(isClientTool);
  if (kept.length === tools.length) return;
  const kinds = new Set((tools as readonly unknown[]).filter((tool) => !isClientTool(tool)).map(toolKind));
  const reason = `acts at the provider: ${[...kinds].slice(0, 8).join(", ")}`;
  if (kept.length === 0) {
    edit.remove("tools", "stripped", reason);
    edit.remove("tool_choice", "stripped", "no tools are left");
    edit.remove("parallel_tool_calls", "stripped", "no tools are left");
    return;
  }
  edit.replace("tools", kept, { action: "stripped", reason });
  if (!isChoiceAmong(edit.get("tool_choice"), kept))
    edit.remove("tool_choice", "stripped", "the tool it names is gone");
}

function keepNothing(edit: RequestEdit, target: Target): void {
  if (!edit.has("store")) return;
  if (!target.traits.stores) edit.remove("store", "dropped", `${target.provider} does not know it`);
  else if (edit.get("store") !== false) edit.set("store", false, "silent answers are not kept at the provider");
}

function renameParams(edit: RequestEdit, target: Target, model: string): void {
  if (isReasoningModel(target.traits, model)) {
    edit.rename("max_tokens", "max_completion_tokens", "reasoning models know it by this name");
    return;
  }
  for (const [from, to] of Object.entries(target.traits.renamed)) {
    edit.rename(from, to, `${target.provider} knows it as ${to}`);
  }
}

function sameStreamMode(edit: RequestEdit, target: Target, stream: boolean): void {
  if ((edit.get("stream") === true) !== stream) edit.set("stream", stream, "as the primary call");
  if (!stream) {
    edit.remove("stream_options", "dropped", "the answer is not streamed");
    return;
  }
  if (target.traits.refused.includes("stream_options")) return;
  const options = edit.get("stream_options");
  if (isObject(options) && options["include_usage"] === true) return;
  const usage = { ...(isObject(options) ? options : {}), include_usage: true };
  edit.set("stream_options", usage, "usage is counted");
}
