/** A limit of the provider account of which little is left. */
export interface LowQuota {
  readonly of: "requests" | "tokens";
  readonly remaining: number;
  readonly limit: number;
  /** Milliseconds until it is whole again, as the provider says; ten seconds where it does not. */
  readonly resetMs: number;
}

/** Below this share of the limit, what is left is for others on the account. */
const LOW = 0.1;
const UNKNOWN_RESET_MS = 10_000;

/**
 * Reads `x-ratelimit-{limit,remaining,reset}-{requests,tokens}`, lower-case names. Of two limits that are low, the one that
 * is whole again later; null when none is low, or the headers do not say.
 */
export function readLowQuota(headers: Readonly<Record<string, string>>, now: number): LowQuota | null {
  const low = (["requests", "tokens"] as const).flatMap((of): LowQuota[] => {
    const limit = readCount(headers[`x-ratelimit-limit-${of}`]);
    const remaining = readCount(headers[`x-ratelimit-remaining-${of}`]);
    if (limit === null || remaining === null || limit === 0 || remaining / limit >= LOW) return [];
    return [{ of, remaining, limit, resetMs: readReset(headers[`x-ratelimit-reset-${of}`], now) ?? UNKNOWN_RESET_MS }];
  });
  return low.toSorted((one, other) => other.resetMs - one.resetMs)[0] ?? null;
}

/** More digits count nothing, and enough of them would be Infinity. */
function readCount(text: string | undefined): number | null {
  return text !== undefined && /^\s*\d{1,15}(?:\.\d+)?\s*$/.test(text) ? Number(text) : null;
}

const UNIT_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
const SPAN = /^(?:\d{1,15}(?:\.\d+)?(?:ms|[dhms]))+$/;
const SPAN_PART = /(\d+(?:\.\d+)?)(ms|[dhms])/g;
/** A number above this is a moment: epoch seconds, or, a thousand times larger, milliseconds. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MS = 1e12;

/** OpenAI writes `6m0s` or `20ms`; others write seconds, epoch seconds or milliseconds, or a timestamp. */
function readReset(text: string | undefined, now: number): number | null {
  const value = text?.trim() ?? "";
  const number = readCount(value);
  if (number !== null && number >= EPOCH_MS) return Math.max(0, number - now);
  if (number !== null && number >= EPOCH_SECONDS) return Math.max(0, number * 1_000 - now);
  if (number !== null) return number * 1_000;
  if (SPAN.test(value)) {
    return [...value.matchAll(SPAN_PART)].reduce(
      (sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ""] ?? 0),
      0,
    );
  }
  const at = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
