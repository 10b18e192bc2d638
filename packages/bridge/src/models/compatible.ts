import type { LanguageModelV4CallOptions } from "@ai-sdk/provider";
import { installed, type ModelPackage, NOWHERE } from "./model.ts";
import { noteOpenaiOnly } from "./anthropic.ts";
import { noteCacheMarks, withoutThoughts } from "./prompt.ts";

/** Under this name of a provider, options go into the body as they are. */
const NAME = "compatible";

/** OpenAI's chat, as all compatible servers know it. */
export const COMPATIBLE: ModelPackage = {
  async load(model, fetch, { takesSchemas, streamsUsage, cap }) {
    const { createOpenAICompatible } = await installed(
      "@ai-sdk/openai-compatible",
      import("@ai-sdk/openai-compatible"),
    );
    return createOpenAICompatible({
      ...NOWHERE,
      name: NAME,
      fetch,
      includeUsage: streamsUsage,
      supportsStructuredOutputs: takesSchemas,
      transformRequestBody: ({ max_tokens, ...body }) =>
        max_tokens === undefined ? body : { ...body, [cap]: max_tokens as number },
    }).chatModel(model);
  },
  fitted({ options }, notes): LanguageModelV4CallOptions {
    const given = options.providerOptions?.["openai"] ?? {};
    noteOpenaiOnly(given, notes);
    noteCacheMarks(options.prompt, notes);
    const parallel = given["parallelToolCalls"];
    const own = typeof parallel === "boolean" ? { parallel_tool_calls: parallel } : {};
    return { ...options, prompt: withoutThoughts(options.prompt, notes), providerOptions: { [NAME]: own } };
  },
  written: (body) => body,
};
