import { type ApiError, badRequest } from "../api-error.ts";
import { isModelCall, type Route } from "../routes.ts";

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
