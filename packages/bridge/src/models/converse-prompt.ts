import type { LanguageModelV4Prompt, LanguageModelV4ToolResultPart, SharedV4ProviderOptions } from "@ai-sdk/provider";
import { isObject } from "@understudy/apis";
import { CannotCarryError, type Notes } from "../asked/asked.ts";
import { isSigned, withFitId } from "./anthropic.ts";
import { noteCacheMarks, withAssistants, withInstructionsFirst, withObjectInput, withoutThoughts } from "./prompt.ts";

/** By its own name, its profile's, or the `base_model` that is written for an address that does not tell. */
export function isClaude(model: string): boolean {
  return /anthropic|claude/.test(model);
}

export function isNova(model: string): boolean {
  return model.includes("amazon.nova");
}

/** The names of the tools that the history has calls or results of. */
export function toolsCalledIn(prompt: LanguageModelV4Prompt): readonly string[] {
  return [...new Set(partsOf(prompt).flatMap((part) => ("toolName" in part ? [part.toolName] : [])))];
}

type Message = LanguageModelV4Prompt[number];
type Part = Exclude<Message, { role: "system" }>["content"][number];

function partsOf(prompt: LanguageModelV4Prompt): readonly Part[] {
  return prompt.flatMap((message): readonly Part[] => (message.role === "system" ? [] : message.content));
}

/** The prompt as Converse takes it, with Anthropic's marks and signatures where it looks for them. */
export function conversePrompt(prompt: LanguageModelV4Prompt, model: string, notes: Notes): LanguageModelV4Prompt {
  refuseAddresses(prompt);
  const ordered = withInstructionsFirst(prompt, notes);
  const thought = isClaude(model) ? withItsThoughts(ordered, notes) : withoutThoughts(ordered, notes);
  const called = withAssistants(thought, (part) =>
    part.type === "tool-call" ? [withFitId(withObjectInput(part, notes))] : [part],
  );
  if (!isClaude(model) && !isNova(model)) noteCacheMarks(prompt, notes);
  return called.map((message) => respoken(message, model));
}

function refuseAddresses(prompt: LanguageModelV4Prompt): void {
  const ofResults = partsOf(prompt).flatMap((part) =>
    part.type === "tool-result" && part.output.type === "content" ? part.output.value : [],
  );
  const isElsewhere = [...partsOf(prompt), ...ofResults].some(
    (part) => part.type === "file" && part.data.type === "url" && part.data.url.protocol !== "s3:",
  );
  if (isElsewhere)
    throw new CannotCarryError("messages", "Bedrock fetches no files; send this one itself, as a `data:` address");
}

function withItsThoughts(prompt: LanguageModelV4Prompt, notes: Notes): LanguageModelV4Prompt {
  return withAssistants(prompt, (part) => {
    if (part.type !== "reasoning" || isSigned(part.providerOptions)) return [part];
    notes.dropped("thinking", "a thought without Anthropic's signature is not its model's");
    return [];
  });
}

/** Message and parts with their options under the name that the package reads. */
function respoken(message: Message, model: string): Message {
  const { providerOptions, ...whole } = message;
  const said = { ...whole, ...optionsOf(providerOptions, model) };
  if (said.role === "system") return said;
  const content = said.content.map(({ providerOptions: options, ...part }) => {
    const fit = part.type === "tool-result" ? withFitId(part as LanguageModelV4ToolResultPart) : part;
    return { ...fit, ...optionsOf(options, model) };
  });
  return { ...said, content } as Message;
}

function optionsOf(
  given: SharedV4ProviderOptions | undefined,
  model: string,
): { readonly providerOptions?: SharedV4ProviderOptions } {
  const { cacheControl, signature, redactedData } = given?.["anthropic"] ?? {};
  const takesMarks = isClaude(model) || isNova(model);
  const amazonBedrock = {
    ...(isObject(cacheControl) && takesMarks ? { cachePoint: cachePointOf(cacheControl, model) } : {}),
    ...(typeof signature === "string" && signature !== "" ? { signature } : {}),
    ...(typeof redactedData === "string" && redactedData !== "" ? { redactedContent: redactedData } : {}),
  };
  return Object.keys(amazonBedrock).length === 0 ? {} : { providerOptions: { amazonBedrock } };
}

/** Only Claude's caches can be told how long they are to last. */
export function cachePointOf(
  { ttl }: Readonly<Record<string, unknown>>,
  model: string,
): { readonly type: "default"; readonly ttl?: string } {
  return { type: "default", ...(typeof ttl === "string" && isClaude(model) ? { ttl } : {}) };
}
