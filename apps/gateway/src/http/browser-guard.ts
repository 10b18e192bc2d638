import type { GatewaySettings } from "@understudy/config";
import type { RequestHandler } from "express";
import type { Socket } from "node:net";
import { admitOrigin } from "./cors.ts";
import { refuseUnknownHost } from "./known-hosts.ts";
import { refuseOtherSite } from "./same-origin.ts";

export interface GuardSettings extends Pick<GatewaySettings, "masterKey" | "allowedHosts" | "corsOrigins"> {
  /** Where the gateway listens. */
  readonly host: string;
}

/**
 * All that is served for models is below it once `findApi` has seen the path: pages of other sites may use this, and nothing
 * else.
 */
const MODELS_BELOW = "v1";

/** What a provider answered is handed on as it is: were it HTML, a browser that was led here would run it in our name. */
const NOTHING_RUNS = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/**
 * What a page in somebody's browser may do here, and what a browser may do with an answer. Without a key, who can send a
 * request is all that protects. One step, since it is on the way of every request.
 */
export function browserGuard({ masterKey, corsOrigins, allowedHosts: allowed, host }: GuardSettings): RequestHandler {
  const rules = { listensOn: host, allowed };
  /** Under which name a connection was answered: nearly all its requests ask under the same one. */
  const known = new WeakMap<Socket, string>();
  return (request, response, next) => {
    response.setHeader("x-content-type-options", "nosniff");
    response.setHeader("content-security-policy", NOTHING_RUNS);
    const part = firstPart(request.path);
    // A load balancer asks under any name.
    // A request without a host is asked about each time: none is known by that.
    const asked = request.headers.host ?? "";
    if (masterKey === null && part !== "health" && known.get(request.socket) !== asked) {
      refuseUnknownHost(request, rules);
      known.set(request.socket, asked);
    }
    if (part === MODELS_BELOW) {
      if (admitOrigin(request, response, corsOrigins)) return;
      if (masterKey === null) refuseOtherSite(request, corsOrigins);
    } else if (part === "api" || part === "ui") {
      refuseOtherSite(request, []);
    }
    if (part === "api") {
      // Prompts and answers stay in no cache, and are no other site's to embed.
      response.setHeader("cache-control", "no-store");
      response.setHeader("cross-origin-resource-policy", "same-origin");
    }
    next();
  };
}

/** As routes are found: in any case, and not decoded. */
function firstPart(path: string): string {
  const end = path.indexOf("/", 1);
  return path.slice(1, end === -1 ? undefined : end).toLowerCase();
}
