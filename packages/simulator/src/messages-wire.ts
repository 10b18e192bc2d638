import type { Choice } from "./answer/compose.ts";
import { errorBody, simulatedFailure } from "./api-error.ts";
import { callId, type Completion } from "./completion.ts";
import { arrayOf, isObject, type JsonObject, objectOf } from "./json.ts";
import { messagesAsChat } from "./messages-request.ts";
import { piecesOf } from "./tokens.ts";
import type { Question, Wire } from "./wire.ts";

/** Anthropic's Messages: whole, or as events that build the blocks one after another. */
export const MESSAGES_WIRE: Wire = {
  asChat: messagesAsChat,
  whole(completion, question) {
    const blocks = blocksOf(completion, question);
    return JSON.stringify({
      ...headOf(completion),
      content: blocks.map(({ whole }) => whole),
      ...stopOf(completion),
      usage: usageOf(completion, question),
    });
  },
  events(completion, question) {
    const usage = usageOf(completion, question);
    const message = { ...headOf(completion), content: [], ...NOT_STOPPED, usage: { ...usage, output_tokens: 1 } };
    return [
      event("message_start", { message }),
      event("ping"),
      ...blocksOf(completion, question).flatMap(({ start, deltas }, index) => [
        event("content_block_start", { index, content_block: start }),
        ...deltas.map((delta) => event("content_block_delta", { index, delta })),
        event("content_block_stop", { index }),
      ]),
      event("message_delta", { delta: stopOf(completion), usage: { output_tokens: usage.output_tokens } }),
      event("message_stop"),
    ];
  },
  errorEvent: () => `event: error\ndata: ${errorBody(simulatedFailure(529), "anthropic")}\n\n`,
  brokenEvent: 'event: content_block_delta\ndata: {"type":"content_block_\n\n',
};

function event(type: string, rest: object = {}): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
}

function headOf({ id, model }: Completion): object {
  return { id: id.replace("chatcmpl-", "msg_"), type: "message", role: "assistant", model };
}

interface Block {
  readonly whole: object;
  readonly start: object;
  readonly deltas: readonly object[];
}

function blocksOf({ id, choices }: Completion, question: Question): readonly Block[] {
  const [choice] = choices;
  const thought = thoughtOf(question);
  return [
    ...(thought === null ? [] : [thinkingBlock(thought)]),
    ...(choice === undefined || choice.pieces.length === 0 ? [] : [textBlock(choice.pieces)]),
    ...(choice?.toolCall ? [toolBlock(callId(id, 0), choice.toolCall)] : []),
  ];
}

function textBlock(pieces: readonly string[]): Block {
  return {
    whole: { type: "text", text: pieces.join(""), citations: null },
    start: { type: "text", text: "", citations: null },
    deltas: pieces.map((text) => ({ type: "text_delta", text })),
  };
}

function toolBlock(id: string, { name, pieces }: NonNullable<Choice["toolCall"]>): Block {
  const head = { type: "tool_use", id: id.replace("call_", "toolu_"), name };
  return {
    whole: { ...head, input: JSON.parse(pieces.join("")) as unknown },
    start: { ...head, input: {} },
    deltas: ["", ...pieces].map((partial_json) => ({ type: "input_json_delta", partial_json })),
  };
}

/** What a model is made to think aloud, where the request asks it to think and to show it. */
const THOUGHT = "The question is plain. I answer it in a few words.";
const SIGNATURE = "c2ltdWxhdGVkLXNpZ25hdHVyZQ==";

/** Empty where the thinking is asked for and not shown; null where none is asked for. */
function thoughtOf({ body }: Question): string | null {
  const { type, display } = objectOf(body["thinking"]);
  if (type !== "enabled" && type !== "adaptive") return null;
  return display === "omitted" ? "" : THOUGHT;
}

function thinkingBlock(thought: string): Block {
  return {
    whole: { type: "thinking", thinking: thought, signature: SIGNATURE },
    start: { type: "thinking", thinking: "", signature: "" },
    deltas: [
      ...piecesOf(thought).map((thinking) => ({ type: "thinking_delta", thinking })),
      { type: "signature_delta", signature: SIGNATURE },
    ],
  };
}

const NOT_STOPPED = { stop_reason: null, stop_sequence: null, stop_details: null };
const STOP_REASONS: Readonly<Record<Choice["finishReason"], string>> = {
  stop: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "refusal",
};

function stopOf({ choices }: Completion): object {
  const stop_reason = STOP_REASONS[choices[0]?.finishReason ?? "stop"];
  const refused = { type: "refusal", category: "cyber", explanation: "The simulator was asked to refuse this prompt." };
  return { stop_reason, stop_sequence: null, stop_details: stop_reason === "refusal" ? refused : null };
}

/** With a breakpoint in the request half of the input is read from the cache and a quarter is written to it, beside the rest. */
function usageOf({ usage }: Completion, question: Question) {
  const share = hasBreakpoint(question.body) ? 4 : Infinity;
  const written = Math.floor(usage.promptTokens / share);
  const thinking = thoughtOf(question) === null ? 0 : piecesOf(THOUGHT).length;
  return {
    input_tokens: usage.promptTokens - 3 * written,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: 2 * written,
    cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
    output_tokens: usage.completionTokens + thinking,
    output_tokens_details: { thinking_tokens: usage.reasoningTokens + thinking },
    service_tier: "standard",
  };
}

function hasBreakpoint(body: JsonObject): boolean {
  const messages = arrayOf(body["messages"]).map(objectOf);
  const blocks = [body["system"], body["tools"], ...messages.map(({ content }) => content)].flatMap(arrayOf);
  return [body, ...blocks].some((block) => isObject(block) && isObject(block["cache_control"]));
}
