import type { Evidence, LatencyBar, PairedCounts, TimelinePoint, WorstMeasure, WorstPair } from "../evidence.ts";
import type { Verdict } from "../verdict/verdict.ts";
import type { ReviewReport } from "./reviews.ts";

/** A rate with its 95% Wilson interval; all null where nothing was counted. */
export interface Rate {
  readonly count: number;
  readonly of: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** A figure with its 95% bootstrap interval. */
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** What the calls of both sides cost, over the pairs in which both are known. */
export interface CostReport {
  readonly pairs: number;
  readonly primary_usd: number | null;
  readonly silent_usd: number | null;
  /** Silent over primary; null where the primary costs nothing. */
  readonly ratio: Estimate;
}

export interface TimingReport {
  readonly pairs: number;
  readonly primary: { readonly p50: number | null; readonly p95: number | null };
  readonly silent: { readonly p50: number | null; readonly p95: number | null };
  /** Silent minus primary, milliseconds. */
  readonly difference_p50: Estimate;
  readonly difference_p95: Estimate;
  /** Two-sided Wilcoxon signed-rank test of the paired differences. */
  readonly p: number | null;
}

/** An account of mirrors, as `GET /api/experiments/:id` has it. */
export interface Account {
  readonly admitted: number;
  readonly paired: number;
  readonly failed: number;
  readonly expired: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly pending: number;
  readonly skipped: Readonly<Record<string, number>>;
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

/** What an experiment's pairs say; milliseconds, USD, rates 0 to 1. As `GET /api/experiments/:id/report` answers it. */
export interface Report {
  readonly experiment: {
    readonly id: string;
    readonly primary: string;
    readonly silent: string;
    readonly control: boolean;
    /** Stored requests, sent to the silent model later: no sample of live traffic. */
    readonly replay: boolean;
  };
  /** Epoch milliseconds. */
  readonly generated_at: number;
  readonly verdict: Verdict;
  /** What must be known before any figure is believed: selection, dropped pairs, missing control. */
  readonly warnings: readonly string[];
  readonly account: Account;
  readonly pairs: {
    readonly called: number;
    readonly comparable: number;
    readonly not_comparable: Readonly<Record<string, number>>;
  };
  readonly quality: {
    readonly disagreement: Rate;
    /** The control's: how much the primary disagrees with itself. Null without a control. */
    readonly floor: Rate | null;
    readonly by_rule: readonly { readonly rule: string; readonly disagreement: Rate }[];
    readonly measures: readonly { readonly name: string; readonly rate: Rate }[];
    readonly flags: readonly { readonly name: string; readonly primary: Rate; readonly silent: Rate }[];
  };
  readonly errors: {
    readonly primary: Rate;
    readonly silent: Rate;
    readonly counts: PairedCounts;
    /** McNemar: exact mid-p below 25 discordant pairs, chi-square with continuity correction from there. */
    readonly p: number | null;
    readonly failures: Evidence["failures"];
  };
  readonly latency: TimingReport;
  readonly first_token: TimingReport;
  /** As billed. */
  readonly cost: CostReport;
  /** As though no provider had read from its cache: a primary whose cache is warm looks cheaper than it is. */
  readonly list_cost: CostReport;
  readonly tokens: Evidence["tokens"];
  readonly queue_wait_ms: Evidence["queue_wait_ms"];
  /** p-values of the secondary figures, adjusted by Holm. */
  readonly secondary: readonly { readonly name: string; readonly p: number; readonly p_holm: number }[];
  readonly selection: {
    /** Share of requests that the configuration asks to mirror; null when deployments differ in it. */
    readonly configured_rate: number | null;
    readonly sampled: Rate;
    /** Sample-ratio check; null where it cannot be made. */
    /** False: what was mirrored, in all or of some kind, does not look like what was asked for. To be said first. */
    readonly ok: boolean;
    readonly sample_ratio: { readonly p: number; readonly ok: boolean } | null;
    readonly strata: readonly SelectionStratum[];
  };
  readonly reviews: ReviewReport;
  readonly timeline: readonly TimelinePoint[];
  readonly latency_bars: readonly LatencyBar[];
  readonly worst: Readonly<Record<WorstMeasure, readonly WorstPair[]>>;
}
