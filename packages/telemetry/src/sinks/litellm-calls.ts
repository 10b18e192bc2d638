import type { Operation } from "@understudy/router";

/** What LiteLLM calls a call in its logs. */
export const LITELLM_CALLS: Readonly<Record<Operation, string>> = { chat: "acompletion", embeddings: "aembedding" };
