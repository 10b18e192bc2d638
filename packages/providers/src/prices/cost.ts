import type { Price } from "@understudy/config";
import { calcPrice, type PriceCalculation } from "@pydantic/genai-prices";
import type { Usage } from "@understudy/contracts";
import { providerNamed } from "../table/providers.ts";
import type { Target } from "../targets/target.ts";

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
  const { fresh, cached, written } = inputParts(usage);
  return (
    fresh * price.inputPerToken +
    cached * (price.cacheReadPerToken ?? price.inputPerToken) +
    written * (price.cacheWritePerToken ?? price.inputPerToken) +
    usage.output_tokens * price.outputPerToken
  );
}

/** The input by what its tokens cost. Counts that do not fit into one another must not make the rest negative. */
function inputParts({ input_tokens, cached_tokens, cache_write_tokens }: Usage): Readonly<Record<InputPart, number>> {
  const cached = Math.min(cached_tokens, input_tokens);
  // Records of before do not have it.
  const written = Math.min(cache_write_tokens ?? 0, input_tokens - cached);
  return { fresh: input_tokens - cached - written, cached, written };
}

type InputPart = "fresh" | "cached" | "written";

function byListPrice(provider: string, name: string, usage: Usage, at: number | undefined): number | null {
  const whole = listPrice(providerNamed(provider)?.priceId, name, usage, at);
  const slash = name.indexOf("/");
  if (whole !== null || slash === -1) return whole;
  return listPrice(providerNamed(name.slice(0, slash))?.priceId, name.slice(slash + 1), usage, at);
}

/** Names come from answers too, so they are bounded. */
const MOST_RATES_KNOWN = 1_000;
const knownRates = new Map<string, Listed>();

/** USD: for a call, and for each token. */
interface Rates {
  readonly call: number;
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
}

type Listed = Rates | "not listed" | "looked up each time";

const MILLION = 1_000_000;

function listPrice(providerId: string | null | undefined, model: string, usage: Usage, at?: number): number | null {
  if (providerId === null || providerId === undefined) return null;
  const rates = ratesOf(providerId, model);
  if (rates === "not listed") return null;
  if (rates === "looked up each time") return lookUp(providerId, model, countsOf(usage), at)?.total_price ?? null;
  const { fresh, cached, written } = inputParts(usage);
  const input = fresh * rates.input + cached * rates.cached + written * rates.written;
  const cost = rates.call + input + usage.output_tokens * rates.output;
  const isPossible = [fresh, cached, written, usage.output_tokens].every((count) => count >= 0);
  return Number.isFinite(cost) && isPossible ? cost : null;
}

/** The list takes longer to look through than the rest of a call's record does to write, and hardly a price changes with the count. */
function ratesOf(providerId: string, model: string): Listed {
  const key = `${providerId} ${model}`;
  const known = knownRates.get(key);
  if (known !== undefined) return known;
  const rates = readRates(providerId, model);
  if (knownRates.size < MOST_RATES_KNOWN) knownRates.set(key, rates);
  return rates;
}

/** Not rates where a price depends on the hour or the day, or falls or rises with the count. */
function readRates(providerId: string, model: string): Listed {
  const nothing = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0 };
  const none = lookUp(providerId, model, nothing);
  if (none === null) return "not listed";
  if (Array.isArray(none.model.prices)) return "looked up each time";
  if (Object.values(none.model_price).some((price) => typeof price === "object")) return "looked up each time";
  const call = none.total_price;
  const million = (counts: Partial<Counts>): number =>
    ((lookUp(providerId, model, { ...nothing, ...counts })?.total_price ?? Number.NaN) - call) / MILLION;
  const rates = {
    call,
    input: million({ input_tokens: MILLION }),
    cached: million({ input_tokens: MILLION, cache_read_tokens: MILLION }),
    written: million({ input_tokens: MILLION, cache_write_tokens: MILLION }),
    output: million({ output_tokens: MILLION }),
  };
  return Object.values(rates).every(Number.isFinite) ? rates : "looked up each time";
}

type Counts = Readonly<Record<"input_tokens" | "output_tokens" | "cache_read_tokens" | "cache_write_tokens", number>>;

function countsOf(usage: Usage): Counts {
  const { input_tokens, output_tokens } = usage;
  const { cached, written } = inputParts(usage);
  return { input_tokens, output_tokens, cache_read_tokens: cached, cache_write_tokens: written };
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
