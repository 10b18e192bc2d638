const REGION = "(?:(?:us|eu|apac|us-gov|global|jp|au|ca|sa|me)\\.)?";
const BEDROCK_MAKERS =
  "amazon|anthropic|meta|mistral|cohere|ai21|stability|deepseek|writer|qwen|openai|twelvelabs|luma|moonshot|minimax|google|nvidia|zai";

/** Model names without a provider before them, and whose LiteLLM takes them to be; the first that fits. */
const BARE_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^(?:(?:ft:)?(?:davinci|babbage)-002|gpt-3\.5-turbo-instruct)/, "text-completion-openai"],
  [/^(?:ft:)?(?:gpt-|chatgpt-|o[134](?:-|$)|codex-|computer-use)/, "openai"],
  [/^(?:text-embedding-(?:3-|ada-)|whisper-|tts-|dall-e-|omni-moderation|text-moderation|sora-)/, "openai"],
  [/^claude-/, "anthropic"],
  [/^gemini-/, "gemini"],
  [/^deepseek-(?:chat|coder|reasoner)/, "deepseek"],
  [/^(?:command(?:-|$)|c4ai-|embed-|rerank-)/, "cohere_chat"],
  [/^(?:jamba-|j2-)/, "ai21_chat"],
  [/^(?:chat|codechat|code|text)-(?:bison|gecko|unicorn)|^textembedding-gecko|^multimodalembedding/, "vertex_ai"],
  [/^(?:text-embedding-0|text-multilingual-embedding|medlm-|imagen|imagegeneration|veo-)/, "vertex_ai"],
  [new RegExp(`^${REGION}(?:${BEDROCK_MAKERS})\\.`), "bedrock"],
  [/^luminous-/, "aleph_alpha"],
  [/^(?:chat)?dolphin$/, "nlp_cloud"],
  [/^jina-/, "jina_ai"],
];

/** Whose a model is that is named without a provider; null when nobody knows. Never for a name with a prefix of its own. */
export function ownerOf(model: string): string | null {
  if (model.includes("/")) return null;
  return BARE_NAMES.find(([pattern]) => pattern.test(model))?.[1] ?? null;
}
