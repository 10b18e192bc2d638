const OWN_FORMAT = "it speaks a wire format of its own";
const BEHIND_LITELLM = "put a LiteLLM proxy before it and use `litellm_proxy/`";
const SIGNED = `AWS signs every request (SigV4); ${BEHIND_LITELLM}`;
const OTHER_FORMAT = `${OWN_FORMAT}; ${BEHIND_LITELLM}`;
const NO_CHAT = "it serves neither chat nor embeddings in OpenAI's format";
const OLDER = "it is the older completions API, and only chat is served";
const BROWSER = "it signs in through a browser; there is no key to call it with";
const PYTHON = "it runs in Python, inside LiteLLM";

/** Providers that an existing config may name and that cannot be called, with the reason and the way round it. */
export const NOT_SUPPORTED: Readonly<Record<string, string>> = {
  bedrock_mantle: SIGNED,
  sagemaker: SIGNED,
  sagemaker_chat: SIGNED,
  sagemaker_nova: SIGNED,
  vertex_ai_beta: "it is an older name; write `vertex_ai/`",
  watsonx: `IBM Cloud wants IAM tokens that expire; ${BEHIND_LITELLM}`,
  watsonx_text: `IBM Cloud wants IAM tokens that expire; ${BEHIND_LITELLM}`,
  snowflake: `Snowflake wants signed tokens that expire; ${BEHIND_LITELLM}`,
  oci: `Oracle Cloud signs every request; ${BEHIND_LITELLM}`,
  sap: `SAP wants OAuth tokens that expire; ${BEHIND_LITELLM}`,
  gigachat: `GigaChat wants OAuth tokens that expire; ${BEHIND_LITELLM}`,
  github_copilot: BROWSER,
  chatgpt: BROWSER,
  replicate: `${OWN_FORMAT} and answers are polled for; ${BEHIND_LITELLM}`,
  vllm: "it runs the model inside Python; start vLLM's server and use `hosted_vllm/`",
  "text-completion-openai": `${OLDER}; use \`openai/\` with a chat model`,
  azure_text: `${OLDER}; use \`azure/\` with a chat model`,
  anthropic_text: `${OLDER}; use \`anthropic/\` with a chat model`,
  "text-completion-codestral": "it is the fill-in-the-middle API, and only chat is served; use `mistral/`",
  aleph_alpha: OTHER_FORMAT,
  bytez: OTHER_FORMAT,
  cloudflare: OTHER_FORMAT,
  datarobot: OTHER_FORMAT,
  maritalk: OTHER_FORMAT,
  nlp_cloud: OTHER_FORMAT,
  oobabooga: OTHER_FORMAT,
  palm: OTHER_FORMAT,
  petals: OTHER_FORMAT,
  predibase: OTHER_FORMAT,
  triton: OTHER_FORMAT,
  langgraph: OTHER_FORMAT,
  pydantic_ai_agents: OTHER_FORMAT,
  manus: OTHER_FORMAT,
  gradient_ai: OTHER_FORMAT,
  infinity: NO_CHAT,
  jina_ai: NO_CHAT,
  voyage: NO_CHAT,
  assemblyai: NO_CHAT,
  aws_polly: NO_CHAT,
  black_forest_labs: NO_CHAT,
  deepgram: NO_CHAT,
  elevenlabs: NO_CHAT,
  fal_ai: NO_CHAT,
  recraft: NO_CHAT,
  runwayml: NO_CHAT,
  stability: NO_CHAT,
  topaz: NO_CHAT,
  auto_router: `${PYTHON}; name the model group that answers`,
  custom: `${PYTHON}; serve it over HTTP and use \`openai/\` with its \`api_base\``,
  langfuse: `${PYTHON}; write the model that the prompt is for`,
  humanloop: `${PYTHON}; write the model that the prompt is for`,
};
