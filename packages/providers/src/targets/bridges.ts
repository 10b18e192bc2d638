import type { ApiName } from "@understudy/contracts";
import type { Provider } from "../table/provider.ts";
import type { Target } from "./target.ts";

/** The APIs in which one may chat: what is asked in one of them can be carried to another. */
export type Spoken = Extract<ApiName, "chat" | "responses" | "messages">;
const SPOKEN: readonly Spoken[] = ["chat", "responses", "messages"];

const OPENAI_HOST = /(?:^|\.)(?:openai\.com|azure\.com)$/;

/**
 * In which of its APIs a deployment is asked where a client speaks one that it does not; none for what is no chat. OpenAI's own
 * take tools and think in Responses alone; of servers that are compatible with them it is chat that can be relied on.
 */
export function bridgesOf(provider: Provider, ways: Target["ways"]): Target["bridges"] {
  const via = viaOf(provider, ways);
  const missing = via === null ? [] : SPOKEN.filter((api) => ways[api] === undefined);
  return Object.freeze(Object.fromEntries(missing.map((api) => [api, via])));
}

function viaOf({ openaiReasoning }: Provider, ways: Target["ways"]): Spoken | null {
  const { chat, responses } = ways;
  const isOpenAis = responses !== undefined && OPENAI_HOST.test(URL.parse(responses.url)?.hostname ?? "");
  if (isOpenAis && openaiReasoning) return "responses";
  if (chat !== undefined) return "chat";
  return SPOKEN.find((api) => ways[api] !== undefined) ?? null;
}

/** Whether clients of an API can ask a deployment: in its own words, or over the bridge. */
export function answersIn({ ways, bridges }: Target, api: ApiName): boolean {
  return ways[api] !== undefined || bridges[api] !== undefined;
}
