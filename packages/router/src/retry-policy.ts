import type { FailureKind, RouterSettings } from "@understudy/config";
import type { Random } from "@understudy/runtime";

/** What the decision looks at after a failed attempt. */
export interface AttemptState {
  readonly kind: FailureKind;
  /** The provider's own wish, milliseconds; null when it named none. */
  readonly retryAfterMs: number | null;
  /** Retries already made in this model group. */
  readonly retriesUsed: number;
  readonly retriesAllowed: number;
  /** Healthy deployments of the group that this call has not been refused by. */
  readonly alternatives: number;
  readonly firstByteSent: boolean;
}

export type Decision = { readonly kind: "retry"; readonly afterMs: number } | { readonly kind: "next_group" };

/** A provider that asks for more patience than this is not waited for: another group is tried, or the call fails. */
const LONGEST_RETRY_AFTER_MS = 60_000;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 8_000;

/**
 * `again`: the same deployment may well answer next time. `elsewhere`: only another deployment can.
 * `never`: the request itself is at fault.
 */
const PROSPECT: Readonly<Record<FailureKind, "again" | "elsewhere" | "never">> = {
  timeout: "again",
  rate_limit: "again",
  unavailable: "again",
  server_error: "again",
  connection: "again",
  authentication: "elsewhere",
  permission: "elsewhere",
  not_found: "elsewhere",
  bad_request: "never",
  context_window: "never",
  content_policy: "never",
};

/** Whether to try the group again, and after how long. Never once the client has a byte of the answer. */
export function decideNext(state: AttemptState, floorMs: number, random: Random): Decision {
  const nextGroup: Decision = { kind: "next_group" };
  if (state.firstByteSent || state.retriesUsed >= state.retriesAllowed) return nextGroup;
  const prospect = PROSPECT[state.kind];
  if (prospect === "never") return nextGroup;
  if (state.alternatives > 0) return { kind: "retry", afterMs: 0 };
  if (prospect === "elsewhere") return nextGroup;
  if (state.retryAfterMs !== null) {
    if (state.retryAfterMs > LONGEST_RETRY_AFTER_MS) return nextGroup;
    return { kind: "retry", afterMs: Math.max(state.retryAfterMs, floorMs) };
  }
  return { kind: "retry", afterMs: Math.max(backoffMs(state.retriesUsed, random), floorMs) };
}

/** Full jitter: anywhere between nothing and a ceiling that doubles with every retry. */
export function backoffMs(retriesUsed: number, random: Random): number {
  return random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** retriesUsed);
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

function readAmount(text: string | undefined): number | null {
  return text !== undefined && /^\s*\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : null;
}
