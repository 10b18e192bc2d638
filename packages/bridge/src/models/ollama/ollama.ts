import type { JSONObject, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { WireObject } from "@understudy/apis";
import { isGiven, type Notes } from "../../asked/asked.ts";
import { noteOpenaiOnly } from "../anthropic.ts";
import type { ModelPackage } from "../model.ts";
import { noteCacheMarks, withAssistants, withObjectInput, withoutThoughts } from "../prompt.ts";
import { createOllama } from "./ollama-model.ts";

/** Ollama's own `/api/chat`. Written here: the packages for it want the whole of the AI SDK beside them, which sends by itself. */
export const OLLAMA: ModelPackage = {
  load: (model, fetch) => Promise.resolve(createOllama(model, fetch)),
  fitted({ options }, notes, { model, settings }) {
    noteOpenaiOnly(options.providerOptions?.["openai"] ?? {}, notes);
    noteCacheMarks(options.prompt, notes);
    noteOneByOne(options, notes);
    const prompt = withAssistants(withoutThoughts(options.prompt, notes), (part) =>
      part.type === "tool-call" ? [withObjectInput(part, notes)] : [part],
    );
    const ollama = { ...ownIn(settings), ...thinkOf(options, model, settings) };
    return { ...options, ...toolsOf(options, notes), prompt, providerOptions: { ollama } };
  },
  written: (body) => body,
};

/** What stands beside `options`, and what in it. */
const BESIDE = ["keep_alive"] as const;
const OPTIONS = [
  "num_ctx",
  "num_predict",
  "num_gpu",
  "num_thread",
  "num_batch",
  "num_keep",
  "main_gpu",
  "use_mmap",
  "mirostat",
  "mirostat_eta",
  "mirostat_tau",
  "repeat_last_n",
  "repeat_penalty",
  "tfs_z",
  "typical_p",
  "min_p",
  "penalize_newline",
] as const;

function ownIn(settings: WireObject): JSONObject {
  const given = (names: readonly string[]) =>
    Object.fromEntries(names.filter((name) => isGiven(settings[name])).map((name) => [name, settings[name]]));
  return { ...given(BESIDE), options: given(OPTIONS) } as JSONObject;
}

/** Of all models only `gpt-oss` takes an effort, in three steps; the others think, or do not. What the client asks goes before `think`. */
function thinkOf({ reasoning }: LanguageModelV4CallOptions, model: string, { think }: WireObject): JSONObject {
  if (reasoning === undefined || reasoning === "provider-default")
    return typeof think === "boolean" || typeof think === "string" ? { think } : {};
  if (reasoning === "none") return { think: false };
  if (!model.includes("gpt-oss")) return { think: true };
  const step = reasoning === "minimal" ? "low" : reasoning === "xhigh" || reasoning === "max" ? "high" : reasoning;
  return { think: step };
}

/** Ollama knows no choice: where none is to be called, or one, the others are not offered. */
function toolsOf({ tools, toolChoice }: LanguageModelV4CallOptions, notes: Notes): Partial<LanguageModelV4CallOptions> {
  if (toolChoice?.type === "none") return { tools: [] };
  if (toolChoice?.type !== "tool" && toolChoice?.type !== "required") return {};
  notes.dropped("tool_choice", "Ollama lets its model choose, and it may call none");
  const named = toolChoice.type === "tool" ? toolChoice.toolName : null;
  return named === null ? {} : { tools: tools?.filter(({ name }) => name === named) ?? [] };
}

function noteOneByOne({ providerOptions }: LanguageModelV4CallOptions, notes: Notes): void {
  const { anthropic, openai } = providerOptions ?? {};
  if (anthropic?.["disableParallelToolUse"] === true || openai?.["parallelToolCalls"] === false)
    notes.dropped("parallel_tool_calls", "Ollama's models may call several tools at once, and cannot be told not to");
}
