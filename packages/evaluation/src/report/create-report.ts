import type { Evidence, ListCostEvidence, SampledPair } from "../evidence.ts";
import { bootstrapSample } from "./bootstrap-sample.ts";
import { holm } from "../statistics/holm.ts";
import { mcNemar } from "../statistics/mcnemar.ts";
import { signedRank } from "../statistics/signed-rank.ts";
import { labelReport } from "./labels.ts";
import { disagreementOf, rateOf } from "../statistics/rate.ts";
import type { CostReport, Report, TimingReport } from "./report.ts";
import { reviewReport } from "./reviews.ts";
import { judge, type JudgedInput } from "../verdict/judge.ts";
import { warningsOf } from "./warnings.ts";

export interface ReportInput extends JudgedInput {
  readonly evidence: Evidence;
  /** The primary mirrored to itself, where there is such an experiment. */
  readonly control: Evidence | null;
  /** Draws the bootstrap's resamples. */
  readonly random: () => number;
}

/** What an experiment's pairs say. Pure; the bootstrap of 5,000 pairs takes its time, so keep it off an event loop. */
export function createReport(input: ReportInput): Report {
  const { experiment, account, evidence, control } = input;
  const { id, primary, silent, control: isControl, replay = false, asked } = experiment;
  const { verdict, selection } = judge(input);
  const intervals = bootstrapSample(evidence.sample, input.random);
  const errorTest = mcNemar(evidence.errors);
  const latencyP = signedRankP(evidence.sample, "primary_ms", "silent_ms");
  const firstTokenP = signedRankP(evidence.sample, "primary_first_token_ms", "silent_first_token_ms");
  const costP = signedRankP(evidence.sample, "primary_cost_usd", "silent_cost_usd");
  const anyPairs = evidence.pairs > 0;
  return {
    experiment: { id, primary, silent, control: isControl, replay },
    generated_at: input.now,
    verdict,
    warnings: warningsOf({ account, evidence, control, selection, isControl, replay }),
    account,
    pairs: {
      called: evidence.pairs,
      comparable: evidence.comparable,
      not_comparable: evidence.not_comparable,
    },
    quality: qualityOf(evidence, control),
    errors: {
      primary: rateOf(evidence.errors.both + evidence.errors.primary_only, evidence.pairs),
      silent: rateOf(evidence.errors.both + evidence.errors.silent_only, evidence.pairs),
      counts: evidence.errors,
      p: anyPairs ? errorTest.p : null,
      failures: evidence.failures,
    },
    latency: timingOf(evidence.latency, intervals.latency_p50, intervals.latency_p95, latencyP),
    first_token: timingOf(evidence.first_token, intervals.first_token_p50, intervals.first_token_p95, firstTokenP),
    // Its ratio decides, so its interval is the criterion's.
    cost: costOf(evidence.cost, { value: null, low: null, high: null }),
    list_cost: costOf(evidence.list_cost, intervals.list_cost_ratio),
    tokens: evidence.tokens,
    queue_wait_ms: evidence.queue_wait_ms,
    sampled_pairs: evidence.sample.length,
    secondary: secondaryTests({
      errors: anyPairs ? errorTest.p : null,
      latency: latencyP,
      first_token: firstTokenP,
      cost: costP,
    }),
    selection,
    reviews: reviewReport(evidence.reviews),
    labels: labelReport(evidence.labels, asked.labels),
    timeline: evidence.timeline,
    latency_bars: evidence.latency_bars,
    worst: evidence.worst,
  };
}

function qualityOf(evidence: Evidence, control: Evidence | null): Report["quality"] {
  return {
    disagreement: disagreementOf(evidence.agreed),
    floor: control === null ? null : disagreementOf(control.agreed),
    by_rule: Object.entries(evidence.agreement_rules).map(([rule, tally]) => ({
      rule,
      disagreement: disagreementOf(tally),
    })),
    measures: Object.entries(evidence.measures).map(([name, { count, of }]) => ({ name, rate: rateOf(count, of) })),
    flags: evidence.flags.map(({ name, primary, silent, of }) => ({
      name,
      primary: rateOf(primary, of),
      silent: rateOf(silent, of),
    })),
    vectors: evidence.vectors.pairs === 0 ? null : evidence.vectors,
  };
}

type Interval = TimingReport["difference_p50"];

function timingOf(timing: Evidence["latency"], p50: Interval, p95: Interval, p: number | null): TimingReport {
  const { pairs, primary, silent, taken_from } = timing;
  return { pairs, taken_from, primary, silent, difference_p50: p50, difference_p95: p95, p };
}

/** The ratio is that of all pairs; only its interval comes from the sample. */
function costOf({ pairs, primary, silent }: ListCostEvidence, interval: Interval): CostReport {
  const known = pairs > 0;
  return {
    pairs,
    primary_usd: known ? primary : null,
    silent_usd: known ? silent : null,
    ratio: { ...interval, value: primary > 0 ? silent / primary : null },
  };
}

type Figure = Exclude<keyof SampledPair, "cluster">;

function signedRankP(sample: readonly SampledPair[], primary: Figure, silent: Figure): number | null {
  const differences = sample.flatMap((pair) => {
    const [one, other] = [pair[primary], pair[silent]];
    return one === null || other === null ? [] : [other - one];
  });
  return signedRank(differences)?.p ?? null;
}

function secondaryTests(tests: Readonly<Record<string, number | null>>): Report["secondary"] {
  return holm(Object.entries(tests).flatMap(([name, p]) => (p === null ? [] : [{ name, p }])));
}
