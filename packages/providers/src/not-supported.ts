const OWN_FORMAT = "it speaks a wire format of its own";

/** Providers that an existing config may name and that cannot be called, with the reason and the way round it. */
export const NOT_SUPPORTED: Readonly<Record<string, string>> = {
  bedrock: "AWS signs every request (SigV4); put a LiteLLM proxy before it and use `litellm_proxy/`",
  sagemaker: "AWS signs every request (SigV4); put a LiteLLM proxy before it and use `litellm_proxy/`",
  sagemaker_chat: "AWS signs every request (SigV4); put a LiteLLM proxy before it and use `litellm_proxy/`",
  vertex_ai:
    "Google Cloud wants OAuth tokens that expire; use `gemini/` with an API key where the model is offered there",
  cohere: `${OWN_FORMAT}; use \`openai/\` with \`api_base: https://api.cohere.ai/compatibility/v1\``,
  cohere_chat: `${OWN_FORMAT}; use \`openai/\` with \`api_base: https://api.cohere.ai/compatibility/v1\``,
  huggingface: `${OWN_FORMAT}; use \`openai/\` with \`api_base: https://router.huggingface.co/v1\``,
  databricks:
    "each workspace has a URL of its own; use `openai/` with `api_base: https://<workspace>/serving-endpoints`",
  watsonx: "IBM Cloud wants IAM tokens that expire; put a LiteLLM proxy before it and use `litellm_proxy/`",
  snowflake: "Snowflake wants signed tokens that expire; put a LiteLLM proxy before it and use `litellm_proxy/`",
  oci: "Oracle Cloud signs every request; put a LiteLLM proxy before it and use `litellm_proxy/`",
  github_copilot: "it signs in through a browser; there is no key to call it with",
  replicate: `${OWN_FORMAT} and answers are polled for; put a LiteLLM proxy before it and use \`litellm_proxy/\``,
  vllm: "it runs the model inside Python; start vLLM's server and use `hosted_vllm/`",
  "text-completion-openai": "it is the older completions API, and only chat is served; use `openai/` with a chat model",
  "text-completion-codestral": "it is the fill-in-the-middle API, and only chat is served; use `mistral/`",
};
