import type { LanguageModelV4CallOptions } from "@ai-sdk/provider";
import { installed, type ModelPackage, NOWHERE } from "./model.ts";
import { noteCacheMarks, withoutThoughts } from "./prompt.ts";

/** OpenAI's Responses: the one API in which its newer models take tools and think. Nothing is kept there. */
export const OPENAI: ModelPackage = {
  async load(model, fetch) {
    const { createOpenAI } = await installed("@ai-sdk/openai", import("@ai-sdk/openai"));
    return createOpenAI({ ...NOWHERE, fetch }).responses(model);
  },
  fitted({ options }, notes): LanguageModelV4CallOptions {
    noteCacheMarks(options.prompt, notes);
    const openai = { ...options.providerOptions?.["openai"], store: false };
    return { ...options, prompt: withoutThoughts(options.prompt, notes), providerOptions: { openai } };
  },
  written: (body) => body,
};
