import type {
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4ToolCall,
  LanguageModelV4Usage,
} from "@ai-sdk/provider";
import { isObject, numberOrNull, textOrNull, type WireObject } from "@understudy/apis";

interface End {
  readonly finishReason: LanguageModelV4FinishReason;
  readonly usage: LanguageModelV4Usage;
}

/** The parts of a whole message, thoughts first. */
export function contentOf(message: WireObject): LanguageModelV4Content[] {
  const thought = textOrNull(message["thinking"]) ?? "";
  const text = textOrNull(message["content"]) ?? "";
  return [
    ...(thought === "" ? [] : [{ type: "reasoning" as const, text: thought }]),
    ...(text === "" ? [] : [{ type: "text" as const, text }]),
    ...callsIn(message, 0),
  ];
}

/** Older servers give calls no ids: then they are numbered. */
function callsIn({ tool_calls }: WireObject, before: number): LanguageModelV4ToolCall[] {
  const calls = Array.isArray(tool_calls) ? tool_calls.filter(isObject) : [];
  return calls.map((call, index) => {
    const called = isObject(call["function"]) ? call["function"] : {};
    const id = textOrNull(call["id"]) ?? "";
    return {
      type: "tool-call",
      toolCallId: id === "" ? `call_${before + index}` : id,
      toolName: textOrNull(called["name"]) ?? "",
      input: JSON.stringify(called["arguments"] ?? {}),
    };
  });
}

/** How it ended. A prompt that was in the cache is not counted. */
export function endOf(last: WireObject, calls: boolean): End {
  const raw = textOrNull(last["done_reason"]) ?? (last["done"] === true ? "stop" : undefined);
  const input = numberOrNull(last["prompt_eval_count"]) ?? undefined;
  const output = numberOrNull(last["eval_count"]) ?? undefined;
  return {
    finishReason: { unified: raw === "stop" && calls ? "tool-calls" : unifiedOf(raw), raw },
    usage: {
      inputTokens: { total: input, noCache: input, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total: output, text: undefined, reasoning: undefined },
    },
  };
}

function unifiedOf(raw: string | undefined): LanguageModelV4FinishReason["unified"] {
  return raw === "stop" || raw === "length" ? raw : "other";
}

type Part = LanguageModelV4StreamPart;
type Kind = "text" | "reasoning";

/** A stream's lines as parts: a text ends where a thought begins, and the reverse; calls come whole. */
export class OllamaParts {
  isOver = false;
  #isBegun = false;
  #open: { readonly kind: Kind; readonly id: string } | null = null;
  #blocks = 0;
  #calls = 0;

  *of(line: WireObject): Generator<Part, void, void> {
    if ("error" in line) {
      this.isOver = true;
      yield { type: "error", error: { message: textOrNull(line["error"]) ?? "an error without words" } };
      return;
    }
    if (!this.#isBegun) {
      const modelId = textOrNull(line["model"]);
      yield { type: "response-metadata", ...(modelId === null ? {} : { modelId }) };
      this.#isBegun = true;
    }
    const message = isObject(line["message"]) ? line["message"] : {};
    yield* this.#said("reasoning", message["thinking"]);
    yield* this.#said("text", message["content"]);
    for (const call of callsIn(message, this.#calls)) {
      this.#calls += 1;
      yield* this.#close();
      yield call;
    }
    if (line["done"] !== true) return;
    this.isOver = true;
    yield* this.#close();
    yield { type: "finish", ...endOf(line, this.#calls > 0) };
  }

  /** The last line never came. */
  *cut(): Generator<Part, void, void> {
    yield* this.#close();
    yield { type: "finish", ...endOf({}, false), finishReason: { unified: "interrupted", raw: undefined } };
  }

  *#said(kind: Kind, value: unknown): Generator<Part, void, void> {
    const delta = textOrNull(value) ?? "";
    if (delta === "") return;
    if (this.#open?.kind !== kind) {
      yield* this.#close();
      this.#open = { kind, id: String((this.#blocks += 1)) };
      yield { type: `${kind}-start`, id: this.#open.id };
    }
    yield { type: `${kind}-delta`, id: this.#open.id, delta };
  }

  *#close(): Generator<Part, void, void> {
    const open = this.#open;
    this.#open = null;
    if (open !== null) yield { type: `${open.kind}-end`, id: open.id };
  }
}
