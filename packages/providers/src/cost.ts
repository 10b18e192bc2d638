import type { Price } from "@understudy/config";
import { calcPrice } from "@pydantic/genai-prices";
import type { Usage } from "./answer.ts";
import { providerNamed } from "./providers.ts";
import type { Target } from "./target.ts";

/** What a price is looked up by. */
export interface Priced {
  readonly provider: string;
  readonly model: string;
  readonly price: Price | null;
  readonly baseModel: string | null;
}

/** The price's side of a target. */
function pricedBy({ provider, model, deployment }: Target): Priced {
  return { provider, model, price: deployment.price, baseModel: deployment.baseModel };
}

/**
 * USD for one call: by the config's own price, else by the list price that held at `at` (epoch milliseconds; now when
 * left out). Null when neither is known.
 */
export function costUsd(
  source: Priced | Target,
  usage: Usage,
  responseModel: string | null,
  at?: number,
): number | null {
  const priced = "deployment" in source ? pricedBy(source) : source;
  if (priced.price !== null) return byOwnPrice(priced.price, usage);
  for (const name of [priced.baseModel, responseModel, priced.model]) {
    const cost = name === null ? null : byListPrice(priced.provider, name, usage, at);
    if (cost !== null) return cost;
  }
  return null;
}

function byOwnPrice(price: Price, usage: Usage): number {
  const cached = price.cacheReadPerToken === null ? 0 : cachedPart(usage);
  const fresh = usage.input_tokens - cached;
  return (
    fresh * price.inputPerToken + cached * (price.cacheReadPerToken ?? 0) + usage.output_tokens * price.outputPerToken
  );
}

/** A provider that counts cached tokens beside the input must not make the rest negative. */
function cachedPart(usage: Usage): number {
  return Math.min(usage.cached_tokens, usage.input_tokens);
}

function byListPrice(provider: string, name: string, usage: Usage, at: number | undefined): number | null {
  const whole = listPrice(providerNamed(provider)?.priceId, name, usage, at);
  const slash = name.indexOf("/");
  if (whole !== null || slash === -1) return whole;
  return listPrice(providerNamed(name.slice(0, slash))?.priceId, name.slice(slash + 1), usage, at);
}

function listPrice(providerId: string | null | undefined, model: string, usage: Usage, at?: number): number | null {
  if (providerId === null || providerId === undefined) return null;
  const counts = {
    input_tokens: usage.input_tokens,
    output_tokens: usage.output_tokens,
    cache_read_tokens: cachedPart(usage),
  };
  try {
    const found = calcPrice(counts, model, { providerId, ...(at === undefined ? {} : { timestamp: new Date(at) }) });
    return found === null || !Number.isFinite(found.total_price) ? null : found.total_price;
  } catch {
    // It throws for counts that it holds impossible: then the price is not known.
    return null;
  }
}
