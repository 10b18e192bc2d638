import type { Usage } from "@understudy/contracts";
import { isObject, type WireObject } from "./wire.ts";

/**
 * The provider's count of tokens, or null when it gives none. Providers count tokens read from a cache or written to it
 * within the input or beside it, and hidden reasoning within the output or beside it; here both are always within.
 * `thinkingInTotal`: the provider counts hidden reasoning in the total alone, under no name of its own.
 */
export function readUsage(usage: unknown, thinkingInTotal = false): Usage | null {
  if (!isObject(usage)) return null;
  const counts = readCounts(usage);
  if (counts === null) return null;
  const cache = cacheBesideInput(counts);
  const input = counts.input + cache;
  const thinking = reasoningBesideOutput(counts, (counts.total ?? 0) - input - counts.output, thinkingInTotal);
  return {
    input_tokens: input,
    output_tokens: counts.output + thinking,
    cached_tokens: Math.min(counts.cached, input),
    cache_write_tokens: Math.min(counts.written, input),
    reasoning_tokens: Math.max(counts.reasoning, thinking),
  };
}

/** All that is read of a usage. */
const NAMES = [
  "prompt_tokens",
  "input_tokens",
  "completion_tokens",
  "output_tokens",
  "total_tokens",
  "prompt_tokens_details",
  "input_tokens_details",
  "completion_tokens_details",
  "output_tokens_details",
  "prompt_cache_hit_tokens",
  "cached_tokens",
  "cache_read_input_tokens",
  "cache_creation_input_tokens",
  "cache_write_input_tokens",
  "reasoning_tokens",
  "thinking_tokens",
] as const;

/** What a stream has said of its usage so far, with what its next chunk says: a later count replaces an earlier one. */
export function mergedUsage(earlier: WireObject | null, later: unknown): WireObject | null {
  if (!isObject(later)) return earlier;
  const merged: Record<string, unknown> = {};
  for (const name of NAMES) {
    // Some servers repeat the names with nothing, or with zeros, in a last chunk.
    merged[name] = (later[name] ?? 0) === 0 ? (earlier?.[name] ?? later[name]) : later[name];
  }
  return merged;
}

/** As the provider wrote them, names aside. */
interface Counts {
  readonly input: number;
  readonly output: number;
  readonly cached: number;
  readonly written: number;
  readonly reasoning: number;
  readonly total: number | null;
  /** Whether the cached tokens have a name that only tokens within the input have. */
  readonly cachedWithin: boolean;
  /** Whether the input has Anthropic's name, which leaves out what the caches have to do with. */
  readonly isAnthropic: boolean;
}

function readCounts(usage: WireObject): Counts | null {
  const ofInput = detail(usage, "prompt_tokens_details", "input_tokens_details");
  const ofOutput = detail(usage, "completion_tokens_details", "output_tokens_details");
  const total = tokens(usage, "total_tokens");
  const input = tokens(usage, "prompt_tokens", "input_tokens");
  const output = tokens(usage, "completion_tokens", "output_tokens");
  if (input === null && output === null) return null;
  const within = tokens(ofInput, "cached_tokens") ?? tokens(usage, "prompt_cache_hit_tokens", "cached_tokens");
  return {
    input: input ?? left(total, output),
    output: output ?? left(total, input),
    cached: within ?? tokens(usage, "cache_read_input_tokens") ?? 0,
    written:
      tokens(ofInput, "cache_write_tokens", "cache_creation_tokens") ??
      tokens(usage, "cache_creation_input_tokens", "cache_write_input_tokens") ??
      0,
    reasoning:
      tokens(ofOutput, "reasoning_tokens", "thinking_tokens") ??
      tokens(usage, "reasoning_tokens", "thinking_tokens") ??
      0,
    total,
    cachedWithin: within !== null,
    isAnthropic: tokens(usage, "prompt_tokens") === null,
  };
}

/** Of the cached tokens those that the input does not hold. The total tells; where it does not, the names do. */
function cacheBesideInput(counts: Counts): number {
  const { input, output, cached, written, reasoning, total, cachedWithin } = counts;
  const rest = (total ?? 0) - input - output;
  const told = [cached + written, cached, written].find((beside) => beside === rest || beside === rest - reasoning);
  if (rest > 0 && told !== undefined) return told;
  const byName = cachedWithin && cached <= input ? written : cached + written;
  if (cached + written > input) return byName;
  return counts.isAnthropic && !cachedWithin && rest !== 0 ? byName : 0;
}

/** Of the hidden reasoning those tokens that the output does not hold. `excess`: by how much the total is more than the sum. */
function reasoningBesideOutput({ output, reasoning }: Counts, excess: number, thinkingInTotal: boolean): number {
  if (reasoning > 0 && (excess === reasoning || reasoning > output)) return reasoning;
  return thinkingInTotal ? Math.max(0, excess) : 0;
}

function left(total: number | null, part: number | null): number {
  return Math.max(0, (total ?? 0) - (part ?? 0));
}

function detail(usage: WireObject, name: string, otherName: string): WireObject {
  const value = isObject(usage[name]) ? usage[name] : usage[otherName];
  return isObject(value) ? value : NOTHING;
}

const NOTHING: WireObject = {};

/** The first of the counts that says something; null when none is a count. */
function tokens(counts: WireObject, ...names: readonly string[]): number | null {
  let zero: number | null = null;
  for (const name of names) {
    const read = count(counts[name]);
    if (read !== null && read > 0) return read;
    zero ??= read;
  }
  return zero;
}

/** No call has more, and sums of a few of them are still exact. */
const MOST_TOKENS = 1e12;

/** Some servers write counts as text or as floats. */
function count(value: unknown): number | null {
  const isNumeric = typeof value === "number" || (typeof value === "string" && /^\s*\d+(?:\.\d*)?\s*$/.test(value));
  const whole = isNumeric ? Math.round(Number(value)) : Number.NaN;
  return whole >= 0 && whole <= MOST_TOKENS ? whole : null;
}
