import type { LanguageModelV4CallOptions, SharedV4ProviderOptions } from "@ai-sdk/provider";
import { isObject, numberOrNull, textOrNull, type WireObject } from "@understudy/apis";
import { type Asked, type Effort, effortOf, type Notes } from "./asked.ts";

/** What chances an answer takes and where it stops, by whichever name an API has for it. */
export function samplingIn(body: WireObject): Partial<LanguageModelV4CallOptions> {
  const stop = body["stop"] ?? body["stop_sequences"];
  const stops = (Array.isArray(stop) ? stop : [stop]).filter((text) => typeof text === "string");
  const numbers = NUMBERS.flatMap(([param, option]) => {
    const value = numberOrNull(body[param]);
    return value === null ? [] : [[option, value] as const];
  });
  return { ...Object.fromEntries(numbers), ...(stops.length === 0 ? {} : { stopSequences: stops }) };
}

const NUMBERS = [
  ["temperature", "temperature"],
  ["top_p", "topP"],
  ["top_k", "topK"],
  ["presence_penalty", "presencePenalty"],
  ["frequency_penalty", "frequencyPenalty"],
  ["seed", "seed"],
] as const;

/** As Anthropic's package knows it. */
export function thinkingIn(thinking: unknown): SharedV4ProviderOptions[string] {
  if (!isObject(thinking)) return {};
  const type = textOrNull(thinking["type"]);
  const budget = numberOrNull(thinking["budget_tokens"]);
  const display = textOrNull(thinking["display"]);
  if (type === null) return {};
  return {
    thinking: {
      type,
      ...(budget === null ? {} : { budgetTokens: budget }),
      ...(display === null ? {} : { display }),
    },
  };
}

/** LiteLLM's `thinking`, which is Anthropic's, says more than an effort. */
export function reasoningIn(body: WireObject, notes: Notes): Pick<LanguageModelV4CallOptions, "reasoning"> {
  const said = effortOf(body["reasoning_effort"], "reasoning_effort", notes);
  const effort = isObject(body["thinking"]) ? thoughtEffort(body["thinking"], said) : said;
  return effort === undefined ? {} : { reasoning: effort };
}

/** The request with what its deployment has the model think, by LiteLLM's names, where the client says nothing of it. */
export function withThinkingOf(settings: WireObject, asked: Asked, notes: Notes): Asked {
  const { providerOptions, reasoning } = asked.options;
  if (reasoning !== undefined || providerOptions?.["anthropic"]?.["thinking"] !== undefined) return asked;
  const anthropic = { ...providerOptions?.["anthropic"], ...thinkingIn(settings["thinking"]) };
  const options = {
    ...asked.options,
    ...reasoningIn(settings, notes),
    providerOptions: { ...providerOptions, anthropic },
  };
  return { ...asked, options };
}

/** Tokens that may be thought with become an effort by LiteLLM's steps. */
export function thoughtEffort({ type, budget_tokens }: WireObject, said: Effort | undefined): Effort | undefined {
  if (type === "disabled") return "none";
  const budget = numberOrNull(budget_tokens);
  if (type !== "enabled" || budget === null) return said;
  return STEPS.find(([least]) => budget >= least)?.[1] ?? "minimal";
}

const STEPS: readonly (readonly [least: number, effort: Effort])[] = [
  [10_000, "high"],
  [5_000, "medium"],
  [2_000, "low"],
];
