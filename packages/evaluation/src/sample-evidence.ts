import { NO_REVIEWS } from "./judge/review.ts";
import type { Evidence, SampledPair, TimingEvidence } from "./evidence.ts";

/** Latencies of 200 pairs in which the silent model is as fast as the primary, for tests. */
export function sampleTiming(changes: Partial<TimingEvidence> = {}): TimingEvidence {
  return {
    pairs: 200,
    primary: { p50: 600, p95: 1_000 },
    silent: { p50: 600, p95: 1_000 },
    p95_bounds: { primary: { low: 950, high: 1_060 }, silent: { low: 950, high: 1_060 } },
    taken_from: 200,
    ...changes,
  };
}

/** One pair whose sides are alike. */
export function samplePair(index: number, changes: Partial<SampledPair> = {}): SampledPair {
  const ms = 500 + (index % 20) * 10;
  return {
    cluster: `c${index}`,
    primary_ms: ms,
    silent_ms: ms,
    primary_first_token_ms: ms / 2,
    silent_first_token_ms: ms / 2,
    primary_cost_usd: 0.001,
    silent_cost_usd: 0.001,
    primary_list_cost_usd: 0.001,
    silent_list_cost_usd: 0.001,
    ...changes,
  };
}

/** An experiment of 200 pairs that all agree and cost the same, for tests; `changes` says how this one differs. */
export function sampleEvidence(changes: Partial<Evidence> = {}): Evidence {
  return {
    pairs: 200,
    comparable: 200,
    not_comparable: {},
    agreed: { count: 200, of: 200 },
    agreement_rules: { short_text: { count: 200, of: 200 } },
    measures: { exact_match: { count: 180, of: 200 }, normalised_match: { count: 200, of: 200 } },
    flags: [{ name: "refusal", primary: 0, silent: 0, of: 200 }],
    errors: { both: 0, primary_only: 0, silent_only: 0, neither: 200 },
    failures: [],
    latency: sampleTiming(),
    first_token: sampleTiming({ primary: { p50: 300, p95: 500 }, silent: { p50: 300, p95: 500 } }),
    cost: {
      pairs: 200,
      primary: 0.2,
      silent: 0.2,
      primary_squares: 0.0002,
      silent_squares: 0.0002,
      products: 0.0002,
      primary_most: 0.001,
      silent_most: 0.001,
    },
    list_cost: { pairs: 200, primary: 0.2, silent: 0.2 },
    tokens: { pairs: 200, primary_input: 4_000, primary_output: 8_000, silent_input: 4_000, silent_output: 8_000 },
    queue_wait_ms: { p50: 20, p95: 60 },
    sample: Array.from({ length: 200 }, (_, index) => samplePair(index)),
    timeline: [],
    latency_bars: [],
    worst: { disagreement: [], slower: [], dearer: [], longer: [] },
    strata: [],
    reviews: NO_REVIEWS,
    ...changes,
  };
}
