import type { Excerpt } from "@understudy/contracts";
import type { Standing } from "./units/turn.ts";
import type { UnitEvidence } from "./units/shapes.ts";
import type { LabelEvidence } from "./labels/label.ts";
import type { ReviewEvidence } from "./judge/review.ts";

/** How often something held, of how many. */
export interface Tally {
  readonly count: number;
  readonly of: number;
}

/** A tally of each side, over the same pairs. */
export interface PairedTally {
  readonly name: string;
  readonly primary: number;
  readonly silent: number;
  readonly of: number;
}

/** A paired yes or no, cell by cell: how often it held of both, of one alone, of neither. */
export interface PairedCounts {
  readonly both: number;
  readonly primary_only: number;
  readonly silent_only: number;
  readonly neither: number;
}

/** Latencies in milliseconds over the pairs in which both calls succeeded. */
export interface TimingEvidence {
  readonly pairs: number;
  readonly primary: { readonly p50: number | null; readonly p95: number | null };
  readonly silent: { readonly p50: number | null; readonly p95: number | null };
  /**
   * Order statistics that bound the true p95, at the ranks `quantileRanks` gives (time-uniform, so that one may look at
   * any time): the primary's lower and the silent's upper for a pass, at P95_ALPHA; the other two for a failure, at
   * P95_FAIL_ALPHA. Null: too few pairs for a bound.
   */
  readonly p95_bounds: {
    readonly primary: { readonly low: number | null; readonly high: number | null };
    readonly silent: { readonly low: number | null; readonly high: number | null };
  };
  /** Median of silent over primary, pair by pair, with order statistics that bound it at any time (P50_ALPHA each side). */
  readonly ratio: { readonly p50: number | null; readonly low: number | null; readonly high: number | null };
  /** Pairs that figures of order (percentiles, bounds) were taken from: all of them, or an even sample of very many. */
  readonly taken_from: number;
}

/** Sums over the pairs whose cost is known on both sides, USD. */
export interface CostEvidence {
  readonly pairs: number;
  readonly primary: number;
  readonly silent: number;
  readonly primary_squares: number;
  readonly silent_squares: number;
  /** Sum of primary x silent. */
  readonly products: number;
  /** The dearest call of each side. */
  readonly primary_most: number;
  readonly silent_most: number;
}

/** Sums of what the calls had cost, USD, had nothing been read from a provider's cache. Over the pairs that have both sides. */
export interface ListCostEvidence {
  readonly pairs: number;
  readonly primary: number;
  readonly silent: number;
}

/** One pair of an even sample, for what needs single values: bootstrap and rank test. */
export interface SampledPair {
  /** Pairs of one conversation or user share it: they are not independent. The pair's own id where there is none. */
  readonly cluster: string;
  readonly primary_ms: number | null;
  readonly silent_ms: number | null;
  readonly primary_first_token_ms: number | null;
  readonly silent_first_token_ms: number | null;
  readonly primary_cost_usd: number | null;
  readonly silent_cost_usd: number | null;
  readonly primary_list_cost_usd: number | null;
  readonly silent_list_cost_usd: number | null;
}

export interface TimelinePoint {
  /** Epoch milliseconds at which the slice begins; all slices are equally long. */
  readonly from: number;
  readonly pairs: number;
  readonly primary_errors: number;
  readonly silent_errors: number;
  readonly disagreed: number;
  readonly comparable: number;
  readonly primary_ms: number | null;
  readonly silent_ms: number | null;
  readonly primary_cost_usd: number;
  readonly silent_cost_usd: number;
}

export interface LatencyBar {
  readonly from_ms: number;
  readonly to_ms: number;
  readonly primary: number;
  readonly silent: number;
}

/** Measures that the worst pairs are listed by. */
export const WORST_MEASURES = ["disagreement", "slower", "dearer", "longer"] as const;
export type WorstMeasure = (typeof WORST_MEASURES)[number];

