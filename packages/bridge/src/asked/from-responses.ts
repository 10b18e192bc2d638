import type { LanguageModelV4CallOptions, SharedV4ProviderOptions } from "@ai-sdk/provider";
import { isObject, numberOrNull, textOrNull, type WireObject } from "@understudy/apis";
import { type Asked, CannotCarryError, effortOf, isGiven, Notes, openaiOnly } from "./asked.ts";
import { flatName, promptOfItems } from "./response-items.ts";
import { samplingIn } from "./settings.ts";
import { chosen, type NamedTool, notOffered, openaiTool, schemaOf } from "./tools.ts";

/** A Responses request. Throws `CannotCarryError` for what leans on what OpenAI keeps. */
export function askedInResponses(body: WireObject): Asked {
  for (const [param, why] of REFUSED) if ((body[param] ?? false) !== false) throw new CannotCarryError(param, why);
  const notes = new Notes();
  for (const param of LEFT_OUT) if (isGiven(body[param])) notes.dropped(param, "the model's API has nothing like it");
  const offered = Array.isArray(body["tools"]) ? body["tools"].filter(isObject) : [];
  const tools = chosen(
    offered.flatMap((tool) => toolsOf(tool, notes)),
    body["tool_choice"],
    notes,
  );
  const cap = numberOrNull(body["max_output_tokens"]);
  const text = isObject(body["text"]) ? body["text"] : {};
  const reasoning = isObject(body["reasoning"]) ? body["reasoning"] : {};
  const effort = effortOf(reasoning["effort"], "reasoning.effort", notes);
  return {
    options: {
      prompt: [...instructionsIn(body["instructions"]), ...promptOfItems(body["input"], notes)],
      ...samplingIn(body),
      ...(cap === null ? {} : { maxOutputTokens: cap }),
      ...(tools.tools.length === 0 ? {} : { tools: tools.tools }),
      ...(tools.toolChoice === undefined ? {} : { toolChoice: tools.toolChoice }),
      ...formatIn(text["format"]),
      ...(effort === undefined ? {} : { reasoning: effort }),
      providerOptions: optionsIn(body),
    },
    tools: tools.known,
    changes: notes.changes,
    hasCap: cap !== null,
    wantsUsage: true,
  };
}

const REFUSED = [
  ["previous_response_id", "what was said before is kept by another provider; send the whole conversation"],
  ["conversation", "it is kept by another provider; send the whole conversation"],
  ["background", "nobody keeps the answer; leave it out"],
  ["prompt", "its text is kept by another provider; send the text"],
] as const;

const LEFT_OUT = [
  "max_tool_calls",
  "top_logprobs",
  "context_management",
  "prompt_cache_options",
  "client_metadata",
  "stream_options",
  "moderation",
] as const;

function instructionsIn(instructions: unknown): LanguageModelV4CallOptions["prompt"] {
  return typeof instructions === "string" && instructions !== "" ? [{ role: "system", content: instructions }] : [];
}

/** A group of tools is each of its tools, under both names. */
function toolsOf(tool: WireObject, notes: Notes): readonly NamedTool[] {
  const { type, name, tools } = tool;
  if (type === "function" || type === "custom") return [openaiTool(tool, tool, notes)];
  if (type !== "namespace" || !Array.isArray(tools)) return notOffered(type, notes);
  const namespace = textOrNull(name) ?? "";
  notes.set("tools", "the tools of a group are offered one by one");
  return tools.filter(isObject).map((one) => {
    const { tool: plain, known } = openaiTool(one, one, notes);
    return { tool: { ...plain, name: flatName(namespace, known.name) }, known: { ...known, namespace } };
  });
}

function formatIn(format: unknown): Pick<LanguageModelV4CallOptions, "responseFormat"> {
  if (!isObject(format)) return {};
  if (format["type"] === "json_object") return { responseFormat: { type: "json" } };
  if (format["type"] !== "json_schema") return {};
  const { name, description, schema } = format;
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
  const { parallel_tool_calls: parallel, text } = body;
  return {
    anthropic: parallel === false ? { disableParallelToolUse: true } : {},
    openai: {
      ...openaiOnly({ ...body, verbosity: isObject(text) ? text["verbosity"] : null }),
      ...(typeof parallel === "boolean" ? { parallelToolCalls: parallel } : {}),
    },
  };
}
