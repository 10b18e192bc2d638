import type { ApiName, SpokenApi, Via } from "@understudy/contracts";
import type { Provider } from "../table/provider.ts";
import type { Target } from "./target.ts";

const SPOKEN: readonly SpokenApi[] = ["chat", "responses", "messages"];

const OPENAI_HOST = /(?:^|\.)openai\.com$/;
/** The first of Azure's dated versions that has Responses. */
const AZURE_RESPONSES = "2025-03-01-preview";

/**
 * What a deployment is asked in where a client speaks an API that it does not: its own wire format, or one of its APIs. OpenAI's own take tools and think in
 * Responses alone; of servers that are compatible with them, and of Azure's older versions, it is chat that can be relied on.
 */
export function bridgesOf(provider: Provider, { ways, own }: Pick<Target, "ways" | "own">): Target["bridges"] {
  const via: Via | null = own?.wire ?? viaOf(provider, ways);
  const missing = via === null ? [] : SPOKEN.filter((api) => ways[api] === undefined);
  return Object.freeze(Object.fromEntries(missing.map((api) => [api, via])));
}

function viaOf(provider: Provider, ways: Target["ways"]): SpokenApi | null {
  const { chat, responses } = ways;
  if (responses !== undefined && hasOpenAisResponses(provider, responses.url)) return "responses";
  if (chat !== undefined) return "chat";
  return SPOKEN.find((api) => ways[api] !== undefined) ?? null;
}

function hasOpenAisResponses({ url: kind, openaiReasoning }: Provider, address: string): boolean {
  const url = URL.parse(address);
  if (url === null || !openaiReasoning) return false;
  if (kind !== "azure") return OPENAI_HOST.test(url.hostname);
  const version = url.searchParams.get("api-version") ?? "";
  return url.pathname.includes("/openai/v1/") || (/^\d/.test(version) && version >= AZURE_RESPONSES);
}

/** Whether clients of an API can ask a deployment: in its own words, or over the bridge. */
export function answersIn({ ways, bridges }: Target, api: ApiName): boolean {
  return ways[api] !== undefined || bridges[api] !== undefined;
}
