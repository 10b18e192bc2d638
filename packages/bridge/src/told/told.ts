import type { LanguageModelV4FinishReason, LanguageModelV4Usage } from "@ai-sdk/provider";
import type { ClientTool } from "../asked/asked.ts";
import type { Block, BlockEvent } from "./blocks.ts";

/** How an answer begins. */
export interface Head {
  readonly id: string;
  /** As the provider names it. */
  readonly model: string;
  /** Epoch seconds. */
  readonly created: number;
}

export interface End {
  readonly finish: LanguageModelV4FinishReason;
  readonly usage: LanguageModelV4Usage;
}

export interface Telling {
  readonly head: Head;
  readonly tools: ReadonlyMap<string, ClientTool>;
  readonly wantsUsage: boolean;
  /** A new id: `fc_…`. */
  readonly newId: (prefix: string) => string;
}

/** Tells a stream to a client of one API: each text is one or more whole events. */
export interface Teller {
  begin(): string;
  block(event: BlockEvent): string;
  end(end: End): string;
}

/** An answer in one API, whole or as a stream. */
export interface Told {
  readonly whole: (blocks: readonly Block[], end: End, about: Telling) => object;
  readonly teller: (about: Telling) => Teller;
}

/**
 * Whether the answer came to no end of its own: a stream that was cut, a call that nobody can read, or (Google's whole answers) no
 * end at all. Its parts may look whole.
 */
export function isCut({ unified, raw }: LanguageModelV4FinishReason): boolean {
  return unified === "interrupted" || unified === "error" || (unified === "other" && raw === undefined);
}

const FULL = "model_context_window_exceeded";

/** Not every package has a word for an answer that fills what the model can hold: it is as long as it can be. */
export function endOf(finish: LanguageModelV4FinishReason, usage: LanguageModelV4Usage): End {
  return { finish: finish.raw === FULL ? { ...finish, unified: "length" } : finish, usage };
}

/** Whether the model refused, where the answer's text is its refusal: OpenAI says it so. */
export function isRefusal({ unified, raw }: LanguageModelV4FinishReason): boolean {
  return (
    unified === "content-filter" && (raw === undefined || raw === "stop" || raw === "refusal" || raw === "completed")
  );
}

/** The text that a custom tool is called with, which a function's `input` holds. */
export function customInput(input: string): string {
  try {
    const parsed: unknown = JSON.parse(input);
    const text = typeof parsed === "object" && parsed !== null ? (parsed as { input?: unknown }).input : parsed;
    return typeof text === "string" ? text : input;
  } catch {
    return input;
  }
}

/** Calls without arguments come as nothing from some. */
export function argumentsOf(input: string): string {
  return input.trim() === "" ? "{}" : input;
}
