import type { LanguageModelV4FinishReason, LanguageModelV4Usage } from "@ai-sdk/provider";
import type { Block, BlockEvent, CallBlock, ThoughtBlock } from "./blocks.ts";
import { argumentsOf, customInput, type End, isRefusal, type Teller, type Telling, type Told } from "./told.ts";

export const TOLD_IN_CHAT: Told = { whole, teller: (about) => new ChatTeller(about) };

function whole(blocks: readonly Block[], { finish, usage }: End, about: Telling): object {
  const { id, model, created } = about.head;
  const text = joined(blocks, "text");
  const thoughts = blocks.filter((block) => block.kind === "thought");
  const calls = blocks.filter((block) => block.kind === "call");
  const refuses = isRefusal(finish);
  const message = {
    role: "assistant",
    content: refuses || text === "" ? null : text,
    refusal: refuses ? text : null,
    ...(thoughts.length === 0
      ? {}
      : { reasoning_content: joined(blocks, "thought"), thinking_blocks: thoughts.flatMap(thinkingBlock) }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => callOf(call, about)) }),
  };
  const finish_reason = refuses ? "stop" : finishOf(finish);
  return {
    id,
    object: "chat.completion",
    created,
    model,
    choices: [{ index: 0, message, finish_reason, logprobs: null }],
    usage: usageOf(usage),
  };
}

function joined(blocks: readonly Block[], kind: "text" | "thought"): string {
  return blocks.map((block) => (block.kind !== "call" && block.kind === kind ? block.text : "")).join("");
}

/** As LiteLLM's clients know them, and send them back. */
function thinkingBlock({ text, signature, sealed }: ThoughtBlock): readonly object[] {
  if (sealed !== null) return [{ type: "redacted_thinking", data: sealed }];
  return signature === null ? [] : [{ type: "thinking", thinking: text, signature }];
}

function callOf({ id, name, input, signature }: CallBlock, { tools }: Telling): object {
  const tool = tools.get(name);
  return tool?.isCustom === true
    ? { id, type: "custom", custom: { name: tool.name, input: customInput(input) }, ...signedWith(signature) }
    : { id, type: "function", function: { name, arguments: argumentsOf(input) }, ...signedWith(signature) };
}

/** Where Google itself puts it in this format: clients that know Gemini send it back. */
function signedWith(signature: string | null): object {
  return signature === null ? {} : { extra_content: { google: { thought_signature: signature } } };
}

function finishOf({ unified }: LanguageModelV4FinishReason): string {
  switch (unified) {
    case "tool-calls":
      return "tool_calls";
    case "content-filter":
      return "content_filter";
    case "length":
      return "length";
    case "stop":
    case "error":
    case "interrupted":
    case "other":
      return "stop";
  }
}

function usageOf({ inputTokens, outputTokens }: LanguageModelV4Usage): object | null {
  if (inputTokens.total === undefined && outputTokens.total === undefined) return null;
  const input = inputTokens.total ?? 0;
  const output = outputTokens.total ?? 0;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: {
      cached_tokens: inputTokens.cacheRead ?? 0,
      cache_write_tokens: inputTokens.cacheWrite ?? 0,
    },
    completion_tokens_details: { reasoning_tokens: outputTokens.reasoning ?? 0 },
  };
}

class ChatTeller implements Teller {
  readonly #about: Telling;
  #calls = -1;

  constructor(about: Telling) {
    this.#about = about;
  }

  begin(): string {
    return this.#said({ role: "assistant", content: "" });
  }

  block(event: BlockEvent): string {
    const { block } = event;
    if (block.kind === "call") return this.#call(event, block);
    if (event.type === "piece")
      return this.#said(block.kind === "text" ? { content: event.text } : { reasoning_content: event.text });
    const blocks = event.type === "end" && block.kind === "thought" ? thinkingBlock({ ...block, text: "" }) : [];
    return blocks.length === 0 ? "" : this.#said({ thinking_blocks: blocks });
  }

  end({ finish, usage }: End): string {
    const finished = this.#chunk({ choices: [{ index: 0, delta: {}, finish_reason: finishOf(finish) }] });
    const counted = usageOf(usage);
    const told = this.#about.wantsUsage && counted !== null ? this.#chunk({ choices: [], usage: counted }) : "";
    return `${finished}${told}data: [DONE]\n\n`;
  }

  /** A custom tool's call is said at once: what it is called with stands within JSON until then. */
  #call(event: BlockEvent, { id, name, input, signature }: CallBlock): string {
    const signed = signedWith(signature);
    const index = event.type === "begin" ? (this.#calls += 1) : this.#calls;
    const tool = this.#about.tools.get(name);
    if (tool?.isCustom === true) {
      const custom = { name: tool.name, input: customInput(input) };
      return event.type === "end" ? this.#said({ tool_calls: [{ index, id, type: "custom", custom, ...signed }] }) : "";
    }
    if (event.type === "begin")
      return this.#said({
        tool_calls: [{ index, id, type: "function", function: { name, arguments: "" }, ...signed }],
      });
    const text = event.type === "piece" ? event.text : input.trim() === "" ? "{}" : "";
    return text === "" ? "" : this.#said({ tool_calls: [{ index, function: { arguments: text } }] });
  }

  #said(delta: object): string {
    return this.#chunk({ choices: [{ index: 0, delta, finish_reason: null }] });
  }

  #chunk(rest: object): string {
    const { id, created, model } = this.#about.head;
    return `data: ${JSON.stringify({ id, object: "chat.completion.chunk", created, model, ...rest })}\n\n`;
  }
}
