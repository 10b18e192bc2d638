import type { LanguageModelV4FinishReason, LanguageModelV4Usage } from "@ai-sdk/provider";
import { parseJson } from "@understudy/apis";
import { marked } from "../asked/thought-signature.ts";
import type { Block, BlockEvent } from "./blocks.ts";
import { argumentsOf, type End, type Teller, type Telling, type Told } from "./told.ts";

export const TOLD_IN_MESSAGES: Told = { whole, teller: (about) => new MessagesTeller(about) };

function whole(blocks: readonly Block[], { finish, usage }: End, { head }: Telling): object {
  return {
    ...headOf(head),
    content: blocks.flatMap(signedFirst).map(wholeBlock),
    ...stopOf(finish),
    usage: usageOf(usage),
  };
}

function headOf({ id, model }: Telling["head"]): object {
  return { id, type: "message", role: "assistant", model };
}

/** A call's signature comes as an empty thought before it: clients send thoughts back as they came. */
function signedFirst(block: Block): readonly Block[] {
  if (block.kind !== "call" || block.signature === null) return [block];
  return [{ kind: "thought", text: "", signature: marked(block.signature), sealed: null }, block];
}

function wholeBlock(block: Block): object {
  switch (block.kind) {
    case "text":
      return { type: "text", text: block.text };
    case "thought":
      return block.sealed === null
        ? { type: "thinking", thinking: block.text, signature: block.signature ?? "" }
        : { type: "redacted_thinking", data: block.sealed };
    case "call":
      return { type: "tool_use", id: block.id, name: block.name, input: objectOf(block.input) };
  }
}

/** Arguments that are no JSON stay what they are: an empty object would have the client call the tool with nothing. */
function objectOf(input: string): unknown {
  return parseJson(argumentsOf(input)) ?? input;
}

/** How a block stands in the event that begins it; a sealed thought comes whole. */
function begunBlock(block: Block): object {
  switch (block.kind) {
    case "text":
      return { type: "text", text: "" };
    case "thought":
      return block.sealed === null
        ? { type: "thinking", thinking: "", signature: "" }
        : { type: "redacted_thinking", data: block.sealed };
    case "call":
      return { type: "tool_use", id: block.id, name: block.name, input: {} };
  }
}

function deltaOf(kind: Block["kind"], text: string): object {
  switch (kind) {
    case "text":
      return { type: "text_delta", text };
    case "thought":
      return { type: "thinking_delta", thinking: text };
    case "call":
      return { type: "input_json_delta", partial_json: text };
  }
}

function stopOf(finish: LanguageModelV4FinishReason): object {
  return { stop_reason: reasonOf(finish), stop_sequence: null };
}

function reasonOf({ unified, raw }: LanguageModelV4FinishReason): string {
  switch (unified) {
    case "length":
      return "max_tokens";
    case "tool-calls":
      return "tool_use";
    case "content-filter":
      return "refusal";
    case "stop":
    case "error":
    case "interrupted":
    case "other":
      return raw === "pause_turn" || raw === "stop_sequence" ? raw : "end_turn";
  }
}

/** What the caches have to do with stands beside the rest of the input. */
function usageOf({ inputTokens, outputTokens }: LanguageModelV4Usage): object {
  const {
    total = 0,
    cacheRead = 0,
    cacheWrite = 0,
    noCache = Math.max(0, total - cacheRead - cacheWrite),
  } = inputTokens;
  const { reasoning } = outputTokens;
  return {
    input_tokens: noCache,
    cache_read_input_tokens: cacheRead,
    cache_creation_input_tokens: cacheWrite,
    output_tokens: outputTokens.total ?? 0,
    ...(reasoning === undefined ? {} : { output_tokens_details: { thinking_tokens: reasoning } }),
  };
}

const NOT_YET = { input_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0, output_tokens: 0 };

class MessagesTeller implements Teller {
  readonly #about: Telling;
  #index = -1;

  constructor(about: Telling) {
    this.#about = about;
  }

  begin(): string {
    const begun = { content: [], stop_reason: null, stop_sequence: null, usage: NOT_YET };
    return event("message_start", { message: { ...headOf(this.#about.head), ...begun } });
  }

  block(told: BlockEvent): string {
    const [first, second] = signedFirst(told.block);
    if (told.type !== "begin" || first === undefined || second === undefined) return this.#told(told);
    return this.#told({ type: "begin", block: first }) + this.#told({ type: "end", block: first }) + this.#told(told);
  }

  #told(told: BlockEvent): string {
    const { block } = told;
    if (told.type === "begin") {
      this.#index += 1;
      return event("content_block_start", { index: this.#index, content_block: begunBlock(block) });
    }
    const index = this.#index;
    if (told.type === "piece") return event("content_block_delta", { index, delta: deltaOf(block.kind, told.text) });
    const { signature } = block.kind === "thought" ? block : { signature: null };
    const signed =
      signature === null ? "" : event("content_block_delta", { index, delta: { type: "signature_delta", signature } });
    return `${signed}${event("content_block_stop", { index })}`;
  }

  end({ finish, usage }: End): string {
    return `${event("message_delta", { delta: stopOf(finish), usage: usageOf(usage) })}${event("message_stop")}`;
  }
}

function event(type: string, rest: object = {}): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
}
