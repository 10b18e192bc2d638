import { type Config, modelGroupOf } from "@understudy/config";
import { compileTargets, costUsd, type Target, upstreamModel } from "@understudy/providers";
import { type Usage } from "@understudy/contracts";
import type { Pair } from "@understudy/store";

/** USD that the silent call of a stored request is likely to cost; null where the price is not known. */
export type Estimate = (pair: Pair) => number | null;

/** Where the primary's tokens are not known. About what a token of English takes. */
const CHARACTERS_PER_TOKEN = 4;
/** Of an answer that is not there, to a request that sets no limit. */
const TOKENS_OF_AN_ANSWER = 1_000;

/** By the primary's own tokens, at the price of the group's dearest deployment. */
export function createEstimate(config: Config, silent: string): Estimate {
  const group = modelGroupOf(config, silent);
  const targets = compileTargets(config).filter(({ deployment }) => deployment.modelGroup === group);
  return (pair) => {
    const usage = pair.primary.usage ?? likelyUsage(pair);
    const costs = targets.map((target) => costUsd(pricedAs(target, silent), usage, null));
    const known = costs.filter((cost) => cost !== null);
    return known.length === 0 ? null : Math.max(...known);
  };
}

function pricedAs(target: Target, silent: string) {
  const { price, baseModel } = target.deployment;
  return { provider: target.provider, model: upstreamModel(target, silent), price, baseModel };
}

function likelyUsage({ request, primary }: Pair): Usage {
  const asked = JSON.stringify(request ?? "").length;
  const answered = primary.answer?.text?.length ?? 0;
  const output = answered > 0 ? Math.ceil(answered / CHARACTERS_PER_TOKEN) : limitOf(request);
  const input = Math.ceil(asked / CHARACTERS_PER_TOKEN);
  return { input_tokens: input, output_tokens: output, cached_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 };
}

function limitOf(request: unknown): number {
  const body = (request ?? {}) as Readonly<Record<string, unknown>>;
  const limit = body["max_completion_tokens"] ?? body["max_tokens"];
  return typeof limit === "number" && limit > 0 ? limit : TOKENS_OF_AN_ANSWER;
}
