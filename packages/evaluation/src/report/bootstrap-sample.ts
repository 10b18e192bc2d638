import type { SampledPair } from "../evidence.ts";
import type { Estimate } from "./report.ts";
import { percentile } from "../statistics/percentile.ts";

/** Differences are silent minus primary, milliseconds; the ratio is silent over primary. */
export interface SampleEstimates {
  readonly latency_p50: Estimate;
  readonly latency_p95: Estimate;
  readonly first_token_p50: Estimate;
  readonly first_token_p95: Estimate;
  readonly cost_ratio: Estimate;
  readonly list_cost_ratio: Estimate;
}

const RESAMPLES = 500;

/**
 * 95% percentile intervals of paired differences by the bootstrap (Efron 1979). Whole clusters are drawn, because pairs
 * of one conversation are not independent (Field & Welsh 2007). Fewer than two clusters give no interval.
 */
export function bootstrapSample(sample: readonly SampledPair[], random: () => number): SampleEstimates {
  const latency = columnsOf(sample, "primary_ms", "silent_ms");
  const firstToken = columnsOf(sample, "primary_first_token_ms", "silent_first_token_ms");
  const cost = columnsOf(sample, "primary_cost_usd", "silent_cost_usd");
  const [latency_p50, latency_p95] = estimates(latency, (draw) => differences(latency, draw), random);
  const [first_token_p50, first_token_p95] = estimates(firstToken, (draw) => differences(firstToken, draw), random);
  const listCost = columnsOf(sample, "primary_list_cost_usd", "silent_list_cost_usd");
  const [cost_ratio] = estimates(cost, (draw) => [ratioOfSums(cost, draw)], random);
  const [list_cost_ratio] = estimates(listCost, (draw) => [ratioOfSums(listCost, draw)], random);
  return {
    latency_p50: latency_p50 ?? NONE,
    latency_p95: latency_p95 ?? NONE,
    first_token_p50: first_token_p50 ?? NONE,
    first_token_p95: first_token_p95 ?? NONE,
    cost_ratio: cost_ratio ?? NONE,
    list_cost_ratio: list_cost_ratio ?? NONE,
  };
}

const NONE: Estimate = { value: null, low: null, high: null };

/** Both sides' values of the pairs that have both, and which pairs belong together. */
interface Columns {
  readonly primary: Float64Array;
  readonly silent: Float64Array;
  /** Indexes of the pairs of each cluster. */
  readonly clusters: readonly (readonly number[])[];
}

/** Figures of the pairs with the given indexes. */
type Figures = (draw: Int32Array) => readonly (number | null)[];
type Column = Exclude<keyof SampledPair, "cluster">;

function columnsOf(sample: readonly SampledPair[], primary: Column, silent: Column): Columns {
  const known = sample.filter((pair) => pair[primary] !== null && pair[silent] !== null);
  const clusters = Map.groupBy(known.keys(), (index) => known[index]?.cluster ?? "");
  return {
    primary: Float64Array.from(known, (pair) => pair[primary] ?? 0),
    silent: Float64Array.from(known, (pair) => pair[silent] ?? 0),
    clusters: [...clusters.values()],
  };
}

function estimates(columns: Columns, figures: Figures, random: () => number): readonly Estimate[] {
  const { clusters } = columns;
  const values = figures(Int32Array.from(clusters.flat()));
  if (clusters.length < 2) return values.map((value) => ({ ...NONE, value }));
  const resampled = Array.from({ length: RESAMPLES }, () => figures(drawClusters(clusters, random)));
  return values.map((value, index) => ({ value, ...middle95(resampled.map((drawn) => drawn[index] ?? null)) }));
}

function drawClusters(clusters: Columns["clusters"], random: () => number): Int32Array {
  const draw: number[] = [];
  for (let count = 0; count < clusters.length; count += 1) {
    for (const index of clusters[Math.floor(random() * clusters.length)] ?? []) draw.push(index);
  }
  return Int32Array.from(draw);
}

function middle95(values: readonly (number | null)[]): { low: number | null; high: number | null } {
  const sorted = Float64Array.from(values.filter((value) => value !== null)).toSorted();
  return { low: percentile(sorted, 0.025), high: percentile(sorted, 0.975) };
}

/** Of the medians, and of the 95th percentiles. */
function differences({ primary, silent }: Columns, draw: Int32Array): readonly (number | null)[] {
  const sorted = (column: Float64Array): Float64Array =>
    Float64Array.from(draw, (index) => column[index] ?? 0).toSorted();
  const [one, other] = [sorted(primary), sorted(silent)];
  return [0.5, 0.95].map((fraction) => {
    const [first, second] = [percentile(one, fraction), percentile(other, fraction)];
    return first === null || second === null ? null : second - first;
  });
}

function ratioOfSums({ primary, silent }: Columns, draw: Int32Array): number | null {
  let [one, other] = [0, 0];
  for (const index of draw) {
    one += primary[index] ?? 0;
    other += silent[index] ?? 0;
  }
  return one > 0 ? other / one : null;
}
