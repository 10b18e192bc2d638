import { backoffMs, type Random } from "@understudy/runtime";
import type { RouterSettings } from "@understudy/config";
import { type FailureKind, FAILURES } from "@understudy/contracts";

/** What the decision looks at after a failed attempt. */
export interface AttemptState {
  readonly kind: FailureKind;
  /** The provider's own wish, milliseconds; null when it named none. */
  readonly retryAfterMs: number | null;
  /** The provider's own word on whether a retry makes sense (`x-should-retry`); null when it gave none. */
  readonly shouldRetry: boolean | null;
  /** Retries already made in this model group. */
  readonly retriesUsed: number;
  readonly retriesAllowed: number;
  /** Healthy deployments of the group that this call has not been refused by. */
  readonly alternatives: number;
  readonly firstByteSent: boolean;
}

export type NextStep = { readonly kind: "retry"; readonly afterMs: number } | { readonly kind: "next_group" };

/** A provider that asks for more patience than this is not waited for: another group is tried, or the call fails. */
const LONGEST_RETRY_AFTER_MS = 60_000;
const BACKOFF = { firstMs: 500, longestMs: 8_000 };

/** Whether to try the group again, and after how long. Never once the client has a byte of the answer. */
export function decideNext(state: AttemptState, floorMs: number, random: Random): NextStep {
  const nextGroup: NextStep = { kind: "next_group" };
  if (state.firstByteSent || state.retriesUsed >= state.retriesAllowed) return nextGroup;
  const prospect = prospectOf(state);
  if (prospect === "never") return nextGroup;
  if (state.alternatives > 0) return { kind: "retry", afterMs: 0 };
  if (prospect === "elsewhere") return nextGroup;
  if (state.retryAfterMs !== null) {
    if (state.retryAfterMs > LONGEST_RETRY_AFTER_MS) return nextGroup;
    return { kind: "retry", afterMs: Math.max(state.retryAfterMs, floorMs) };
  }
  return { kind: "retry", afterMs: Math.max(jitteredMs(state.retriesUsed, random), floorMs) };
}

/** The provider's word goes before the table, but a request that is itself at fault is so elsewhere too. */
function prospectOf({ kind, shouldRetry }: AttemptState): "again" | "elsewhere" | "never" {
  if (shouldRetry === true) return "again";
  const usual = FAILURES[kind].retry;
  return shouldRetry === false && usual === "again" ? "elsewhere" : usual;
}

/** Full jitter: anywhere between nothing and a ceiling that doubles with every retry. */
export function jitteredMs(retriesUsed: number, random: Random): number {
  return random() * backoffMs(retriesUsed, BACKOFF);
}

/** Retries that the settings allow for a failure of this kind. A policy for the kind wins over the plain count. */
export function retriesAllowed(
  kind: FailureKind,
  group: string,
  settings: RouterSettings,
  plain: number | null,
): number {
  return settings.groupRetryPolicy[group]?.[kind] ?? settings.retryPolicy[kind] ?? plain ?? settings.numRetries;
}

/** Any other text may still be a date to `Date.parse`, and one of the past: that would mean "at once". */
const HTTP_DATE = /^[A-Z][a-z]+, .* GMT$/;

/**
 * `retry-after-ms`, or `retry-after` in seconds or as an HTTP date (RFC 9110, 10.2.3), as milliseconds from `now`.
 * Null when absent or unreadable.
 */
export function readRetryAfter(headers: Readonly<Record<string, string>>, now: number): number | null {
  const exact = readAmount(headers["retry-after-ms"]);
  if (exact !== null) return exact;
  const value = headers["retry-after"]?.trim();
  const seconds = readAmount(value);
  if (seconds !== null) return seconds * 1000;
  const date = value !== undefined && HTTP_DATE.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** `x-should-retry`, by which OpenAI and Anthropic tell their SDKs whether to try again; null where it is absent or odd. */
export function readShouldRetry(headers: Readonly<Record<string, string>>): boolean | null {
  const word = headers["x-should-retry"]?.trim().toLowerCase();
  return word === "true" ? true : word === "false" ? false : null;
}

/** More digits are no wait that anyone means, and enough of them would be Infinity. */
function readAmount(text: string | undefined): number | null {
  return text !== undefined && /^\s*\d{1,15}(?:\.\d+)?\s*$/.test(text) ? Number(text) : null;
}
