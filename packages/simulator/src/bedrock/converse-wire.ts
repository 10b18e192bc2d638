import type { Choice } from "../answer/compose.ts";
import { simulatedFailure } from "../api-error.ts";
import { callId, type Completion } from "../completion.ts";
import { type JsonObject, objectOf } from "../json.ts";
import { piecesOf } from "../tokens.ts";
import type { Question, Wire } from "../wire.ts";
import { converseAsChat, hasCachePoint } from "./converse-request.ts";
import { EVENT_STREAM, eventFrame, frame } from "./event-stream.ts";

/** Bedrock's Converse: whole, or as events in AWS's binary framing. Usage comes behind the end of the message. */
export const CONVERSE_WIRE: Wire = {
  stream: EVENT_STREAM,
  asChat: converseAsChat,
  whole(completion, question) {
    const content = blocksOf(completion, question).map(({ whole }) => whole);
    return JSON.stringify({
      output: { message: { role: "assistant", content } },
      stopReason: stopOf(completion),
      usage: usageOf(completion, question),
      metrics: { latencyMs: 1 },
    });
  },
  events(completion, question) {
    return [
      eventFrame("messageStart", { role: "assistant" }),
      ...blocksOf(completion, question).flatMap(({ start, deltas }, contentBlockIndex) => [
        ...(start === null ? [] : [eventFrame("contentBlockStart", { contentBlockIndex, start })]),
        ...deltas.map((delta) => eventFrame("contentBlockDelta", { contentBlockIndex, delta })),
        eventFrame("contentBlockStop", { contentBlockIndex }),
      ]),
      eventFrame("messageStop", { stopReason: stopOf(completion) }),
      eventFrame("metadata", { usage: usageOf(completion, question), metrics: { latencyMs: 1 } }),
    ];
  },
  errorEvent: () => exception("throttlingException", 429),
  brokenEvent: frame({ kind: "event", name: "contentBlockDelta", payload: '{"contentBlockIndex":0,"del' }),
};

/** The event that breaks a stream off. */
export function exception(name: string, status: number): string {
  const { message } = simulatedFailure(status);
  return frame({ kind: "exception", name, payload: JSON.stringify({ message }) });
}

interface Block {
  readonly whole: object;
  /** Only tools are begun by an event of their own. */
  readonly start: object | null;
  readonly deltas: readonly object[];
}

function blocksOf({ id, choices }: Completion, { body }: Question): readonly Block[] {
  const [choice] = choices;
  return [
    ...(isThinking(body) ? [THOUGHT_BLOCK] : []),
    ...(choice === undefined || choice.pieces.length === 0 ? [] : [textBlock(choice.pieces)]),
    ...(choice?.toolCall ? [toolBlock(callId(id, 0).replace("call_", "tooluse_"), choice.toolCall)] : []),
  ];
}

function textBlock(pieces: readonly string[]): Block {
  return { whole: { text: pieces.join("") }, start: null, deltas: pieces.map((text) => ({ text })) };
}

function toolBlock(toolUseId: string, { name, pieces }: NonNullable<Choice["toolCall"]>): Block {
  return {
    whole: { toolUse: { toolUseId, name, input: JSON.parse(pieces.join("")) as unknown } },
    start: { toolUse: { toolUseId, name } },
    deltas: pieces.map((input) => ({ toolUse: { input } })),
  };
}

const THOUGHT = "The question is plain. I answer it in a few words.";
const SIGNATURE = "c2ltdWxhdGVkLWNvbnZlcnNl";
const THOUGHT_BLOCK: Block = {
  whole: { reasoningContent: { reasoningText: { text: THOUGHT, signature: SIGNATURE } } },
  start: null,
  deltas: [
    ...piecesOf(THOUGHT).map((text) => ({ reasoningContent: { text } })),
    { reasoningContent: { signature: SIGNATURE } },
  ],
};

function isThinking(body: JsonObject): boolean {
  const { type } = objectOf(objectOf(body["additionalModelRequestFields"])["thinking"]);
  return type === "enabled" || type === "adaptive";
}

const STOP_REASONS: Readonly<Record<Choice["finishReason"], string>> = {
  stop: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "guardrail_intervened",
};

function stopOf({ choices }: Completion): string {
  return STOP_REASONS[choices[0]?.finishReason ?? "stop"];
}

/** With a mark in the request half of the input is read from the cache and a quarter is written to it, beside the rest. */
function usageOf({ usage }: Completion, { body }: Question): object {
  const written = hasCachePoint(body) ? Math.floor(usage.promptTokens / 4) : 0;
  const outputTokens = usage.completionTokens + (isThinking(body) ? piecesOf(THOUGHT).length : 0);
  return {
    inputTokens: usage.promptTokens - 3 * written,
    outputTokens,
    totalTokens: usage.promptTokens + outputTokens,
    cacheReadInputTokens: 2 * written,
    cacheWriteInputTokens: written,
  };
}
