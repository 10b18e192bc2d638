import type { LanguageModelV4CallOptions, LanguageModelV4Prompt } from "@ai-sdk/provider";
import { isObject, type WireObject } from "@understudy/apis";
import { cachePointOf } from "./converse-prompt.ts";

/** Converse knows no `topK` where the package writes it: it is among the fields of the model's own. */
export function withTopK(body: WireObject): WireObject {
  const { inferenceConfig, additionalModelRequestFields } = body;
  if (!isObject(inferenceConfig) || inferenceConfig["topK"] === undefined) return body;
  const { topK, ...rest } = inferenceConfig;
  const fields = isObject(additionalModelRequestFields) ? additionalModelRequestFields : {};
  return { ...body, inferenceConfig: rest, additionalModelRequestFields: { ...fields, top_k: topK } };
}

/** The package writes a tool's failure like its success. */
export function withFailures(body: WireObject, prompt: LanguageModelV4Prompt): WireObject {
  const results = prompt.flatMap(({ role, content }) => (role === "tool" ? content : []));
  const failed = new Set(
    results.flatMap((part) =>
      part.type === "tool-result" && part.output.type.startsWith("error-") ? [part.toolCallId] : [],
    ),
  );
  if (failed.size === 0) return body;
  const marked = (block: unknown): unknown => {
    const result = isObject(block) ? block["toolResult"] : null;
    if (!isObject(result) || !failed.has(String(result["toolUseId"]))) return block;
    return { toolResult: { ...result, status: "error" } };
  };
  const messages = listIn(body["messages"]).map((message) => {
    return { ...message, content: Array.isArray(message["content"]) ? message["content"].map(marked) : [] };
  });
  return { ...body, messages };
}

/** A mark on a tool says that what is kept ends behind it; the package leaves it out. */
export function withMarkedTools(body: WireObject, tools: NonNullable<LanguageModelV4CallOptions["tools"]>): WireObject {
  const marks = new Map(
    tools.flatMap((tool) => {
      const mark = tool.type === "function" ? tool.providerOptions?.["anthropic"]?.["cacheControl"] : null;
      return isObject(mark) ? [[tool.name, cachePointOf(mark, "claude")] as const] : [];
    }),
  );
  const { toolConfig } = body;
  if (marks.size === 0 || !isObject(toolConfig)) return body;
  const marked = listIn(toolConfig["tools"]).flatMap((tool) => {
    const spec = tool["toolSpec"];
    const cachePoint = isObject(spec) ? marks.get(String(spec["name"])) : undefined;
    return cachePoint === undefined ? [tool] : [tool, { cachePoint }];
  });
  return { ...body, toolConfig: { ...toolConfig, tools: marked } };
}

function listIn(value: unknown): readonly WireObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
