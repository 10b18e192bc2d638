import type { LanguageModelV4FinishReason, LanguageModelV4Usage } from "@ai-sdk/provider";
import { marked } from "../asked/thought-signature.ts";
import type { Block, BlockEvent, CallBlock, TextBlock, ThoughtBlock } from "./blocks.ts";
import { argumentsOf, customInput, type End, isRefusal, type Teller, type Telling, type Told } from "./told.ts";

export const TOLD_IN_RESPONSES: Told = { whole, teller: (about) => new ResponsesTeller(about) };

function whole(blocks: readonly Block[], end: End, about: Telling): object {
  const refuses = isRefusal(end.finish);
  const output = blocks.flatMap((block) => [
    ...signatureOf(block, about),
    itemOf(block, idOf(block, about), about, refuses),
  ]);
  return responseOf(about, output, end);
}

function responseOf({ head }: Telling, output: readonly object[], { finish, usage }: End): object {
  const status = finish.unified === "length" || isFiltered(finish) ? "incomplete" : "completed";
  const reason = finish.unified === "length" ? "max_output_tokens" : "content_filter";
  return {
    ...begunOf(head, status),
    incomplete_details: status === "incomplete" ? { reason } : null,
    output,
    usage: usageOf(usage),
  };
}

/** Cut off by a filter, which is no refusal of the model's. */
function isFiltered(finish: LanguageModelV4FinishReason): boolean {
  return finish.unified === "content-filter" && !isRefusal(finish);
}

function begunOf({ id, model, created }: Telling["head"], status: string) {
  return {
    id,
    object: "response",
    created_at: created,
    status,
    error: null,
    incomplete_details: null,
    model,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: null,
    store: false,
    usage: null,
  };
}

type Item = Readonly<Record<string, unknown>>;

const PREFIXES = { text: "msg", thought: "rs", call: "fc" } as const satisfies Record<Block["kind"], string>;

function idOf({ kind }: Block, { newId }: Telling): string {
  return newId(PREFIXES[kind]);
}

function itemOf(block: Block, id: string, about: Telling, refuses: boolean): Item {
  switch (block.kind) {
    case "text":
      return { type: "message", id, role: "assistant", status: "completed", content: [partOf(block, refuses)] };
    case "thought":
      return { type: "reasoning", id, summary: block.text === "" ? [] : [summaryOf(block)] };
    case "call":
      return callOf(block, id, about);
  }
}

/** What Gemini wants to see again with a call comes as an item before it, sealed as OpenAI's own are: clients send those back. */
function signatureOf(block: Block, about: Telling): readonly Item[] {
  if (block.kind !== "call" || block.signature === null) return [];
  return [{ type: "reasoning", id: about.newId("rs"), summary: [], encrypted_content: marked(block.signature) }];
}

function partOf({ text }: TextBlock, refuses: boolean): object {
  return refuses ? { type: "refusal", refusal: text } : { type: "output_text", text, annotations: [] };
}

function summaryOf({ text }: Pick<ThoughtBlock, "text">): object {
  return { type: "summary_text", text };
}

function callOf({ id: call_id, name, input }: CallBlock, id: string, { tools }: Telling): Item {
  const tool = tools.get(name);
  const names = { name: tool?.name ?? name, ...(tool?.namespace ? { namespace: tool.namespace } : {}) };
  if (tool?.isCustom === true)
    return { type: "custom_tool_call", id, call_id, ...names, input: customInput(input), status: "completed" };
  return { type: "function_call", id, call_id, ...names, arguments: argumentsOf(input), status: "completed" };
}

function usageOf({ inputTokens, outputTokens }: LanguageModelV4Usage): object | null {
  if (inputTokens.total === undefined && outputTokens.total === undefined) return null;
  const input = inputTokens.total ?? 0;
  const output = outputTokens.total ?? 0;
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: inputTokens.cacheRead ?? 0,
      cache_write_tokens: inputTokens.cacheWrite ?? 0,
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: outputTokens.reasoning ?? 0 },
    total_tokens: input + output,
  };
}

class ResponsesTeller implements Teller {
  readonly #about: Telling;
  readonly #output: Item[] = [];
  #sequence = 0;
  #id = "";

