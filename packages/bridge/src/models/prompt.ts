import type { LanguageModelV4Message, LanguageModelV4Prompt, LanguageModelV4ToolCallPart } from "@ai-sdk/provider";
import { isObject } from "@understudy/apis";
import type { Notes } from "../asked/asked.ts";

type Assistant = Extract<LanguageModelV4Message, { role: "assistant" }>;

/** The prompt with the assistant's parts looked at again; a turn that is left with none is left out. */
export function withAssistants(
  prompt: LanguageModelV4Prompt,
  change: (part: Assistant["content"][number]) => Assistant["content"],
): LanguageModelV4Prompt {
  return prompt.flatMap((message): LanguageModelV4Prompt => {
    if (message.role !== "assistant") return [message];
    const content = message.content.flatMap(change);
    return content.length === 0 ? [] : [{ ...message, content }];
  });
}

/** For models that cannot read what another thought. */
export function withoutThoughts(prompt: LanguageModelV4Prompt, notes: Notes): LanguageModelV4Prompt {
  return withAssistants(prompt, (part) => {
    if (part.type !== "reasoning") return [part];
    notes.dropped("thoughts", "what another model thought is not carried");
    return [];
  });
}

/** Instructions among the turns go to the front, for models that know them nowhere else. */
export function withInstructionsFirst(prompt: LanguageModelV4Prompt, notes: Notes): LanguageModelV4Prompt {
  const first = prompt.findIndex(({ role }) => role !== "system");
  const isLate = first !== -1 && prompt.slice(first).some(({ role }) => role === "system");
  if (!isLate) return prompt;
  notes.set("messages", "instructions among the turns are put first");
  return [...prompt.filter(({ role }) => role === "system"), ...prompt.filter(({ role }) => role !== "system")];
}

/** Notes that marks of what to cache say nothing to this model. */
export function noteCacheMarks(prompt: LanguageModelV4Prompt, notes: Notes): void {
  const marked = prompt.some((message) =>
    [message, ...(typeof message.content === "string" ? [] : message.content)].some(
      ({ providerOptions }) => providerOptions?.["anthropic"]?.["cacheControl"] !== undefined,
    ),
  );
  if (marked) notes.dropped("cache_control", "the model's provider decides itself what it caches");
}

/** Arguments that are no object, as those of a call that was cut short, are given under a name of ours. */
export function withObjectInput(part: LanguageModelV4ToolCallPart, notes: Notes): LanguageModelV4ToolCallPart {
  if (isObject(part.input)) return part;
  notes.set("tool_calls", "arguments that are no JSON object are sent as `input`");
  return { ...part, input: { input: part.input } };
}
