import type { Account } from "@understudy/contracts";
import type { Stratum } from "../evidence.ts";
import { sampleRatio } from "../statistics/chi-square.ts";
import { type Rate, rateOf } from "../statistics/rate.ts";

/** Whether what was mirrored looks like what was asked for. */
export interface Selection {
  /** Share of requests that the configuration asks to mirror; null when deployments differ in it. */
  readonly configured_rate: number | null;
  /** Rates that were in force before, where it was changed: what was mirrored then is held to them. Absent: none. */
  readonly earlier_rates?: readonly number[];
  readonly sampled: Rate;
  /** False: what was mirrored, in all or of some kind, does not look like what was asked for. To be said first. */
  readonly ok: boolean;
  /** Sample-ratio check; null where it cannot be made. */
  readonly sample_ratio: { readonly p: number; readonly ok: boolean } | null;
  readonly strata: readonly SelectionStratum[];
}

/** Shares that were asked for: now, and before where that was changed. */
export interface RatesInForce {
  readonly configuredRate: number | null;
  readonly earlierRates?: readonly number[] | undefined;
}

export interface SelectionStratum {
  readonly by: string;
  readonly name: string;
  readonly admitted: number;
  readonly requests: number;
  /** Mirrored share of the requests of this kind. */
  readonly share: Rate;
  /** Whether its share differs from the configured one by more than chance (chi-square, p < 0.001). */
  readonly off: boolean;
}

/** Below this the mirrored requests do not look like a sample of the share that was asked for. */
const ALARM_P = 0.001;

/**
 * Whether what was mirrored looks like what was asked for: the share of admitted among the requests that the sample was
 * drawn from, in all and by kind of request (sample-ratio check, chi-square against the configured share).
 */
export function checkSelection(
  account: Account,
  strata: readonly Stratum[],
  { configuredRate, earlierRates = [] }: RatesInForce,
): Selection {
  const rates = configuredRate === null ? [] : [configuredRate, ...earlierRates];
  const drawnFrom = account.admitted + (account.skipped["not_sampled"] ?? 0);
  const overall = ratioCheck(account.admitted, drawnFrom, rates);
  // As many checks as kinds: without the correction one in a thousand of them would cry wolf.
  const alarm = ALARM_P / Math.max(1, strata.length);
  const sample_ratio = overall === null ? null : { p: overall, ok: overall >= ALARM_P };
  const described = strata.map((stratum) => describeStratum(stratum, rates, alarm));
  return {
    configured_rate: configuredRate,
    ...(earlierRates.length > 0 ? { earlier_rates: earlierRates } : {}),
    sampled: rateOf(account.admitted, drawnFrom),
    ok: sample_ratio?.ok !== false && !described.some(({ off }) => off),
    sample_ratio,
    strata: described,
  };
}

function describeStratum(stratum: Stratum, rates: readonly number[], alarm: number): SelectionStratum {
  const { by, name, admitted, not_sampled, dropped } = stratum;
  const requests = admitted + not_sampled;
  // A dropped mirror was admitted, and says nothing in the statistics: its kind is under-represented all the same.
  const mirrored = Math.max(0, admitted - dropped);
  const p = ratioCheck(mirrored, requests, rates);
  return { by, name, admitted, requests, share: rateOf(mirrored, requests), off: p !== null && p < alarm };
}

/**
 * Nobody counts requests by the rate of their time, so where it was changed the share may be anything between the least and the
 * greatest that was in force, and no more.
 */
function ratioCheck(count: number, of: number, rates: readonly number[]): number | null {
  if (rates.length === 0 || of === 0) return null;
  const nearest = Math.min(Math.max(count / of, Math.min(...rates)), Math.max(...rates));
  return rates.length > 1 && nearest === count / of ? 1 : (sampleRatio(count, of, nearest)?.p ?? null);
}
