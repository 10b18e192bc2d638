import type {
  JSONObject,
  LanguageModelV4CallOptions,
  LanguageModelV4FunctionTool,
  SharedV4ProviderOptions,
} from "@ai-sdk/provider";
import { isObject, type WireObject } from "@understudy/apis";
import type { Notes } from "../asked/asked.ts";
import { capOf, noteOpenaiOnly, thinkingOf } from "./anthropic.ts";
import { withFailures, withMarkedTools, withTopK } from "./converse-body.ts";
import { conversePrompt, isClaude, isNova, toolsCalledIn } from "./converse-prompt.ts";
import { withBoundedFrames } from "./event-frames.ts";
import { type Addressee, installed, type ModelPackage, NOWHERE } from "./model.ts";

/** Bedrock's Converse, which all of its models speak, each with less or more of it. */
export const CONVERSE: ModelPackage = {
  async load(model, fetch) {
    const { createAmazonBedrock } = await installed("@ai-sdk/amazon-bedrock", import("@ai-sdk/amazon-bedrock"));
    // With a key it does not sign: that is done as the request leaves, over what is laid over its body.
    const provider = createAmazonBedrock({ ...NOWHERE, region: "nowhere", fetch: withBoundedFrames(fetch) });
    return provider(model, isClaude(model) ? { modelFamily: "anthropic" } : {});
  },
  fitted({ options }, notes, to) {
    noteOpenaiOnly(options.providerOptions?.["openai"] ?? {}, notes);
    const claude = isClaude(to.model);
    const { reasoning, responseFormat, topK, tools: _tools, toolChoice: _choice, ...rest } = options;
    // What the client said in Anthropic's own words is not said again in others'.
    const thinks = claude && thinkingOf(options) !== null;
    return {
      ...rest,
      ...(reasoning === undefined || thinks ? {} : { reasoning }),
      ...formatFor(responseFormat, notes),
      ...(topK !== undefined && claude ? { topK } : {}),
      ...(claude ? capOf(options) : {}),
      ...toolsFor(options, notes),
      prompt: conversePrompt(options.prompt, to.model, notes),
      providerOptions: optionsFor(options, to, notes),
    };
  },
  written(body, { options }, _notes, { model }) {
    if (isNova(model)) return withFailures(body, options.prompt);
    return isClaude(model) ? withMarkedTools(withFailures(withTopK(body), options.prompt), options.tools ?? []) : body;
  },
};

function formatFor(format: LanguageModelV4CallOptions["responseFormat"], notes: Notes) {
  if (format === undefined) return {};
  const isLoose = format.type === "json" && format.schema === undefined;
  if (isLoose) notes.dropped("response_format", "Bedrock asks for JSON by its schema alone");
  return isLoose ? {} : { responseFormat: format };
}

/** Calls in the history want their tools beside them, and there is no word for that none of them is to be called now. */
function toolsFor({ tools = [], toolChoice, prompt }: LanguageModelV4CallOptions, notes: Notes) {
  const called = toolsCalledIn(prompt);
  const given = tools.map((tool) => (tool.type === "function" ? withObjectSchema(tool) : tool));
  if (given.length === 0 && called.length === 0) return {};
  if (given.length === 0) {
    notes.set("tools", "Bedrock wants the tools that were called offered again");
    return { tools: called.map((name) => ({ type: "function" as const, name, inputSchema: ANYTHING })) };
  }
  if (toolChoice?.type === "none" && called.length > 0) {
    notes.set("tool_choice", "Bedrock has no `none`, and wants the tools that were called offered again");
    return { tools: given };
  }
  return { tools: given, ...(toolChoice === undefined ? {} : { toolChoice }) };
}

const ANYTHING: LanguageModelV4FunctionTool["inputSchema"] = { type: "object" };

function withObjectSchema(tool: LanguageModelV4FunctionTool): LanguageModelV4FunctionTool {
  return { ...tool, inputSchema: { ...ANYTHING, ...tool.inputSchema } };
}

/** What goes into the body as it is, by the names that it has there. */
const OF_CONVERSE = ["guardrailConfig", "performanceConfig"] as const;

function optionsFor(options: LanguageModelV4CallOptions, to: Addressee, notes: Notes): SharedV4ProviderOptions {
  const isOneByOne = options.providerOptions?.["openai"]?.["parallelToolCalls"] === false;
  const claude = isClaude(to.model);
  if (isOneByOne && !claude) notes.dropped("parallel_tool_calls", "on Bedrock only Claude can be told so");
  const own = OF_CONVERSE.flatMap((name) => (isObject(to.settings[name]) ? [[name, to.settings[name]] as const] : []));
  return {
    anthropic: isOneByOne && claude ? { disableParallelToolUse: true } : {},
    amazonBedrock: {
      ...(Object.fromEntries(own) as JSONObject),
      ...(claude ? thinkingFor(thinkingOf(options), notes) : {}),
      ...topKFor(options.topK, to.model, notes),
    },
  };
}

const THINKING = new Set<unknown>(["enabled", "disabled", "adaptive"]);

function thinkingFor(thinking: WireObject | null, notes: Notes): JSONObject {
  if (thinking === null) return {};
  if (THINKING.has(thinking["type"])) return { reasoningConfig: thinking as JSONObject };
  notes.dropped("thinking", "Bedrock does not know this kind of it");
  return {};
}

/** Claude's stands in the body already, and is moved to where Bedrock takes it. */
function topKFor(topK: number | undefined, model: string, notes: Notes): JSONObject {
  if (topK === undefined || isClaude(model)) return {};
  if (isNova(model)) return { additionalModelRequestFields: { inferenceConfig: { topK } } };
  notes.dropped("top_k", "Bedrock has no common name for it");
  return {};
}
