import type { LanguageModelV4CallOptions, SharedV4ProviderOptions } from "@ai-sdk/provider";
import { isObject, numberOrNull, type WireObject } from "@understudy/apis";
import { type Asked, CannotCarryError, isGiven, Notes, openaiOnly } from "./asked.ts";
import { promptOfChat } from "./chat-messages.ts";
import { reasoningIn, samplingIn, thinkingIn } from "./settings.ts";
import { chosen, notOffered, openaiTool, schemaOf } from "./tools.ts";

/** A chat's request. Throws `CannotCarryError` for what no other API has and an answer would be wrong without. */
export function askedInChat(body: WireObject): Asked {
  refuse(body);
  const notes = new Notes();
  for (const param of LEFT_OUT)
    if (isGiven(body[param]) && body[param] !== false) notes.dropped(param, "the model's API has nothing like it");
  const tools = chosen(toolsIn(body, notes), body["tool_choice"], notes);
  const messages = Array.isArray(body["messages"]) ? body["messages"].filter(isObject) : [];
  const cap = numberOrNull(body["max_completion_tokens"]) ?? numberOrNull(body["max_tokens"]);
  const options = body["stream_options"];
  return {
    options: {
      prompt: promptOfChat(messages),
      ...samplingIn(body),
      ...(cap === null ? {} : { maxOutputTokens: cap }),
      ...(tools.tools.length === 0 ? {} : { tools: tools.tools }),
      ...(tools.toolChoice === undefined ? {} : { toolChoice: tools.toolChoice }),
      ...formatIn(body["response_format"]),
      ...reasoningIn(body, notes),
      providerOptions: optionsIn(body),
    },
    tools: tools.known,
    changes: notes.changes,
    hasCap: cap !== null,
    wantsUsage: isObject(options) && options["include_usage"] === true,
  };
}

/** Of little weight, and of no other API. */
const LEFT_OUT = ["logit_bias", "prediction", "reasoning", "moderation", "store", "prompt_cache_options"] as const;

function refuse(body: WireObject): void {
  if ((numberOrNull(body["n"]) ?? 1) > 1) throw new CannotCarryError("n", "it gives one answer; leave `n` out");
  if (body["logprobs"] === true) throw new CannotCarryError("logprobs", "it does not tell them; leave `logprobs` out");
  if (isGiven(body["audio"])) throw new CannotCarryError("audio", "it does not speak; ask for text");
  if (isGiven(body["functions"])) throw new CannotCarryError("functions", "write them as `tools`");
  if (isGiven(body["web_search_options"])) throw new CannotCarryError("web_search_options", SEARCHES);
}

const SEARCHES = "the search runs at the provider; leave it out, or ask a model of that provider";

function toolsIn({ tools }: WireObject, notes: Notes) {
  return (Array.isArray(tools) ? tools.filter(isObject) : []).flatMap((tool) => {
    const { type, function: called, custom } = tool;
    const of = isObject(called) ? called : custom;
    if ((type === "function" || type === "custom") && isObject(of)) return [openaiTool(tool, of, notes)];
    return notOffered(type, notes);
  });
}

function formatIn(format: unknown): Pick<LanguageModelV4CallOptions, "responseFormat"> {
  if (!isObject(format)) return {};
  if (format["type"] === "json_object") return { responseFormat: { type: "json" } };
  const { json_schema: named } = format;
  if (format["type"] !== "json_schema" || !isObject(named)) return {};
  const { name, description, schema } = named;
  return {
    responseFormat: {
      type: "json",
      schema: schemaOf(schema),
      ...(typeof name === "string" ? { name } : {}),
      ...(typeof description === "string" ? { description } : {}),
    },
  };
}

function optionsIn(body: WireObject): SharedV4ProviderOptions {
  const { parallel_tool_calls: parallel, thinking, response_format: format } = body;
  const schema = isObject(format) ? format["json_schema"] : null;
  const strict = isObject(schema) ? schema["strict"] : undefined;
  return {
    anthropic: { ...(parallel === false ? { disableParallelToolUse: true } : {}), ...thinkingIn(thinking) },
    openai: {
      ...openaiOnly(body),
      ...(typeof parallel === "boolean" ? { parallelToolCalls: parallel } : {}),
      ...(typeof strict === "boolean" ? { strictJsonSchema: strict } : {}),
    },
  };
}
