import { createHash, timingSafeEqual } from "node:crypto";
import type { RequestHandler, Request } from "express";
import { ApiError } from "./api-error.ts";

/**
 * Lets a request in that carries the master key as `Authorization: Bearer`, `x-api-key` or `api-key`. Both sides are
 * hashed first: the comparison then takes the same time whatever was sent, of whatever length.
 */
export function authenticate(masterKey: string | null): RequestHandler {
  if (masterKey === null) return (_request, _response, next) => next();
  const expected = digest(masterKey);
  return (request, _response, next) => {
    const key = presentedKey(request);
    if (key !== null && timingSafeEqual(digest(key), expected)) {
      next();
      return;
    }
    const message =
      key === null
        ? "No API key was sent. Send the gateway's master key as `Authorization: Bearer …`."
        : "The API key is not the gateway's master key (general_settings.master_key).";
    throw new ApiError("invalid_api_key", message);
  };
}

/** Compared in the same time whatever was given. */
export function isMasterKey(key: string, masterKey: string): boolean {
  return timingSafeEqual(digest(key), digest(masterKey));
}

function presentedKey(request: Request): string | null {
  const bearer = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const other = request.headers["x-api-key"] ?? request.headers["api-key"];
  return bearer ?? (typeof other === "string" ? other : null);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
