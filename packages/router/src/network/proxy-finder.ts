import type { NetworkSettings } from "@understudy/config";
import { readNoProxy } from "./no-proxy.ts";

const MOST_KNOWN = 1_000;

/** The proxy that an address is called through, or null for straight. Looked up once an origin. */
export function proxyFinder({ httpProxy, httpsProxy, noProxy }: NetworkSettings): (url: URL) => string | null {
  if (httpProxy === null && httpsProxy === null) return () => null;
  const isStraight = readNoProxy(noProxy);
  const known = new Map<string, string | null>();
  return (url) => {
    const found = known.get(url.origin);
    if (found !== undefined) return found;
    const isHttps = url.protocol === "https:";
    const port = url.port === "" ? (isHttps ? 443 : 80) : Number(url.port);
    const proxy = isStraight(url.hostname, port) ? null : isHttps ? httpsProxy : httpProxy;
    if (known.size < MOST_KNOWN) known.set(url.origin, proxy);
    return proxy;
  };
}
