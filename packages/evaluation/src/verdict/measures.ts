import type { CostEvidence, Evidence, PairedCounts, TimingEvidence } from "../evidence.ts";
import { lowerBound, rateBounds, upperBound } from "./bounds.ts";
import { percentile } from "../statistics/percentile.ts";
import { coveredCost, lowerCostRatio, upperCostRatio } from "./cost-bounds.ts";
import { P95_ALPHA, P95_FAIL_ALPHA, quantileRanks } from "./quantile-ranks.ts";
import { ALPHA, FAIL_ALPHA } from "./verdict.ts";

/** What a margin limits: the estimate, and bounds that hold at any time. Null where there is none yet. */
export interface Measured {
  readonly estimate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Pairs it rests on. */
  readonly pairs: number;
}

const NOTHING: Measured = { estimate: null, low: null, high: null, pairs: 0 };

/**
 * Disagreement beyond the control's, as a difference of rates. Without a control any part of it may be chance: its upper
 * bound then is that of the disagreement itself, and there is no lower one. `growth` scales the counts, to look ahead.
 */
export function qualityLoss(evidence: Evidence, control: Evidence | null, growth = 1): Measured {
  const { count, of } = evidence.agreed;
  if (of === 0) return NOTHING;
  const disagreed = of - count;
  if (control === null || control.agreed.of === 0) {
    const { high } = rateBounds(disagreed * growth, of * growth, { low: FAIL_ALPHA, high: ALPHA });
    return { estimate: disagreed / of, low: null, high, pairs: of };
  }
  const floor = control.agreed.of - control.agreed.count;
  // Two bounds are used at once, so each has half of the level.
  const candidate = rateBounds(disagreed * growth, of * growth, { low: FAIL_ALPHA / 2, high: ALPHA / 2 });
  const chance = rateBounds(floor * growth, control.agreed.of * growth, { low: ALPHA / 2, high: FAIL_ALPHA / 2 });
  return {
    estimate: disagreed / of - floor / control.agreed.of,
    low: candidate.low - chance.high,
    high: candidate.high - chance.low,
    pairs: of,
  };
}

/** Failed calls beyond the primary's, pair by pair. */
export function errorExcess({ both, primary_only, silent_only, neither }: PairedCounts, growth = 1): Measured {
  const pairs = both + primary_only + silent_only + neither;
  if (pairs === 0) return NOTHING;
  const differences = [
    { value: 1, count: silent_only * growth },
    { value: 0, count: (both + neither) * growth },
    { value: -1, count: primary_only * growth },
  ];
  return {
    estimate: (silent_only - primary_only) / pairs,
    low: lowerBound(differences, -1, FAIL_ALPHA),
    high: upperBound(differences, 1, ALPHA),
    pairs,
  };
}

/**
 * 95th percentile of latency, silent over primary. To look ahead, the bounds are taken from where their ranks among so many
 * pairs would lie in the sample.
 */
export function latencyRatio({ latency, sample }: Evidence): (growth: number) => Measured {
  const known = sample.filter(({ primary_ms, silent_ms }) => primary_ms !== null && silent_ms !== null);
  const primary = Float64Array.from(known, ({ primary_ms }) => primary_ms ?? 0).toSorted();
  const silent = Float64Array.from(known, ({ silent_ms }) => silent_ms ?? 0).toSorted();
  return (growth) => {
    if (growth === 1) return ratioOfP95(latency, latency.p95_bounds);
    const pairs = Math.round(latency.pairs * growth);
    const at = (sorted: Float64Array, rank: number | null): number | null =>
      rank === null ? null : percentile(sorted, rank / pairs);
    const [pass, fail] = [P95_ALPHA, P95_FAIL_ALPHA].map((alpha) => quantileRanks(pairs, 0.95, alpha));
    return ratioOfP95(latency, {
      primary: { low: at(primary, pass?.low ?? null), high: at(primary, fail?.high ?? null) },
      silent: { low: at(silent, fail?.low ?? null), high: at(silent, pass?.high ?? null) },
    });
  };
}

function ratioOfP95({ pairs, primary, silent }: TimingEvidence, bounds: TimingEvidence["p95_bounds"]): Measured {
  return {
    estimate: quotient(silent.p95, primary.p95),
    low: quotient(bounds.silent.low, bounds.primary.high),
    high: quotient(bounds.silent.high, bounds.primary.low),
    pairs,
  };
}

/** Mean cost, silent over primary. The bounds hold while no call costs more than `coveredCost` says. */
export function costRatio(cost: CostEvidence, growth = 1): Measured {
  if (cost.pairs === 0 || cost.primary <= 0) return NOTHING;
  const grown = {
    ...cost,
    pairs: cost.pairs * growth,
    primary: cost.primary * growth,
    silent: cost.silent * growth,
    primary_squares: cost.primary_squares * growth,
    silent_squares: cost.silent_squares * growth,
    products: cost.products * growth,
  };
  const covered = coveredCost(cost);
  return {
    estimate: cost.silent / cost.primary,
    low: lowerCostRatio(grown, covered.primary, FAIL_ALPHA),
    high: upperCostRatio(grown, covered.silent, ALPHA),
    pairs: cost.pairs,
  };
}

function quotient(above: number | null, below: number | null): number | null {
  return above === null || below === null || below <= 0 ? null : above / below;
}
