import type { Choice } from "./answer/compose.ts";
import { callId, type Completion } from "./completion.ts";
import { arrayOf, type JsonObject, objectOf, stringOf } from "./json.ts";

/** One item of an answer, and the events that bring it. */
export interface OutputItem {
  readonly item: JsonObject;
  readonly events: readonly (JsonObject & { readonly type: string })[];
}

/** Hidden reasoning, where there is some, and then a message or a call. */
export function outputOf({ id, choices, usage }: Completion, body: JsonObject): readonly OutputItem[] {
  const [choice] = choices;
  const suffix = id.slice(-20);
  const drafts = [
    ...(usage.reasoningTokens === 0 ? [] : [reasoning(suffix, body)]),
    ...(choice === undefined
      ? []
      : [choice.toolCall === null ? message(suffix, choice) : call(suffix, choice.toolCall, body)]),
  ];
  return drafts.map((draft, output_index) => ({
    item: draft.item,
    events: [
      { type: "response.output_item.added", output_index, item: draft.started },
      ...draft.said.map((event) => ({ item_id: draft.item["id"], output_index, ...event })),
      { type: "response.output_item.done", output_index, item: draft.item },
    ],
  }));
}

interface Draft {
  readonly item: JsonObject;
  readonly started: JsonObject;
  /** What comes between its beginning and its end. */
  readonly said: readonly (JsonObject & { readonly type: string })[];
}

function reasoning(suffix: string, { include }: JsonObject): Draft {
  const isEncrypted = arrayOf(include).includes("reasoning.encrypted_content");
  const started = { id: `rs_${suffix}`, type: "reasoning", summary: [] };
  const item = isEncrypted ? { ...started, encrypted_content: Buffer.from(suffix).toString("base64") } : started;
  return { item, started, said: [] };
}

function message(suffix: string, { pieces, finishReason }: Choice): Draft {
  const text = pieces.join("");
  const empty = { type: "output_text", text: "", annotations: [], logprobs: [] };
  const part = { ...empty, text };
  const head = { id: `msg_${suffix}`, type: "message", role: "assistant" };
  const content_index = 0;
  return {
    item: { ...head, status: finishReason === "length" ? "incomplete" : "completed", content: [part] },
    started: { ...head, status: "in_progress", content: [] },
    said: [
      { type: "response.content_part.added", content_index, part: empty },
      ...pieces.map((delta) => ({ type: "response.output_text.delta", content_index, delta, logprobs: [] })),
      { type: "response.output_text.done", content_index, text, logprobs: [] },
      { type: "response.content_part.done", content_index, part },
    ],
  };
}

function call(suffix: string, { name, pieces }: NonNullable<Choice["toolCall"]>, { tools }: JsonObject): Draft {
  const written = pieces.join("");
  const called = findTool(arrayOf(tools).map(objectOf), name);
  const call_id = callId(suffix, 0);
  if (called?.isCustom !== true) {
    const head = { id: `fc_${suffix}`, type: "function_call", call_id, name, ...called?.names };
    return {
      item: { ...head, status: "completed", arguments: written },
      started: { ...head, status: "in_progress", arguments: "" },
      said: [
        ...pieces.map((delta) => ({ type: "response.function_call_arguments.delta", delta })),
        { type: "response.function_call_arguments.done", name, arguments: written },
      ],
    };
  }
  const input = stringOf(objectOf(JSON.parse(written))["input"]) ?? "";
  const head = { id: `ctc_${suffix}`, type: "custom_tool_call", call_id, name, ...called.names };
  return {
    item: { ...head, status: "completed", input },
    started: { ...head, status: "in_progress", input: "" },
    said: [
      { type: "response.custom_tool_call_input.delta", delta: input },
      { type: "response.custom_tool_call_input.done", input },
    ],
  };
}

interface CalledTool {
  readonly isCustom: boolean;
  /** As a call of it names it: a tool of a group by both names. */
  readonly names: JsonObject;
}

function findTool(tools: readonly JsonObject[], name: string): CalledTool | null {
  for (const tool of tools) {
    if (tool["name"] === name) return { isCustom: tool["type"] === "custom", names: { name } };
    const group = tool["type"] === "namespace" ? stringOf(tool["name"]) : null;
    const prefix = `${group ?? ""}__`;
    if (group === null || !name.startsWith(prefix)) continue;
    const inner = findTool(arrayOf(tool["tools"]).map(objectOf), name.slice(prefix.length));
    if (inner !== null) return { ...inner, names: { ...inner.names, namespace: group } };
  }
  return null;
}
