import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "@understudy/runtime";
import type { ApiError } from "./api-error.ts";
import { BAD_KEY } from "./bad-key.ts";
import { refuseSignature } from "./bedrock/refuse-signature.ts";
import type { Signed } from "./bedrock/signature.ts";
import { refusedGoogleKey } from "./google/google-key.ts";
import type { GoogleTokens } from "./google/google-tokens.ts";
import { isModelCall, type Route } from "./routes.ts";

export interface KeyDeps {
  readonly clock: Clock;
  readonly googleTokens: Pick<GoogleTokens, "isGood">;
}

/** The error for a request without a good key, or a good signature where one is wanted; null when it has one. */
export function refuseKey(request: Signed, route: Route, { clock, googleTokens }: KeyDeps): ApiError | null {
  if ("face" in route && route.face === "bedrock") return refuseSignature(request, clock.now());
  const key = keyOf(request.headers, route);
  const missing = key === null || key === "";
  const isVertex = "face" in route && route.face === "vertex";
  if (!missing && (isVertex ? googleTokens.isGood(key) : key !== BAD_KEY)) return null;
  if ("face" in route && (isVertex || route.face === "gemini")) return refusedGoogleKey(route, missing);
  const message = missing
    ? `No API key was sent. ${howToSend(route)}`
    : "The API key that was sent is not a valid one.";
  return { status: 401, type: "invalid_request_error", code: missing ? null : "invalid_api_key", param: null, message };
}

/** Whoever runs Ollama at home needs none. */
const NO_KEY = "none";

function keyOf(headers: IncomingHttpHeaders, route: Route): string | null {
  return "face" in route && route.face === "ollama" ? NO_KEY : sentKey(headers, route);
}

function sentKey(headers: IncomingHttpHeaders, route: Route): string | null {
  const bearer = /^bearer\s+(.*)$/i.exec(headers.authorization ?? "")?.[1]?.trim() ?? null;
  if (!("face" in route) || route.face === "openai" || route.face === "vertex") return bearer;
  if (route.face === "gemini") return headers["x-goog-api-key"]?.toString().trim() ?? null;
  if (route.face === "anthropic") return headers["x-api-key"]?.toString().trim() ?? bearer;
  return azureKey(headers, route, bearer);
}

function azureKey({ "api-key": apiKey }: IncomingHttpHeaders, route: Route, bearer: string | null): string | null {
  if (typeof apiKey === "string") return apiKey.trim();
  // A deployment's path takes a bearer only when it is an Entra token, which is a JWT; the v1 path takes keys too.
  const isOfDeployment = isModelCall(route) && route.deployment !== null;
  return !isOfDeployment || bearer?.startsWith("eyJ") === true ? bearer : null;
}

function howToSend(route: Route): string {
  return HOW_TO_SEND[isModelCall(route) ? route.face : "openai"];
}

const HOW_TO_SEND = {
  openai: "Send it in the Authorization header: Bearer YOUR_KEY.",
  azure: "Send it in the api-key header.",
  anthropic: "Send it in the x-api-key header.",
  gemini: "Send it in the x-goog-api-key header.",
  vertex: "Send a token in the Authorization header.",
  ollama: "None is wanted.",
  bedrock: "Sign the request, or send a bearer token.",
} as const;
