import type { ApiName } from "@understudy/contracts";
import type { Provider } from "./provider.ts";

/** What nearly every server with OpenAI's chat has beside it. */
const OPENAI_LIKE: readonly ApiName[] = ["chat", "completions", "embeddings"];
export const WITH_RESPONSES: readonly ApiName[] = [...OPENAI_LIKE, "responses"];
export const ALL: readonly ApiName[] = [...WITH_RESPONSES, "messages"];

export const compatible = {
  url: "path",
  apis: OPENAI_LIKE,
  wire: null,
  wireParams: null,
  keyHeaders: {},
  baseUrl: null,
  path: "/chat/completions",
  baseEnv: [],
  keyEnv: [],
  tokenEnv: [],
  auth: "bearer",
  cloud: null,
  keyRequired: true,
  envHeaders: {},
  hosts: [],
  modelPrefix: "",
  serverFirst: false,
  developerRole: false,
  openaiReasoning: false,
  stores: false,
  renamed: {},
  refused: [],
  jsonFormat: null,
  thinkingInTotal: false,
  priceId: null,
} as const satisfies Omit<Provider, "name">;

/** For servers that know the older of OpenAI's two names for the cap on an answer's length. */
export const maxTokensOnly = { max_completion_tokens: "max_tokens" } as const;

export const ollama = {
  ...compatible,
  apis: ALL,
  wire: "ollama",
  wireParams: [
    "think",
    "keep_alive",
    "num_ctx",
    "num_predict",
    "num_gpu",
    "num_thread",
    "num_batch",
    "num_keep",
    "main_gpu",
    "use_mmap",
    "mirostat",
    "mirostat_eta",
    "mirostat_tau",
    "repeat_last_n",
    "repeat_penalty",
    "tfs_z",
    "typical_p",
    "min_p",
    "penalize_newline",
  ],
  baseUrl: "http://localhost:11434",
  path: "/v1/chat/completions",
  baseEnv: ["OLLAMA_API_BASE"],
  keyEnv: ["OLLAMA_API_KEY"],
  keyRequired: false,
  renamed: maxTokensOnly,
  jsonFormat: "json_schema",
} as const satisfies Omit<Provider, "name">;

/** Called in OpenAI's format, which Cohere serves beside its own. */
export const cohere = {
  ...compatible,
  apis: ["chat", "embeddings"],
  baseUrl: "https://api.cohere.ai/compatibility/v1",
  baseEnv: ["COHERE_API_BASE"],
  keyEnv: ["COHERE_API_KEY", "CO_API_KEY"],
  renamed: maxTokensOnly,
  priceId: "cohere",
} as const satisfies Omit<Provider, "name">;
