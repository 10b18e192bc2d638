import { type NetworkSettings, PLAIN_NETWORK, type TlsSettings } from "@understudy/config";
import { Agent, type Dispatcher, Pool, ProxyAgent } from "undici";
import { proxyFinder } from "./proxy-finder.ts";
import { tlsOptions } from "./tls-options.ts";

export interface DispatcherOptions {
  readonly connectTimeoutMs: number;
  /** Connections to one origin at once. */
  readonly maxConnections: number;
  readonly network?: NetworkSettings;
}

/** The pools of connections, straight ones and those through proxies, each set of certificates with its own. */
export interface Dispatchers {
  /** `tls`: a deployment's own; null goes by what holds for all. */
  of(url: URL, tls: TlsSettings | null): Dispatcher;
  destroy(): Promise<void>;
}

const POOL = {
  // The router keeps its own clocks for the first token and for the whole call.
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: 30_000,
  allowH2: false,
} as const;

/** Throws `ConfigError` when a certificate's file cannot be used. */
export function createDispatchers(options: DispatcherOptions): Dispatchers {
  const { network = PLAIN_NETWORK } = options;
  const usual = connections(network.tls, options);
  const others = new Map<string, Connections>();
  const proxyOf = proxyFinder(network);

  function connectionsOf(tls: TlsSettings | null): Connections {
    if (tls === null) return usual;
    const key = JSON.stringify(tls);
    const known = others.get(key) ?? connections(tls, options);
    others.set(key, known);
    return known;
  }

  return {
    of(url, tls) {
      const proxy = proxyOf(url);
      const ways = connectionsOf(tls);
      return proxy === null ? ways.straight : ways.through(proxy);
    },
    async destroy() {
      await Promise.all([usual, ...others.values()].map((ways) => ways.destroy()));
    },
  };
}

interface Connections {
  readonly straight: Dispatcher;
  through(proxy: string): Dispatcher;
  destroy(): Promise<void>;
}

function connections(tls: TlsSettings, { connectTimeoutMs: timeout, maxConnections }: DispatcherOptions): Connections {
  const secure = tlsOptions(tls);
  const straight = new Agent({ ...POOL, connect: { timeout, ...secure }, connections: maxConnections });
  const proxies = new Map<string, ProxyAgent>();
  return {
    straight,
    through(proxy) {
      const known = proxies.get(proxy) ?? proxyAgent(proxy);
      proxies.set(proxy, known);
      return known;
    },
    async destroy() {
      await Promise.all([straight, ...proxies.values()].map((agent) => agent.destroy()));
    },
  };

  function proxyAgent(uri: string): ProxyAgent {
    return new ProxyAgent({
      ...POOL,
      uri,
      connections: maxConnections,
      connectTimeout: timeout,
      requestTls: { timeout, ...secure },
      proxyTls: { timeout, ...secure },
      // Undici would send all plain requests to one proxy over one connection.
      factory: (origin, given) =>
        new Pool(origin, { ...(given as Pool.Options), ...POOL, connections: maxConnections }),
    });
  }
}
