import { isObject, type WireObject, numberOrNull } from "../wire.ts";

const SUMMED = ["input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"] as const;

/**
 * The usage of a message with what a compaction cost in it: its totals leave that out, and its `iterations` have it. Where
 * another model took over (`fallback_message`) the totals stand, since they are those of the model that answered.
 */
export function usageIn(usage: unknown): unknown {
  if (!isObject(usage) || !Array.isArray(usage["iterations"])) return usage;
  const all = usage["iterations"].filter(isObject);
  const isOf = (type: string) => all.some((iteration) => iteration["type"] === type);
  if (!isOf("compaction") || isOf("fallback_message")) return usage;
  const billed = all.filter(({ type }) => type === "compaction" || type === "message");
  return { ...usage, ...Object.fromEntries(SUMMED.map((name) => [name, sum(billed, name)])) };
}

function sum(iterations: readonly WireObject[], name: string): number {
  return iterations.reduce((total, iteration) => total + (numberOrNull(iteration[name]) ?? 0), 0);
}
