import type { Deployment } from "@understudy/config";
import type { ApiName, OwnWire } from "@understudy/contracts";
import type { Provider } from "../table/provider.ts";
import { joined } from "./api-url.ts";
import type { HeadersOf } from "./target-headers.ts";
import type { OwnWay } from "./target.ts";

/** Where a whole answer is and where a stream, below the base URL; `*` stands where the model's name goes. */
export const OWN_PATHS: Readonly<Record<OwnWire, readonly [whole: string, stream: string]>> = {
  converse: ["/model/*/converse", "/model/*/converse-stream"],
  gemini: ["/v1beta/models/*:generateContent", "/v1beta/models/*:streamGenerateContent?alt=sse"],
  ollama: ["/api/chat", "/api/chat"],
};

/** Gemini's below a project's base URL. */
const AT_VERTEX = [
  "/publishers/google/models/*:generateContent",
  "/publishers/google/models/*:streamGenerateContent?alt=sse",
] as const;

const CHATS: ReadonlySet<ApiName> = new Set(["chat", "responses", "messages"]);

/**
 * The provider as a deployment is asked at it: where that is in a wire format of its own, none of the chats is spoken as it is, and
 * what is known of their parameters does not hold.
 */
export function askedAt(provider: Provider, { defaults }: Deployment, base: URL | null): Provider {
  const { wire, wireParams } = provider;
  if (wire === null) return provider;
  const isWanted = wireParams === null || wireParams.some((param) => param in defaults);
  if (!isWanted || (provider.url !== "vertex" && isLayer(wire, base))) return { ...provider, wire: null };
  const apis = provider.apis.filter((api) => !CHATS.has(api));
  return { ...provider, apis, refused: [], renamed: {} };
}

/** The address of Google's OpenAI-compatible layer says which of the two is meant. */
function isLayer(wire: OwnWire, base: URL | null): boolean {
  return wire === "gemini" && base !== null && /\/openai(?:\/|$)/.test(base.pathname);
}

/** Null for a provider that is asked in an API. */
export function ownWayOf(provider: Provider, base: URL, headersOf: HeadersOf): OwnWay | null {
  const { wire } = provider;
  if (wire === null) return null;
  const [whole, stream] = provider.url === "vertex" ? AT_VERTEX : OWN_PATHS[wire];
  const headers = Object.freeze(headersOf(wire));
  return Object.freeze({ wire, url: withQuery(base, whole), streamUrl: withQuery(base, stream), headers });
}

function withQuery(base: URL, path: string): string {
  const [before = "", query = ""] = path.split("?", 2);
  const url = new URL(joined(base, before));
  for (const [name, value] of new URLSearchParams(query)) url.searchParams.set(name, value);
  return url.href;
}
