import type { AdaptedRequest, ChatBody } from "./chat-body.ts";
import { mapDeveloperRole } from "./message-roles.ts";
import { isReasoningModel, refusedParams } from "./refused-params.ts";
import { editRequest, type RequestEdit } from "./request-edit.ts";
import { providerNamed } from "../table/providers.ts";
import { type Target, upstreamModel } from "../targets/target.ts";
import { type Api, isObject, numberOrNull, type SilentRules } from "@understudy/apis";
import { isChoiceAmong, toolKind } from "./tool-names.ts";

/**
 * The client's request made fit for a silent call, each change noted once. `body.model` names the silent model, which
 * matters when the target is a wildcard. `stream` is the mode the primary call had.
 */
export function silentRequest(api: Api, target: Target, body: ChatBody, stream: boolean): AdaptedRequest {
  const edit = editRequest(withoutOwnMark(body));
  const model = upstreamModel(target, typeof body["model"] === "string" ? body["model"] : target.model);
  stripServerTools(edit, api.silent);
  for (const param of api.silent.acts) edit.remove(param, "stripped", "acts at the provider");
  for (const param of api.silent.identifies) edit.remove(param, "stripped", "identifies the caller");
  keepNothing(edit, target, api.silent);
  dropOthersThoughts(edit, api, target);
  for (const param of ["n", "best_of"]) {
    if ((numberOrNull(edit.get(param)) ?? 0) > 1) edit.set(param, 1, "one answer is compared");
  }
  renameParams(edit, target, model);
  for (const param of refusedParams(target.traits, model, edit.result().body)) {
    edit.remove(param, "dropped", `${target.provider} refuses it for this model`);
  }
  sameStreamMode(edit, api, target, stream);
  if (!target.traits.developerRole) mapDeveloperRole(edit, `${target.provider} knows no developer role`);
  return edit.result();
}

/** `is_silent_experiment` is ours; a client that sent no metadata of its own has nothing stripped. */
function withoutOwnMark(body: ChatBody): ChatBody {
  const { metadata, ...rest } = body;
  const isOurs = isObject(metadata) && Object.keys(metadata).every((key) => key === "is_silent_experiment");
  return isOurs ? rest : body;
}

function stripServerTools(edit: RequestEdit, { isClientTool, toolName }: SilentRules): void {
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
  if (!isChoiceAmong(edit.get("tool_choice"), kept, toolName))
    edit.remove("tool_choice", "stripped", "the tool it names is gone");
}

/** Models of Google's alone read what they signed; the bridge to them takes it out of the client's turns. */
function dropOthersThoughts(edit: RequestEdit, api: Api, target: Target): void {
  const isGoogles = api.name === "chat" && providerNamed(target.provider)?.wire === "gemini";
  if (isGoogles || target.own?.wire === "gemini") return;
  const turns = edit.get("messages");
  const kept = api.silent.withoutOthersThoughts(turns);
  if (kept === turns) return;
  edit.replace("messages", kept, { action: "set", reason: "what another model thought, or signed, is not sent" });
}

function keepNothing(edit: RequestEdit, target: Target, { stores }: SilentRules): void {
  if (stores === "unless told" && edit.get("store") !== false) return edit.set("store", false, NOT_KEPT);
  if (!edit.has("store")) return;
  if (!target.traits.stores) edit.remove("store", "dropped", `${target.provider} does not know it`);
  else if (edit.get("store") !== false) edit.set("store", false, NOT_KEPT);
}

const NOT_KEPT = "silent answers are not kept at the provider";

function renameParams(edit: RequestEdit, target: Target, model: string): void {
  if (isReasoningModel(target.traits, model)) {
    edit.rename("max_tokens", "max_completion_tokens", "reasoning models know it by this name");
    return;
  }
  for (const [from, to] of Object.entries(target.traits.renamed)) {
    edit.rename(from, to, `${target.provider} knows it as ${to}`);
  }
}

function sameStreamMode(edit: RequestEdit, { asksForUsage }: Api, target: Target, stream: boolean): void {
  if ((edit.get("stream") === true) !== stream) edit.set("stream", stream, "as the primary call");
  if (!asksForUsage) return;
  if (!stream) {
    edit.remove("stream_options", "dropped", "the answer is not streamed");
    return;
  }
  if (!asksForUsage || target.traits.refused.includes("stream_options")) return;
  const options = edit.get("stream_options");
  if (isObject(options) && options["include_usage"] === true) return;
  const usage = { ...(isObject(options) ? options : {}), include_usage: true };
  edit.set("stream_options", usage, "usage is counted");
}
