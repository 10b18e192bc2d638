import type { Request } from "express";
import { ApiError } from "./api-error.ts";
import { isAllowedOrigin, type Origins } from "./cors.ts";

/**
 * Whether the page that a browser sent this from is one of this gateway. `Sec-Fetch-Site` says it where a browser sends it
 * (over TLS, and on loopback), `Origin` elsewhere; pages can forge neither. `unknown` when there is no browser behind it.
 */
export function sentFrom({ headers }: Request): "here" | "elsewhere" | "unknown" {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" ? "here" : "elsewhere";
  if (headers.origin === undefined) return "unknown";
  return hostOf(headers.origin) === headers.host ? "here" : "elsewhere";
}

/**
 * A page of another site can have a browser post here, a form for instance or text that is JSON, and needs to read no
 * answer to have spent money or thrown jobs away. `allowed` are origins whose pages may.
 */
export function refuseOtherSite(request: Request, allowed: Origins): void {
  const asksOnly = request.method === "GET" || request.method === "HEAD" || request.method === "OPTIONS";
  if (asksOnly || sentFrom(request) !== "elsewhere" || isAllowedOrigin(request.headers.origin, allowed)) return;
  throw new ApiError(
    "cross_site_request",
    "This was sent by a page of another site, and is refused. general_settings.cors_origins names sites whose pages " +
      "may call models.",
  );
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
