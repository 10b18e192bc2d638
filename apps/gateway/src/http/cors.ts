import type { Request, Response } from "express";

/** Any header may be asked for; these are named to who asks for none. */
const HEADERS = [
  "authorization",
  "content-type",
  "api-key",
  "x-api-key",
  "anthropic-version",
  "idempotency-key",
  "openai-beta",
  "openai-organization",
  "openai-project",
  "traceparent",
  "x-request-id",
  "x-understudy-mirror",
  ...[
    "arch",
    "helper-method",
    "lang",
    "os",
    "package-version",
    "retry-count",
    "runtime",
    "runtime-version",
    "timeout",
  ].map((name) => `x-stainless-${name}`),
];

/** `*` is all of them where no cookies are sent, as with a key; the names are for what does not know it. */
const EXPOSED =
  "*, x-request-id, retry-after, retry-after-ms, x-should-retry, openai-processing-ms, openai-version, x-ratelimit-limit-requests, " +
  "x-ratelimit-limit-tokens, x-ratelimit-remaining-requests, x-ratelimit-remaining-tokens, x-ratelimit-reset-requests, " +
  "x-ratelimit-reset-tokens, x-understudy-served-by";

const MAX_AGE_SECONDS = 7_200;

export type Origins = "*" | readonly string[];

export function isAllowedOrigin(origin: string | undefined, origins: Origins): boolean {
  return origin !== undefined && (origins === "*" || origins.includes(origin));
}

/**
 * Lets pages of these origins read the answer, an error too. True when that was all there is to say: the request was the
 * question that browsers ask before.
 */
export function admitOrigin(request: Request, response: Response, origins: Origins): boolean {
  const { origin } = request.headers;
  if (origins === "*" ? origin === undefined : origins.length === 0) return false;
  if (origins !== "*") response.vary("origin");
  if (!isAllowedOrigin(origin, origins)) return false;
  response.setHeader("access-control-allow-origin", origins === "*" ? "*" : (origin ?? ""));
  if (!isPreflight(request)) {
    response.setHeader("access-control-expose-headers", EXPOSED);
    return false;
  }
  response.vary("access-control-request-headers");
  response.setHeader("access-control-allow-methods", "GET, HEAD, POST, DELETE");
  response.setHeader("access-control-allow-headers", allowedHeaders(request));
  response.setHeader("access-control-max-age", MAX_AGE_SECONDS);
  response.status(204).end();
  return true;
}

function isPreflight({ method, headers }: Request): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
}

function allowedHeaders({ headers }: Request): string {
  const asked = (headers["access-control-request-headers"] ?? "").toLowerCase().split(",");
  const names = asked.map((name) => name.trim()).filter((name) => /^[!#$%&'*+.^_`|~\w-]{1,64}$/.test(name));
  return [...new Set([...HEADERS, ...names.slice(0, 100)])].join(", ");
}
