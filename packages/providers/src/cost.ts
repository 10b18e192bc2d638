import type { Price } from "@understudy/config";
import { calcPrice, type PriceCalculation } from "@pydantic/genai-prices";
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

/** Names come from answers too, so they are bounded. */
const MOST_RATES_KNOWN = 1_000;
const knownRates = new Map<string, Rates | "looked up each time">();

/** USD: for a call, and for each token. */
interface Rates {
  readonly call: number;
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

const MILLION = 1_000_000;

function listPrice(providerId: string | null | undefined, model: string, usage: Usage, at?: number): number | null {
  if (providerId === null || providerId === undefined) return null;
  const rates = ratesOf(providerId, model);
  if (rates === "looked up each time") return lookUp(providerId, model, countsOf(usage), at)?.total_price ?? null;
  const cached = cachedPart(usage);
  const { input_tokens, output_tokens } = usage;
  const cost =
    rates.call + (input_tokens - cached) * rates.input + cached * rates.cached + output_tokens * rates.output;
  return Number.isFinite(cost) && input_tokens >= 0 && output_tokens >= 0 && cached >= 0 ? cost : null;
}

/** The list takes longer to look through than the rest of a call's record does to write, and hardly a price changes with the count. */
function ratesOf(providerId: string, model: string): Rates | "looked up each time" {
  const key = `${providerId} ${model}`;
  const known = knownRates.get(key);
  if (known !== undefined) return known;
  const rates = readRates(providerId, model) ?? "looked up each time";
  if (knownRates.size < MOST_RATES_KNOWN) knownRates.set(key, rates);
  return rates;
}

/** Null where a price is not known, depends on the hour or the day, or falls or rises with the count. */
function readRates(providerId: string, model: string): Rates | null {
  const none = lookUp(providerId, model, { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0 });
  if (none === null || Array.isArray(none.model.prices)) return null;
  if (Object.values(none.model_price).some((price) => typeof price === "object")) return null;
  const call = none.total_price;
  const million = (counts: Counts): number =>
    ((lookUp(providerId, model, counts)?.total_price ?? Number.NaN) - call) / MILLION;
  const rates = {
    call,
    input: million({ input_tokens: MILLION, output_tokens: 0, cache_read_tokens: 0 }),
    cached: million({ input_tokens: MILLION, output_tokens: 0, cache_read_tokens: MILLION }),
    output: million({ input_tokens: 0, output_tokens: MILLION, cache_read_tokens: 0 }),
  };
  return Object.values(rates).every(Number.isFinite) ? rates : null;
}

type Counts = Readonly<Record<"input_tokens" | "output_tokens" | "cache_read_tokens", number>>;

function countsOf(usage: Usage): Counts {
  const { input_tokens, output_tokens } = usage;
  return { input_tokens, output_tokens, cache_read_tokens: cachedPart(usage) };
}

function lookUp(providerId: string, model: string, counts: Counts, at?: number): PriceCalculation | null {
  try {
    const found = calcPrice(counts, model, { providerId, ...(at === undefined ? {} : { timestamp: new Date(at) }) });
    return found !== null && Number.isFinite(found.total_price) ? found : null;
  } catch {
    // It throws for counts that it holds impossible: then the price is not known.
    return null;
  }
}