export interface WorstPair {
  readonly id: string;
  /** Added when the report is handed out: texts are read then, and kept nowhere else. */
  readonly said?: string;
  readonly excerpt?: Excerpt | null;
  /** ROUGE-L, or the correlation of ranks (0 where there is none), ms slower, USD dearer, times as long. */
  readonly value: number;
  /** Further pairs of its prompt that the measure finds worse as well. */
  readonly more: number;
}

/** How alike both models rank what lies near to what, over the comparable pairs of which it can be told. */
export interface VectorEvidence {
  /** All of them, or an even part of very many. */
  readonly pairs: number;
  /** Spearman's correlation of the similarities, -1 to 1. */
  readonly rank_correlation: { readonly mean: number | null; readonly p5: number | null; readonly p50: number | null };
  /** Share of the inputs with the same nearest neighbour, 0 to 1. */
  readonly same_nearest: { readonly mean: number | null };
}

export const NO_VECTORS: VectorEvidence = {
  pairs: 0,
  rank_correlation: { mean: null, p5: null, p50: null },
  same_nearest: { mean: null },
};

/** Requests of one kind: how many were mirrored, how many were left out by the sample, and how many otherwise. */
export interface Stratum {
  /** `size`, `stream`, `tools` or `language`. */
  readonly by: string;
  /** `under 4 KB`, `yes`, `latin`, … */
  readonly name: string;
  readonly admitted: number;
  readonly not_sampled: number;
  readonly dropped: number;
}

/** All that verdict and report are computed from: counts and sums over the stored pairs of one experiment. */
export interface Evidence {
  /** Pairs whose silent model was called. */
  readonly pairs: number;
  readonly comparable: number;
  readonly not_comparable: Readonly<Record<string, number>>;
  /** What each pair is to the verdict. */
  readonly standings: Readonly<Record<Standing, number>>;
  /** One bet a conversation, of those that have entered. */
  readonly units: UnitEvidence;
  /** Over comparable pairs of which it can be told. */
  readonly agreed: Tally;
  readonly agreement_rules: Readonly<Record<string, Tally>>;
  /** Exact, normalised and JSON equality, tool names, arguments, …: how often each held, of the comparable pairs that have it. */
  readonly measures: Readonly<Record<string, Tally>>;
  /** Empty, truncated, likely refusals, invalid JSON or schema, over comparable pairs. */
  readonly flags: readonly PairedTally[];
  readonly vectors: VectorEvidence;
  /** Calls that failed, over pairs whose silent model was called. */
  readonly errors: PairedCounts;
  readonly failures: readonly { readonly kind: string; readonly count: number; readonly example: string }[];
  readonly latency: TimingEvidence;
  readonly first_token: TimingEvidence;
  readonly cost: CostEvidence;
  readonly list_cost: ListCostEvidence;
  readonly tokens: {
    readonly pairs: number;
    readonly primary_input: number;
    readonly primary_output: number;
    readonly silent_input: number;
    readonly silent_output: number;
  };
  readonly queue_wait_ms: { readonly p50: number | null; readonly p95: number | null };
  /** At most 5,000 pairs, evenly drawn. */
  readonly sample: readonly SampledPair[];
  readonly timeline: readonly TimelinePoint[];
  readonly latency_bars: readonly LatencyBar[];
  readonly worst: Readonly<Record<WorstMeasure, readonly WorstPair[]>>;
  readonly strata: readonly Stratum[];
  /** What judge and embedding model say, pair by pair. The judge's criterion is in `units`. */
  readonly reviews: ReviewEvidence;
  /** What people say of some of the judged pairs. */
  readonly labels: LabelEvidence;
}

/** What a verdict is computed from: all but what a report shows besides, which is the dearer part to read. */
export type VerdictEvidence = Omit<
  Evidence,
  "sample" | "timeline" | "latency_bars" | "worst" | "queue_wait_ms" | "vectors" | "list_cost"
>;
