import type { Answer, ToolCall } from "@understudy/contracts";
import { isObject, textOrNull, type WireObject } from "../wire.ts";

/** One content block of an answer, whole or as far as it was heard. */
export interface HeardBlock {
  readonly type: string;
  /** Of a text block its text; of a tool's its arguments as JSON text, empty where they are `input`. */
  readonly text: string;
  readonly name: string;
  readonly input: unknown;
}

/** Why the model stopped; all null until it has. */
export interface Stop {
  readonly reason: string | null;
  readonly details: unknown;
}

const FINISHES: ReadonlyMap<string, string> = new Map([
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "length"],
  ["tool_use", "tool_calls"],
  ["refusal", "content_filter"],
]);

/**
 * What the blocks say together. Thinking is no text, and tools that ran at the provider are no calls. What came before a
 * refusal is dropped, as the format asks of its readers.
 */
export function answerOf(blocks: readonly HeardBlock[], { reason, details }: Stop): Answer {
  const finish_reason = reason === null ? null : (FINISHES.get(reason) ?? reason);
  if (reason === "refusal") {
    return { text: null, refusal: explanationIn(details), tool_calls: [], finish_reason, choices: 1 };
  }
  const text = blocks.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("");
  const tool_calls = blocks.filter(({ type }) => type === "tool_use").map(toolCall);
  // A model that stops without a block has said nothing on purpose.
  const isUnsaid = text === "" && (tool_calls.length > 0 || reason === null);
  return { text: isUnsaid ? null : text, refusal: null, tool_calls, finish_reason, choices: 1 };
}

function toolCall({ name, text, input }: HeardBlock): ToolCall {
  return { name, arguments: text.trim() === "" ? inputText(input) : text };
}

/** The arguments of a `tool_use` block as JSON text. */
export function inputText(input: unknown): string {
  return JSON.stringify(input ?? {});
}

function explanationIn(details: unknown): string | null {
  return isObject(details) ? textOrNull(details["explanation"]) : null;
}

/** Where a message or its delta says why the model stopped. */
export function stopIn(said: WireObject): Stop {
  return { reason: textOrNull(said["stop_reason"]), details: said["stop_details"] };
}
