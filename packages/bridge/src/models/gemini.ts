import type {
  JSONObject,
  LanguageModelV4CallOptions,
  LanguageModelV4FilePart,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultPart,
} from "@ai-sdk/provider";
import { isObject, numberOrNull, type WireObject } from "@understudy/apis";
import { CannotCarryError, type Notes } from "../asked/asked.ts";
import { signatureIn, signedBy } from "../asked/thought-signature.ts";
import { noteOpenaiOnly } from "./anthropic.ts";
import { type Addressee, installed, type ModelPackage, NOWHERE } from "./model.ts";
import { noteCacheMarks, withAssistants, withInstructionsFirst, withObjectInput } from "./prompt.ts";

/** Google's generateContent. */
export const GEMINI: ModelPackage = {
  async load(model, fetch, { isVertex }) {
    const { createGoogle } = await installed("@ai-sdk/google", import("@ai-sdk/google"));
    return createGoogle({ ...NOWHERE, fetch, ...(isVertex ? { name: "google.vertex.chat" } : {}) }).languageModel(
      model,
    );
  },
  fitted({ options }, notes, to) {
    noteOpenaiOnly(options.providerOptions?.["openai"] ?? {}, notes);
    noteCacheMarks(options.prompt, notes);
    noteOneByOne(options, notes);
    const google = { ...thinkingOf(options, to), ...safetyIn(to.settings) };
    return { ...options, prompt: fittedPrompt(options.prompt, notes), providerOptions: { google } };
  },
  // The package warns of it too, at length, and as of something lost.
  written(body, _asked, notes) {
    if (JSON.stringify(body["contents"] ?? null).includes(`"thoughtSignature":"${NOT_SIGNED}"`))
      notes.set(
        "request",
        "calls of tools that another model made are sent with Google's word for a signature that is missing",
      );
    return body;
  },
};

const NOT_SIGNED = "skip_thought_signature_validator";

function noteOneByOne({ providerOptions }: LanguageModelV4CallOptions, notes: Notes): void {
  const { anthropic, openai } = providerOptions ?? {};
  if (anthropic?.["disableParallelToolUse"] === true || openai?.["parallelToolCalls"] === false)
    notes.dropped("parallel_tool_calls", "Gemini may call several tools at once, and cannot be told not to");
}

/** Older models are told how many tokens to think with; newer ones how hard to think, which the package does. */
const COUNTS_TOKENS = /gemini-(?:[12][.-]|robotics)/;

/** Who asks for thoughts gets to see them. */
function thinkingOf({ reasoning, providerOptions }: LanguageModelV4CallOptions, { model }: Addressee): JSONObject {
  if (reasoning === undefined || reasoning === "none") return {};
  const asked = providerOptions?.["anthropic"]?.["thinking"];
  const budget = isObject(asked) && COUNTS_TOKENS.test(model) ? numberOrNull(asked["budgetTokens"]) : null;
  return { thinkingConfig: { includeThoughts: true, ...(budget === null ? {} : { thinkingBudget: budget }) } };
}

/** `safety_settings`, as LiteLLM has it: Google's own list. */
function safetyIn({ safety_settings: settings }: WireObject): JSONObject {
  return Array.isArray(settings) ? { safetySettings: settings as JSONObject[] } : {};
}

function fittedPrompt(prompt: LanguageModelV4Prompt, notes: Notes): LanguageModelV4Prompt {
  const first = withInstructionsFirst(prompt, notes);
  const fitted = withAssistants(withSignedCalls(first, notes), (part) =>
    part.type === "tool-call" ? [withObjectInput(part, notes)] : [part],
  );
  return withResultsTogether(fitted).map((message) =>
    message.role === "user"
      ? { ...message, content: message.content.map((part) => (part.type === "file" ? withFullType(part) : part)) }
      : message,
  );
}

/** A signature that came as a thought of its own is put on the call that follows. Other thoughts are not carried. */
function withSignedCalls(prompt: LanguageModelV4Prompt, notes: Notes): LanguageModelV4Prompt {
  let signature: string | null = null;
  return withAssistants(prompt, (part) => {
    if (part.type === "reasoning") {
      signature = signatureIn(part.providerOptions) ?? signature;
      if (part.text !== "") notes.dropped("thoughts", "what a model thought is not told to another call");
      return [];
    }
    if (part.type !== "tool-call" || signature === null) return [part];
    const signed = { ...part, providerOptions: signedBy(signature) };
    signature = null;
    return [signed];
  });
}

/** Calls that were made at once are answered at once: Gemini counts both. */
function withResultsTogether(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt {
  const together: LanguageModelV4Prompt = [];
  for (const message of prompt) {
    const last = together.at(-1);
    if (message.role !== "tool") together.push(message);
    else {
      const content = message.content.map((part) => (part.type === "tool-result" ? withOneText(part) : part));
      if (last?.role === "tool") together[together.length - 1] = { ...last, content: [...last.content, ...content] };
      else together.push({ ...message, content });
    }
  }
  return together;
}

/** A call has one result: older models would get one for each text of it, and none where there is only a file. */
function withOneText(part: LanguageModelV4ToolResultPart): LanguageModelV4ToolResultPart {
  if (part.output.type !== "content") return part;
  const texts = part.output.value.flatMap((piece) => (piece.type === "text" ? [piece.text] : []));
  const files = part.output.value.flatMap((piece) => (piece.type === "file" ? [withFullType(piece)] : []));
  const text = texts.length === 0 ? "The result is a file." : texts.join("\n");
  return { ...part, output: { type: "content", value: [{ type: "text", text }, ...files] } };
}

/** Endings of addresses that say of which type a file is. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ["png", "image/png"],
  ["jpg", "image/jpeg"],
  ["jpeg", "image/jpeg"],
  ["webp", "image/webp"],
  ["gif", "image/gif"],
  ["heic", "image/heic"],
  ["heif", "image/heif"],
]);

/** Google wants to know the type of a file before it fetches it. */
function withFullType<T extends Pick<LanguageModelV4FilePart, "data" | "mediaType">>(part: T): T {
  if (part.data.type !== "url" || !part.mediaType.endsWith("/*")) return part;
  const ending = /\.([a-z]{3,4})$/i.exec(part.data.url.pathname)?.[1]?.toLowerCase();
  const mediaType = ending === undefined ? undefined : TYPES.get(ending);
  if (mediaType === undefined)
    throw new CannotCarryError(
      "messages",
      "Gemini wants to be told the type of an image, and this address does not end in one; send the image itself, as a `data:` address",
    );
  return { ...part, mediaType };
}
