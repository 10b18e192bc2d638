import type { Completion } from "./completion.ts";
import type { Fault } from "./fault.ts";
import type { WireFace } from "./routes.ts";

const REQUEST_LIMIT = 10_000;
const TOKEN_LIMIT = 2_000_000;

const SAY_NO_QUOTA: ReadonlySet<WireFace> = new Set(["ollama", "bedrock", "gemini", "vertex"]);

/** The headers beside an answer. The limits they speak of are not enforced; `fail-429` is how to run into one. */
export function answerHeaders(face: WireFace, completion: Completion, waitMs: number): Record<string, string> {
  const { promptTokens, completionTokens } = completion.usage;
  if (face === "anthropic") {
    return {
      "anthropic-ratelimit-requests-limit": String(REQUEST_LIMIT),
      "anthropic-ratelimit-requests-remaining": String(REQUEST_LIMIT - 1),
    };
  }
  if (SAY_NO_QUOTA.has(face)) return {};
  const headers = {
    "x-ratelimit-limit-requests": String(REQUEST_LIMIT),
    "x-ratelimit-limit-tokens": String(TOKEN_LIMIT),
    "x-ratelimit-remaining-requests": String(REQUEST_LIMIT - 1),
    "x-ratelimit-remaining-tokens": String(Math.max(0, TOKEN_LIMIT - promptTokens - completionTokens)),
  };
  if (face === "azure") return { ...headers, "x-ms-region": "Simulated", "apim-request-id": requestId(completion) };
  return {
    ...headers,
    "x-ratelimit-reset-requests": "6ms",
    "x-ratelimit-reset-tokens": "30ms",
    "openai-processing-ms": String(Math.round(waitMs)),
    "openai-version": "2020-10-01",
  };
}

/** What `low-quota` says instead. */
export function quotaHeaders(fault: Fault | null, face: WireFace): Record<string, string> {
  if (fault?.kind !== "low-quota" || SAY_NO_QUOTA.has(face)) return {};
  if (face === "anthropic") return { "anthropic-ratelimit-requests-remaining": String(REQUEST_LIMIT / 20) };
  return { "x-ratelimit-remaining-requests": String(REQUEST_LIMIT / 20), "x-ratelimit-reset-requests": "1s" };
}

function requestId(completion: Completion): string {
  return completion.id.replace("chatcmpl-", "");
}
