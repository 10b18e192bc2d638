import type { ChatBody } from "./chat-body.ts";
import { foldKey, GATEWAY_CONTROLS, isForbidden } from "./client-keys.ts";
import { isObject, type WireObject } from "./wire.ts";

export interface SanitizedRequest {
  /** The same object when nothing was stripped. */
  readonly body: ChatBody;
  /** `api_key`, `metadata.api_key`: names as folded, each once, in no more than two parts. */
  readonly stripped: readonly string[];
  /** There is a key that may hide what no client may say: sent twice, the one that is parsed over may hide it still. */
  readonly hasContainers: boolean;
}

/** Keys that hold what a client says about its request, and may hide in it what it may not say. */
const CONTAINERS: ReadonlySet<string> = new Set(["metadata", "litellm_metadata", "extra_body"]);
/** Deeper than this, what a container holds is stripped unread. */
const MAX_DEPTH = 64;

/** Keys of ordinary requests: they need no folding to be known as harmless. */
const ORDINARY: ReadonlySet<string> = new Set([
  "frequency_penalty",
  "logit_bias",
  "logprobs",
  "max_completion_tokens",
  "max_tokens",
  "messages",
  "model",
  "n",
  "parallel_tool_calls",
  "presence_penalty",
  "reasoning_effort",
  "response_format",
  "seed",
  "stop",
  "store",
  "stream",
  "stream_options",
  "temperature",
  "tool_choice",
  "tools",
  "top_logprobs",
  "top_p",
  "user",
]);

/**
 * The request without the keys that no client may send and without LiteLLM's client controls. Messages, tools and all
 * else that is the model's to read is left as it is. Costs one look at each top-level key when nothing is to strip.
 */
export function sanitizeRequest(body: ChatBody): SanitizedRequest {
  const replaced = new Map<string, unknown>();
  const stripped = new Set<string>();
  let hasContainers = false;
  for (const key of Object.keys(body)) {
    if (ORDINARY.has(key)) continue;
    const folded = foldKey(key);
    if (isForbidden(folded) || GATEWAY_CONTROLS.has(folded)) {
      stripped.add(folded);
      replaced.set(key, undefined);
    } else if (CONTAINERS.has(folded)) {
      hasContainers = true;
      const value = body[key];
      const clean = cleaned(value, (name) => stripped.add(`${folded}.${name}`), MAX_DEPTH);
      if (clean !== value) replaced.set(key, clean);
    }
  }
  if (replaced.size === 0) return { body, stripped: [], hasContainers };
  return { body: withReplaced(body, replaced), stripped: [...stripped], hasContainers };
}

function withReplaced(body: ChatBody, replaced: ReadonlyMap<string, unknown>): ChatBody {
  const entries = Object.entries(body).map(([key, value]) => [key, replaced.has(key) ? replaced.get(key) : value]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as ChatBody;
}

/** The value without forbidden keys at any depth: the same value when there are none. */
function cleaned(value: unknown, strip: (name: string) => void, depth: number): unknown {
  if (Array.isArray(value)) return cleanedArray(value, strip, depth);
  if (!isObject(value)) return value;
  if (depth === 0) return tooDeep(strip);
  return cleanedObject(value, strip, depth);
}

function cleanedArray(items: readonly unknown[], strip: (name: string) => void, depth: number): unknown {
  if (depth === 0) return tooDeep(strip);
  const clean = items.map((item) => cleaned(item, strip, depth - 1));
  return clean.some((item, index) => item !== items[index]) ? clean : items;
}

function cleanedObject(value: WireObject, strip: (name: string) => void, depth: number): unknown {
  const kept: [string, unknown][] = [];
  let changed = false;
  for (const [key, inner] of Object.entries(value)) {
    const folded = foldKey(key);
    if (isForbidden(folded)) {
      strip(folded);
      changed = true;
      continue;
    }
    const clean = cleaned(inner, strip, depth - 1);
    changed ||= clean !== inner;
    kept.push([key, clean]);
  }
  return changed ? Object.fromEntries(kept) : value;
}

function tooDeep(strip: (name: string) => void): null {
  strip("(too deep)");
  return null;
}
