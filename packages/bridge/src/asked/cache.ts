import type { SharedV4ProviderOptions } from "@ai-sdk/provider";
import { isObject, type WireObject } from "@understudy/apis";

interface Markable {
  readonly providerOptions?: SharedV4ProviderOptions;
}

/** A part, message or tool with the mark of where a prompt's cache ends, if what it was made of has one. */
export function cached<T extends object>(part: T, { cache_control: mark }: WireObject): T {
  if (!isObject(mark)) return part;
  const { ttl } = mark;
  const cacheControl = { type: "ephemeral", ...(ttl === "1h" || ttl === "5m" ? { ttl } : {}) };
  const { providerOptions }: Markable = part;
  return {
    ...part,
    providerOptions: { ...providerOptions, anthropic: { ...providerOptions?.["anthropic"], cacheControl } },
  };
}
