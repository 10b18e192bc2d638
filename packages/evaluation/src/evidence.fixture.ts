import { NO_LABELS } from "./labels/label.ts";
import { NO_REVIEWS } from "./judge/review.ts";
import { type Evidence, NO_VECTORS, type SampledPair, type TimingEvidence } from "./evidence.ts";
import {
  type Block,
  isKeptInBlocks,
  NO_UNITS,
  type Shape,
  shapesOf,
  type UnitEvidence,
  UNITS_IN_BLOCK,
} from "./units/shapes.ts";
import type { Turn } from "./units/turn.ts";
import { type UnitRules, unitOf } from "./units/unit.ts";

/** Latencies of 200 pairs in which the silent model is as fast as the primary, for tests. */
export function sampleTiming(changes: Partial<TimingEvidence> = {}): TimingEvidence {
  return {
    pairs: 200,
    primary: { p50: 600, p95: 1_000 },
    silent: { p50: 600, p95: 1_000 },
    p95_bounds: { primary: { low: 950, high: 1_060 }, silent: { low: 950, high: 1_060 } },
    ratio: { p50: 1, low: 0.98, high: 1.02 },
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
    standings: { measured: 200, silent_failed: 0, our_fault: 0, primary_failed: 0, not_comparable: 0 },
    units: sampleUnits(Array.from({ length: 200 }, (_, index) => sampleTurn(index))),
    agreed: { count: 200, of: 200 },
    agreement_rules: { short_text: { count: 200, of: 200 } },
    measures: { exact_match: { count: 180, of: 200 }, normalised_match: { count: 200, of: 200 } },
    flags: [{ name: "refusal", primary: 0, silent: 0, of: 200 }],
    vectors: NO_VECTORS,
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
    labels: NO_LABELS,
    ...changes,
  };
}

/** A closed answer that agrees, in a conversation of its own, at `index` minutes. */
export function sampleTurn(index: number, changes: Partial<Turn> = {}): Turn {
  return {
    conversation: `c${index}`,
    admitted_at: index * 60_000,
    answer_kind: "closed",
    kinds: [],
    differs: 0,
    control_differs: 0,
    checks: 0,
    errors: 0,
    latency: 1,
    first_token: null,
    primary_cost: 0.001,
    silent_cost: 0.001,
    ...changes,
  };
}

const RULES: UnitRules = { controlled: true, higherRung: false, margins: { latency: 1.2 } };

/** What these turns come to, in the order given; without a cap on cost. */
export function sampleUnits(turns: readonly Turn[], rules: Partial<UnitRules> = {}): UnitEvidence {
  const conversations = Map.groupBy(turns, ({ conversation }) => conversation);
  const units = [...conversations].map(([key, own]) => unitOf(key, own, { ...RULES, ...rules }));
  const values = units.flatMap((unit) => unit.values);
  return {
    ...NO_UNITS,
    conversations: units.length,
    pairs: units.reduce((sum, { pairs }) => sum + pairs, 0),
    controlled: rules.controlled ?? true,
    shapes: shapesOf(values),
    spanMs: (units.at(-1)?.started_at ?? 0) - (units[0]?.started_at ?? 0),
    blocks: Array.from({ length: Math.ceil(units.length / UNITS_IN_BLOCK) }, (_, number) => {
      const own = units.slice(number * UNITS_IN_BLOCK, (number + 1) * UNITS_IN_BLOCK);
      return {
        number,
        from: own[0]?.started_at ?? 0,
        to: own.at(-1)?.started_at ?? 0,
        units: own.length,
        shapes: watchedShapes(own.flatMap((unit) => unit.values)),
      } satisfies Block;
    }),
  };
}

function watchedShapes(values: Parameters<typeof shapesOf>[0]): readonly Shape[] {
  return shapesOf([...values].filter(isKeptInBlocks));
}
