import type { LanguageModelV4CallOptions, LanguageModelV4Prompt, SharedV4ProviderOptions } from "@ai-sdk/provider";
import { isObject, numberOrNull, type WireObject } from "@understudy/apis";
import { type Notes, OPENAI_ONLY } from "../asked/asked.ts";
import { installed, type ModelPackage, NOWHERE } from "./model.ts";
import { withAssistants, withInstructionsFirst, withObjectInput } from "./prompt.ts";

/** Anthropic's Messages. */
export const ANTHROPIC: ModelPackage = {
  async load(model, fetch) {
    const { createAnthropic } = await installed("@ai-sdk/anthropic", import("@ai-sdk/anthropic"));
    return createAnthropic({ ...NOWHERE, fetch }).languageModel(model);
  },
  fitted({ options }, notes) {
    noteOpenaiOnly(options.providerOptions?.["openai"] ?? {}, notes);
    const { reasoning, ...rest } = options;
    // What the client said in Anthropic's own words is not said again in others'.
    const own = thinkingOf(options) === null && reasoning !== undefined ? { reasoning } : {};
    return { ...rest, ...own, ...capOf(options), prompt: fittedPrompt(options.prompt, notes) };
  },
  written(body, { hasCap }, notes) {
    const { max_tokens: cap } = body;
    if (!hasCap) notes.set("max_tokens", `Anthropic wants one, and none was asked for: ${String(cap)}`);
    return body;
  },
};

/** Of OpenAI's alone, parallel calls and strict schemas have their own way here. */
export function noteOpenaiOnly(given: SharedV4ProviderOptions[string], notes: Notes): void {
  for (const [param, option] of OPENAI_ONLY) {
    if (given[option] !== undefined) notes.dropped(param, "only OpenAI's models know it");
  }
}

/** The package adds the tokens to think with to the cap, which for the client holds them already. */
export function capOf(options: LanguageModelV4CallOptions) {
  const { maxOutputTokens: cap } = options;
  const budget = numberOrNull(thinkingOf(options)?.["budgetTokens"]);
  return cap === undefined || budget === null || budget >= cap ? {} : { maxOutputTokens: cap - budget };
}

export function thinkingOf({ providerOptions }: LanguageModelV4CallOptions): WireObject | null {
  const thinking = providerOptions?.["anthropic"]?.["thinking"];
  return isObject(thinking) ? thinking : null;
}

const REFUSED_IN_IDS = /[^\w-]/g;

function fittedPrompt(prompt: LanguageModelV4Prompt, notes: Notes): LanguageModelV4Prompt {
  const fitted = withAssistants(withInstructionsFirst(prompt, notes), (part) => {
    if (part.type === "tool-call") return [withFitId(withObjectInput(part, notes))];
    if (part.type !== "reasoning" || isSigned(part.providerOptions)) return [part];
    notes.dropped("thoughts", "a thought without Anthropic's signature is not its model's");
    return [];
  });
  return fitted.map((message) =>
    message.role === "tool"
      ? { ...message, content: message.content.map((part) => (part.type === "tool-result" ? withFitId(part) : part)) }
      : message,
  );
}

export function withFitId<T extends { readonly toolCallId: string }>(part: T): T {
  return { ...part, toolCallId: part.toolCallId.replaceAll(REFUSED_IN_IDS, "_") };
}

export function isSigned(options: SharedV4ProviderOptions | undefined): boolean {
  const { signature, redactedData } = options?.["anthropic"] ?? {};
  return [signature, redactedData].some((proof) => typeof proof === "string" && proof !== "");
}
