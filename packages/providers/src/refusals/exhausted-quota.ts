import type { FailureBody } from "@understudy/apis";

/** What providers call an account whose money or allowance is used up. */
const NAMES: ReadonlySet<string> = new Set([
  "insufficient_quota",
  "insufficient_balance",
  "insufficient_credits",
  "insufficient_funds",
  "billing_error",
  "billing_hard_limit_reached",
  "billing_not_active",
  "exceeded_current_quota_error",
  "payment_required",
  "quotaexceeded",
  "quota_exceeded",
  "arrearage",
]);
/** A rate that they name so passes by itself, whatever else is said. */
const RATE_NAMES: ReadonlySet<string> = new Set(["rate_limit_exceeded", "rate_limit_error", "ratelimitreached"]);

/** Limits of a minute pass while one waits; Google names them `…PerMinutePerProject…`. */
const BY_THE_MINUTE = /per[ _-]?(?:second|sec\b|minute|min\b)|\b[rt]p[ms]\b/i;
const BY_THE_DAY = /per[ _-]?(?:day|month)|(?:daily|monthly) (?:\w+ ){0,2}(?:limit|quota)|\/ ?month/i;
const USED_UP =
  /(?:exceeded|exhausted|out of|reached|over) (?:\w+ ){0,4}quota\b|quota (?:\w+ ){0,2}(?:exceeded|exhausted|reached)|quota will be replenished|(?:insufficient|not enough|out of) (?:\w+ )?(?:quota|balance|credits?|funds)|(?:credit )?balance is too low|(?:used all|doesn'?t have any|no) (?:\w+ )?credits|(?:spending|billing|credit|usage) (?:hard )?limits? (?:\w+ )?(?:reached|exceeded)|reached its monthly spending|monthly (?:included credits|spending limit)|specified api usage limits|plan and billing|key limit exceeded/i;
/** A 400 quotes what the client wrote; only a sentence that begins so is the provider's own. */
const USED_UP_AT_ONCE =
  /^(?:your credit balance is too low|you have reached your specified api usage limits|you exceeded your current quota|billing hard limit)/i;

const MAX_READ_CHARS = 4_000;

/**
 * Whether an error says that the account's money or allowance is used up: no waiting of a call's length helps, and a retry is
 * sure to fail. `text` is the whole body, for what Google says beside its message.
 */
export function isQuotaExhausted(status: number, body: FailureBody, text: string): boolean {
  if (status === 402) return true;
  const names = [body.code, body.type].map((name) => (name ?? "").toLowerCase());
  const message = body.message.slice(0, MAX_READ_CHARS);
  const isNamed = names.some((name) => NAMES.has(name));
  if (status === 400 || status === 401) return isNamed || USED_UP_AT_ONCE.test(message);
  if (status !== 403 && status !== 412 && status !== 429) return false;
  const span = /"quotaId":\s{0,4}"\w{0,80}Per(Day|Minute)/.exec(text.slice(0, MAX_READ_CHARS * 4))?.[1];
  if (span !== undefined) return span === "Day";
  if (BY_THE_MINUTE.test(message)) return false;
  return isNamed || (!names.some((name) => RATE_NAMES.has(name)) && saysUsedUp(status, message));
}

function saysUsedUp(status: number, message: string): boolean {
  return USED_UP.test(message) || (status === 429 && BY_THE_DAY.test(message));
}

/** Milliseconds that Google asks to wait, in its error's `RetryInfo`; null where the body names none. */
export function retryDelayIn(bodyText: string): number | null {
  const seconds = /"retryDelay"\s{0,4}:\s{0,4}"(\d{1,6}(?:\.\d{1,9})?)s"/.exec(bodyText)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1_000;
}
