import type { ApiName } from "@understudy/contracts";
import type { Api } from "./api.ts";
import { chat } from "./chat/chat.ts";
import { completions } from "./completions/completions.ts";
import { embeddings } from "./embeddings/embeddings.ts";
import { messages } from "./messages/messages.ts";
import { responses } from "./responses/responses.ts";

/** Every API that is served. */
export const APIS: Readonly<Record<ApiName, Api>> = { chat, responses, messages, completions, embeddings };
