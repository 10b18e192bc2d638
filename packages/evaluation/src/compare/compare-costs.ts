import type { CallRecord } from "@understudy/contracts";
import type { CostFigures } from "./figures.ts";

/** Time, tokens and money of two calls. The models' own latency: neither queue wait nor retries are in it. */
export function compareCosts(primary: CallRecord, silent: CallRecord): CostFigures {
  const speed = { primary: tokensPerSecond(primary), silent: tokensPerSecond(silent) };
  const primaryTokens = primary.usage?.output_tokens ?? null;
  const silentTokens = silent.usage?.output_tokens ?? null;
  return {
    latency_difference_ms: difference(primary.timing.model_ms, silent.timing.model_ms),
    latency_ratio: ratio(primary.timing.model_ms, silent.timing.model_ms),
    first_token_difference_ms: difference(primary.timing.first_token_ms, silent.timing.first_token_ms),
    first_token_ratio: ratio(primary.timing.first_token_ms, silent.timing.first_token_ms),
    tokens_per_second: speed,
    tokens_per_second_difference: difference(speed.primary, speed.silent),
    tokens_per_second_ratio: ratio(speed.primary, speed.silent),
    output_token_difference: difference(primaryTokens, silentTokens),
    output_token_ratio: ratio(primaryTokens, silentTokens),
    cost_difference_usd: difference(primary.cost_usd, silent.cost_usd),
    cost_ratio: ratio(primary.cost_usd, silent.cost_usd),
    list_cost_difference_usd: difference(primary.list_cost_usd, silent.list_cost_usd),
    list_cost_ratio: ratio(primary.list_cost_usd, silent.list_cost_usd),
  };
}

function difference(primary: number | null, silent: number | null): number | null {
  return primary === null || silent === null ? null : silent - primary;
}

/** Null also when the primary's figure is zero, or so small that the ratio is no number JSON can hold. */
function ratio(primary: number | null, silent: number | null): number | null {
  if (primary === null || silent === null || primary <= 0) return null;
  const quotient = silent / primary;
  return Number.isFinite(quotient) ? quotient : null;
}

/** From the first token on; null for an answer that was not streamed, or came in one piece. */
function tokensPerSecond({ timing, usage }: CallRecord): number | null {
  const { model_ms, first_token_ms } = timing;
  if (usage === null || model_ms === null || first_token_ms === null || model_ms <= first_token_ms) return null;
  const rate = usage.output_tokens / ((model_ms - first_token_ms) / 1000);
  return Number.isFinite(rate) ? rate : null;
}
