import type { LanguageModelV4CallOptions, LanguageModelV4ToolChoice } from "@ai-sdk/provider";
import { isObject, numberOrNull, textOrNull, type WireObject } from "@understudy/apis";
import { type Asked, CannotCarryError, effortOf, isGiven, Notes } from "./asked.ts";
import { cached } from "./cache.ts";
import { promptOfSystem, promptOfTurns } from "./messages-turns.ts";
import { samplingIn, thinkingIn, thoughtEffort } from "./settings.ts";
import { choiceAmong, type NamedTool, notOffered, schemaOf } from "./tools.ts";

/** A Messages request. Throws `CannotCarryError` for what runs or lies at Anthropic. */
export function askedInMessages(body: WireObject): Asked {
  for (const [param, why] of REFUSED) if (isGiven(body[param])) throw new CannotCarryError(param, why);
  const notes = new Notes();
  for (const param of LEFT_OUT) if (isGiven(body[param])) notes.dropped(param, "the model's API has nothing like it");
  const tools = (Array.isArray(body["tools"]) ? body["tools"].filter(isObject) : []).flatMap((tool) =>
    toolsOf(tool, notes),
  );
  const messages = Array.isArray(body["messages"]) ? body["messages"].filter(isObject) : [];
  // A silent call to a model that knows the cap by its newer name has had it renamed.
  const cap = numberOrNull(body["max_tokens"]) ?? numberOrNull(body["max_completion_tokens"]);
  const choice = isObject(body["tool_choice"]) ? body["tool_choice"] : {};
  const toolChoice = choiceAmong(tools, choiceOf(choice));
  const parallel = choice["disable_parallel_tool_use"] === true ? { parallelToolCalls: false } : {};
  return {
    options: {
      prompt: [...promptOfSystem(body["system"]), ...promptOfTurns(messages)],
      ...samplingIn(body),
      ...(cap === null ? {} : { maxOutputTokens: cap }),
      ...(tools.length === 0 ? {} : { tools: tools.map(({ tool }) => tool) }),
      ...(toolChoice === undefined ? {} : { toolChoice }),
      ...formatIn(body),
      ...reasoningIn(body, notes),
      providerOptions: { anthropic: thinkingIn(body["thinking"]), openai: parallel },
    },
    tools: new Map(tools.map(({ tool, known }) => [tool.name, known])),
    changes: notes.changes,
    hasCap: cap !== null,
    wantsUsage: true,
  };
}

const REFUSED = [
  ["mcp_servers", "the tools of these servers are called by Anthropic"],
  ["container", "it lies at Anthropic"],
  ["thread", "it lies at Anthropic"],
] as const;

const LEFT_OUT = [
  "metadata",
  "service_tier",
  "speed",
  "inference_geo",
  "context_management",
  "diagnostics",
  "fallbacks",
] as const;

function toolsOf(tool: WireObject, notes: Notes): readonly NamedTool[] {
  const { type, name, description, input_schema, strict } = tool;
  if ((type ?? "custom") !== "custom") return notOffered(type, notes);
  const given = textOrNull(description);
  const known = { name: textOrNull(name) ?? "", namespace: null, isCustom: false };
  const made: NamedTool["tool"] = {
    type: "function",
    name: known.name,
    inputSchema: schemaOf(input_schema),
    ...(given === null ? {} : { description: given }),
    ...(typeof strict === "boolean" ? { strict } : {}),
  };
  return [{ known, tool: cached(made, tool) }];
}

function choiceOf({ type, name }: WireObject): LanguageModelV4ToolChoice | undefined {
  if (type === "any") return { type: "required" };
  if (type === "tool" && typeof name === "string") return { type: "tool", toolName: name };
  return type === "auto" || type === "none" ? { type } : undefined;
}

/** `output_format` is the older place of it. */
function formatIn({ output_config, output_format }: WireObject): Pick<LanguageModelV4CallOptions, "responseFormat"> {
  const format = (isObject(output_config) ? output_config["format"] : null) ?? output_format;
  if (!isObject(format) || format["type"] !== "json_schema") return {};
  return { responseFormat: { type: "json", schema: schemaOf(format["schema"]), name: "answer" } };
}

function reasoningIn(body: WireObject, notes: Notes): Pick<LanguageModelV4CallOptions, "reasoning"> {
  const { output_config: config, thinking } = body;
  const said = effortOf(isObject(config) ? config["effort"] : null, "output_config.effort", notes);
  const effort = isObject(thinking) ? (thoughtEffort(thinking, said) ?? said) : said;
  return effort === undefined ? {} : { reasoning: effort };
}
