import type { SilentTry } from "@understudy/mirror";
import { withoutProviderWords } from "@understudy/router";
import type { Clock, Logger, LogFields } from "@understudy/runtime";
import type { Metrics } from "@understudy/telemetry";

/** When a silent model's queue has to wait, because its provider says so. */
export interface Pauses {
  /**
   * Milliseconds for which the whole queue is to rest after this try; null when it need not, or rests as long already.
   * `called` is false when no deployment could be asked.
   */
  after(silent: SilentTry, called: boolean): number | null;
}

export interface PausesDeps {
  readonly silentModel: string;
  /** Its model group has no other deployment to turn to. */
  readonly alone: boolean;
  /** A primary that is mirrored to it is called on the same provider account. */
  readonly sharesAccount: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Whatever the provider asks, it is asked again after this. */
export const LONGEST_PAUSE_MS = 300_000;

export function createPauses(deps: PausesDeps): Pauses {
  const { silentModel, clock, logger, metrics } = deps;
  let until = Number.NEGATIVE_INFINITY;
  return {
    after(silent, called) {
      const wanted = pauseAfter(silent, called, deps);
      if (wanted === null) return null;
      const now = clock.monotonic();
      const ms = Math.min(wanted.ms, LONGEST_PAUSE_MS);
      if (now + ms <= until) return null;
      if (now >= until) {
        const fields = { silent_model: silentModel, reason: wanted.reason, seconds: ms / 1_000, ...wanted.fields };
        logger.warn("a silent model is paused", fields);
      }
      metrics.silentPaused(silentModel, wanted.reason, (now + ms - Math.max(now, until)) / 1_000);
      until = now + ms;
      return ms;
    },
  };
}

interface Pause {
  readonly reason: "rate_limited" | "quota_low";
  readonly ms: number;
  readonly fields: LogFields;
}

/** Calls that are under way when a limit is met tell of it one after another; the last of them says how long. */
function pauseAfter(silent: SilentTry, called: boolean, { alone, sharesAccount }: PausesDeps): Pause | null {
  const { record, retryAfterMs, lowQuota } = silent;
  if (isRateLimited(silent) && retryAfterMs !== null && (alone || !called)) {
    return { reason: "rate_limited", ms: retryAfterMs, fields: { error: withoutProviderWords(record).error?.message } };
  }
  if (!sharesAccount || lowQuota === null) return null;
  const { of, remaining, limit, resetMs } = lowQuota;
  return { reason: "quota_low", ms: resetMs, fields: { remaining, limit, of } };
}

/** Refused for the account's limits, which says nothing of the model. */
export function isRateLimited({ record }: SilentTry): boolean {
  return record.error?.kind === "rate_limit";
}
