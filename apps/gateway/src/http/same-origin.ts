import type { Request } from "express";

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

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
