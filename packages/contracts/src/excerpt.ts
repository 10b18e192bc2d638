import type { ToolCall } from "./answer.ts";

/** What a list shows of a pair while its texts are kept: a line or two each, with all white space made one blank. */
export interface Excerpt {
  /** The user's last words. */
  readonly prompt: string;
  /** Of each answer, where the two begin to differ; null where there is none. */
  readonly primary: string | null;
  readonly silent: string | null;
  /** Why they differ, in words, with what stands there: `JSON: /amount 310.5 ≠ 310.51`, the primary's first. */
  readonly said: string;
}

/** One turn of a conversation as a person reads it. */
export interface ShownTurn {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly text: string;
  /** Characters at its end that are not shown. */
  readonly left_out: number;
  /** What is no text: `image_url`. */
  readonly others: readonly string[];
  readonly tool_calls: readonly ToolCall[];
}

/** What a request asks, as a person reads it, whatever its API. */
export interface ShownConversation {
  readonly turns: readonly ShownTurn[];
  /** Turns between the first and the last that are not shown. */
  readonly turns_left_out: number;
  /** Tools on offer, with the defaults of their arguments. */
  readonly tools: readonly { readonly name: string; readonly defaults: Readonly<Record<string, unknown>> }[];
  /** Whether the answer is to be JSON, and of a schema. */
  readonly wants: "json" | "schema" | null;
}
