import type { ChatBody } from "./chat-body.ts";
import { foldKey, GATEWAY_CONTROLS, isForbidden } from "./client-keys.ts";
import { rewriteJson } from "../json/rewrite.ts";
import { hasDuplicateKeys, membersAt, valueAt } from "../json/spans.ts";
import { isObject, type WireObject } from "@understudy/apis";

export interface SanitizedRequest {
  /** The same object when nothing was stripped. */
  readonly body: ChatBody;
  /** `api_key`, `metadata.api_key`: names as folded, each once, in no more than two parts. */
  readonly stripped: readonly string[];
  /** Keys that may hide what no client may say. */
  readonly containers: readonly string[];
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
  const odd = Object.keys(body).filter((key) => !ORDINARY.has(key));
  if (odd.length === 0) return { body, stripped: [], containers: [] };
  const replaced = new Map<string, unknown>();
  const stripped = new Set<string>();
  const containers: string[] = [];
  for (const key of odd) {
    const folded = foldKey(key);
    if (isForbidden(folded) || GATEWAY_CONTROLS.has(folded)) {
      stripped.add(folded);
      replaced.set(key, undefined);
    } else if (CONTAINERS.has(folded)) {
      containers.push(key);
      const value = body[key];
      const clean = cleaned(value, (name) => stripped.add(`${folded}.${name}`), MAX_DEPTH);
      if (clean !== value) replaced.set(key, clean);
    }
  }
  if (replaced.size === 0) return { body, stripped: [], containers };
  return { body: withReplaced(body, replaced), stripped: [...stripped], containers };
}

/**
 * The text that `parsed` was read from, as text of the sanitised request: the same one where nothing had to be taken out. A
 * container is written anew where a key stands twice, since the one that is parsed over may hide what was stripped.
 */
export function sanitizedText(text: string, parsed: ChatBody, { body, containers }: SanitizedRequest): string {
  if (body === parsed && containers.length === 0) return text;
  const changed = containers.filter((key) => body[key] !== parsed[key]);
  const anew = new Set([...changed, ...hidingPlaces(text, containers)]);
  return body === parsed && anew.size === 0 ? text : rewriteJson(text, parsed, body, anew);
}

function hidingPlaces(text: string, containers: readonly string[]): readonly string[] {
  if (containers.length === 0) return [];
  const members = membersAt(text, valueAt(text, 0).start);
  if (members === null) return containers;
  return containers.filter((container) => {
    const places = members.filter(({ key }) => key === container);
    return places.length > 1 || places.some(({ value }) => hasDuplicateKeys(text, value));
  });
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