  constructor(about: Telling) {
    this.#about = about;
  }

  begin(): string {
    const response = begunOf(this.#about.head, "in_progress");
    return this.#event("response.created", { response }) + this.#event("response.in_progress", { response });
  }

  block(told: BlockEvent): string {
    const { block } = told;
    if (told.type === "begin") this.#id = idOf(block, this.#about);
    switch (block.kind) {
      case "text":
        return this.#text(told, block);
      case "thought":
        return this.#thought(told, block);
      case "call":
        return this.#call(told, block);
    }
  }

  end(end: End): string {
    const response = responseOf(this.#about, this.#output, end);
    const isIncomplete = end.finish.unified === "length" || isFiltered(end.finish);
    return this.#event(isIncomplete ? "response.incomplete" : "response.completed", { response });
  }

  #text(told: BlockEvent, block: TextBlock): string {
    const at = { ...this.#place(), content_index: 0 };
    if (told.type === "piece") return this.#event("response.output_text.delta", { ...at, delta: told.text });
    const part = partOf(block, false);
    if (told.type === "begin")
      return (
        this.#added({ status: "in_progress", content: [] }, block) +
        this.#event("response.content_part.added", { ...at, part })
      );
    const done = this.#event("response.output_text.done", { ...at, text: block.text });
    return done + this.#event("response.content_part.done", { ...at, part }) + this.#done(block);
  }

  #thought(told: BlockEvent, block: ThoughtBlock): string {
    const at = { ...this.#place(), summary_index: 0 };
    if (told.type === "piece") return this.#event("response.reasoning_summary_text.delta", { ...at, delta: told.text });
    const part = summaryOf(block);
    if (told.type === "begin")
      return (
        this.#added({ summary: [] }, block) + this.#event("response.reasoning_summary_part.added", { ...at, part })
      );
    const done = this.#event("response.reasoning_summary_text.done", { ...at, text: block.text });
    return done + this.#event("response.reasoning_summary_part.done", { ...at, part }) + this.#done(block);
  }

  /** A custom tool's text stands within JSON until it is whole. */
  #call(told: BlockEvent, block: CallBlock): string {
    const isCustom = this.#about.tools.get(block.name)?.isCustom === true;
    const begun = isCustom ? { input: "", status: "in_progress" } : { arguments: "", status: "in_progress" };
    if (told.type === "begin") return this.#signature(block) + this.#added(begun, block);
    if (isCustom) {
      const input = customInput(block.input);
      if (told.type === "piece") return "";
      const said = this.#event("response.custom_tool_call_input.delta", { ...this.#place(), delta: input });
      return (
        said + this.#event("response.custom_tool_call_input.done", { ...this.#place(), input }) + this.#done(block)
      );
    }
    const name = "response.function_call_arguments";
    if (told.type === "piece") return this.#event(`${name}.delta`, { ...this.#place(), delta: told.text });
    const args = argumentsOf(block.input);
    return this.#event(`${name}.done`, { ...this.#place(), arguments: args }) + this.#done(block);
  }

  #signature(block: CallBlock): string {
    return signatureOf(block, this.#about)
      .map((item) => {
        const added = this.#event("response.output_item.added", { output_index: this.#output.length, item });
        const done = this.#event("response.output_item.done", { output_index: this.#output.length, item });
        this.#output.push(item);
        return added + done;
      })
      .join("");
  }

  #added(begun: object, block: Block): string {
    const item = { ...itemOf(block, this.#id, this.#about, false), ...begun };
    return this.#event("response.output_item.added", { output_index: this.#output.length, item });
  }

  #done(block: Block): string {
    const item = itemOf(block, this.#id, this.#about, false);
    const told = this.#event("response.output_item.done", { output_index: this.#output.length, item });
    this.#output.push(item);
    return told;
  }

  #place(): object {
    return { item_id: this.#id, output_index: this.#output.length };
  }

  #event(type: string, rest: object): string {
    const sequence_number = this.#sequence;
    this.#sequence += 1;
    return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number, ...rest })}\n\n`;
  }
}
