import { type ApiError, badRequest } from "../api-error.ts";
import { isModelCall, type Route } from "../routes.ts";

const STATUSES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "ABORTED",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

/** Google's shape; after how long to ask again stands in the body, and in no header. */
export function googleError({ status, message }: ApiError): object {
  const retry = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "1s" };
  const details = status === 429 ? { details: [retry] } : {};
  return { error: { code: status, message, status: STATUSES[status] ?? "UNKNOWN", ...details } };
}

/** What is said of a key that is none, or of a token that is not good. */
export function refusedGoogleKey(route: Route, isMissing: boolean): ApiError {
  const denied = { type: "", code: null, param: null };
  if (isModelCall(route) && route.face === "vertex") {
    const message = "Request had invalid authentication credentials. Expected OAuth 2 access token.";
    return { ...denied, status: 401, message };
  }
  if (!isMissing) return badRequest("API key not valid. Please pass a valid API key.");
  const message =
    "Method doesn't allow unregistered callers. Please use API Key or other form of API consumer identity.";
  return { ...denied, status: 403, message };
}
