import { createHash, timingSafeEqual } from "node:crypto";
import type { RequestHandler, Request } from "express";
import { ApiError } from "./api-error.ts";
import { remember } from "./who-asks.ts";

/**
 * Lets a request in that carries the master key in any of the headers that clients of the APIs send one in. Both sides are
 * hashed first: the comparison then takes the same time whatever was sent, of whatever length.
 */
export function authenticate(masterKey: string | null): RequestHandler {
  if (masterKey === null) return (_request, _response, next) => next();
  const expected = digest(masterKey);
  return (request, response, next) => {
    const keys = presentedKeys(request);
    if (keys.some((key) => timingSafeEqual(digest(key), expected))) {
      remember(response, "master_key");
      next();
      return;
    }
    const message =
      keys.length === 0
        ? "No API key was sent. Send the gateway's master key as `Authorization: Bearer …`."
        : "The API key is not the gateway's master key (general_settings.master_key).";
    throw new ApiError("invalid_api_key", message);
  };
}

/** False where no key is set: nobody can show that it is theirs. */
export function carriesKey(request: Request, masterKey: string | null): boolean {
  return masterKey !== null && presentedKeys(request).some((key) => isMasterKey(key, masterKey));
}

/** Compared in the same time whatever was given. */
export function isMasterKey(key: string, masterKey: string): boolean {
  return timingSafeEqual(digest(key), digest(masterKey));
}

/** Of LiteLLM's clients, Anthropic's, Azure's, Google's and Azure's speech and API management. */
const KEY_HEADERS = ["x-litellm-api-key", "x-api-key", "api-key", "x-goog-api-key", "ocp-apim-subscription-key"];
const BEARER = /^Bearer +(.+)$/i;

/** Some clients send two, such as Claude Code with a key from a script: one of them has to be right. */
function presentedKeys({ headers }: Request): readonly string[] {
  const bearer = BEARER.exec(headers.authorization ?? "")?.[1];
  const others = KEY_HEADERS.map((name) => headers[name]).filter((key) => typeof key === "string");
  // LiteLLM's header takes the key as Bearer too.
  const plain = others.map((key) => BEARER.exec(key)?.[1] ?? key);
  return bearer === undefined ? plain : [bearer, ...plain];
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
