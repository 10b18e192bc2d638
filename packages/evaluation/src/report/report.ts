import type { Account } from "@understudy/contracts";
import type {
  Evidence,
  LatencyBar,
  PairedCounts,
  TimelinePoint,
  VectorEvidence,
  WorstMeasure,
  WorstPair,
} from "../evidence.ts";
import type { Rate } from "../statistics/rate.ts";
import type { Selection } from "../verdict/selection.ts";
import type { Verdict } from "../verdict/verdict.ts";
import type { LabelReport } from "./labels.ts";
import type { ReviewReport } from "./reviews.ts";

/** A figure with its 95% bootstrap interval, for one look; null where another interval decides. */
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
  /** Silent over primary; null where the primary costs nothing. As billed it has no interval here: the criterion's decides. */
  readonly ratio: Estimate;
}

export interface TimingReport {
  readonly pairs: number;
  /** Pairs that the percentiles are of: all, or an even part of very many. */
  readonly taken_from: number;
  readonly primary: { readonly p50: number | null; readonly p95: number | null };
  readonly silent: { readonly p50: number | null; readonly p95: number | null };
  /** Silent minus primary, milliseconds. */
  readonly difference_p50: Estimate;
  readonly difference_p95: Estimate;
  /** Two-sided Wilcoxon signed-rank test of the paired differences. */
  readonly p: number | null;
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
    /** Null where no embeddings could be ranked. */
    readonly vectors: VectorEvidence | null;
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
  /** Pairs, evenly drawn, that bootstrap intervals and signed ranks are computed from. */
  readonly sampled_pairs: number;
  /** Of no difference at all, for one look; they decide nothing. p-values of the secondary figures, adjusted by Holm. */
  readonly secondary: readonly { readonly name: string; readonly p: number; readonly p_holm: number }[];
  readonly selection: Selection;
  readonly reviews: ReviewReport;
  /** Null where people are not asked. */
  readonly labels: LabelReport | null;
  readonly timeline: readonly TimelinePoint[];
  readonly latency_bars: readonly LatencyBar[];
  readonly worst: Readonly<Record<WorstMeasure, readonly WorstPair[]>>;
}
