import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { NetworkSettings } from "@understudy/config";
import { fetch } from "undici";
import { createDispatchers } from "./dispatchers.ts";
import { proxyFinder } from "./proxy-finder.ts";
import { type OwnTls, tlsOptions } from "./tls-options.ts";

/** For all that is called and is no model: webhooks and places that calls are logged to. */
export interface Outgoing {
  /** One POST. Redirects are refused: they would take the headers, and what is in them, to a place that nobody configured. */
  readonly post: (url: string, request: Post) => Promise<Answer>;
  /** An agent for libraries that call an address by Node's own client; `own` goes over what holds for all. */
  readonly agentFor: (url: URL, own?: OwnTls) => HttpAgent;
  readonly close: () => Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly text: () => Promise<string>;
}

interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

const CONNECT_TIMEOUT_MS = 10_000;
const MOST_CONNECTIONS = 64;

/** Throws `ConfigError` when a certificate's file cannot be used. */
export function createOutgoing(network: NetworkSettings): Outgoing {
  const dispatchers = createDispatchers({
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    maxConnections: MOST_CONNECTIONS,
    network,
  });
  const proxyOf = proxyFinder(network);
  return {
    async post(url, request) {
      const dispatcher = dispatchers.of(new URL(url), null);
      const response = await fetch(url, { ...request, method: "POST", redirect: "error", dispatcher });
      return { status: response.status, text: () => response.text() };
    },
    agentFor(url, own) {
      const proxy = proxyOf(url);
      const proxyEnv = proxy === null ? {} : { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } };
      const options = { keepAlive: true, ...proxyEnv };
      if (url.protocol !== "https:") return new HttpAgent(options);
      return new HttpsAgent({ ...options, ...tlsOptions(network.tls, own) });
    },
    close: () => dispatchers.destroy(),
  };
}
