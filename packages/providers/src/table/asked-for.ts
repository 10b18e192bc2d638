import type { Deployment } from "@understudy/config";

/** What is asked of a deployment that is neither chatted with nor embeds. All but the Responses API are not served. */
const OTHER_APIS = {
  image: "images",
  audio: "audio",
  rerank: "reranking",
  moderation: "moderation",
  video: "video",
  realtime: "realtime sessions",
  batch: "batches",
  ocr: "OCR",
  search: "search",
  responses: "the Responses API",
} as const;
type OtherApi = keyof typeof OTHER_APIS;

/** Beginnings of `model_info.mode` as LiteLLM knows them. */
const MODES: readonly (readonly [RegExp, OtherApi])[] = [
  [/^image/, "image"],
  [/^audio/, "audio"],
  [/^rerank/, "rerank"],
  [/^moderation/, "moderation"],
  [/^video/, "video"],
  [/^realtime/, "realtime"],
  [/^batch/, "batch"],
  [/^ocr/, "ocr"],
  [/^(?:vector_store|search)/, "search"],
  [/^responses/, "responses"],
];

/** What a name gives away where no mode is written. */
const NAMES: readonly (readonly [RegExp, OtherApi])[] = [
  [
    /dall-?e|gpt-image|imagen(?:\b|eration)|image-generation|stable-(?:diffusion|image)|nova-canvas|\bflux[-.]?\d|\bflux-/i,
    "image",
  ],
  [/whisper|transcribe|(?:^|[-/_])tts(?:$|[-/_])|text-to-speech/i, "audio"],
  [/rerank/i, "rerank"],
  [/moderation/i, "moderation"],
  [/(?:^|\/)(?:sora-|veo-)/i, "video"],
  [/(?:^|[-/])realtime(?:$|[-/])/i, "realtime"],
];

const EMBEDS = /(?:^|[-/_])embed(?:ding)?s?(?:$|[-/_])|(?:^|[-/])bge-|(?:^|[-/])e5-/i;

/** `azure/responses/x`: LiteLLM's way to say that the Responses API is to be asked. */
const RESPONSES_PREFIX = /^responses\//;
/** What OpenAI itself serves by the Responses API alone. */
const RESPONSES_ONLY =
  /^(?:o[13]-pro|o[34](?:-mini)?-deep-research|codex-mini|computer-use-preview|gpt-5[.\d]*-(?:pro|codex))/;

/** What a deployment is for: `chat`, `embeddings`, `responses`, or the name of what is not served. */
export interface AskedFor {
  readonly api: "chat" | "embeddings" | OtherApi;
  /** For messages: `images`. */
  readonly words: string;
}

/** By `mode` where it is written, else by the model's name and the group's. `model` is without its provider. */
export function askedFor({ mode, modelGroup, apiBase }: Deployment, provider: string, model: string): AskedFor {
  const other = (api: OtherApi): AskedFor => ({ api, words: OTHER_APIS[api] });
  if (RESPONSES_PREFIX.test(model)) return other("responses");
  if (mode !== null) {
    const known = MODES.find(([pattern]) => pattern.test(mode));
    if (known !== undefined) return other(known[1]);
    return mode === "embedding" ? { api: "embeddings", words: "embeddings" } : { api: "chat", words: "chat" };
  }
  if (provider === "openai" && apiBase === null && RESPONSES_ONLY.test(model)) return other("responses");
  const names = [model, modelGroup].filter((name) => !name.includes("*"));
  const named = NAMES.find(([pattern]) => names.some((name) => pattern.test(name)));
  if (named !== undefined) return other(named[1]);
  const embeds = names.some((name) => EMBEDS.test(name));
  return embeds ? { api: "embeddings", words: "embeddings" } : { api: "chat", words: "chat" };
}
