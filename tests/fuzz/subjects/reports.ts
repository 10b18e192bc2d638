import { DECISIONS } from "@understudy/contracts";
import {
  createReport,
  enterLabels,
  type Evidence,
  type JudgedPair,
  type LabelOutcome,
  type ReportInput,
  type Verdict,
} from "@understudy/evaluation";
import { sampleEvidence, sampleUnits } from "@understudy/evaluation/fixture";
import fc, { type Arbitrary } from "fast-check";
import { lengths, shortText } from "../generators/texts.ts";
import { frozen, hold, holdPlain, inTime } from "../invariants.ts";
import { target } from "../target.ts";

/** Evidence as the store gives it of odd pairs: sums that hold, of any size. */

const count = fc.oneof(fc.nat({ max: 500 }), fc.constantFrom(0, 1), fc.nat({ max: 1_000_000 }));
/** Milliseconds to the microsecond; and no price makes a call cost less than that of USD. */
const amount = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: 0, max: 1e5, noNaN: true }).map((value) => Math.round(value * 1e6) / 1e6) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1e-6, 1e9) },
);
const orNull = <T>(arbitrary: Arbitrary<T>): Arbitrary<T | null> =>
  fc.oneof({ weight: 4, arbitrary }, { weight: 1, arbitrary: fc.constant(null) });

const pair = fc.record({
  cluster: fc.oneof(fc.constantFrom("a", "b", "__proto__"), shortText),
  primary_ms: orNull(amount),
  silent_ms: orNull(amount),
  primary_first_token_ms: orNull(amount),
  silent_first_token_ms: orNull(amount),
  primary_cost_usd: orNull(amount),
  silent_cost_usd: orNull(amount),
  primary_list_cost_usd: orNull(amount),
  silent_list_cost_usd: orNull(amount),
});

const sample = fc.oneof(
  fc.array(pair, { maxLength: 30 }),
  fc
    .tuple(pair, lengths(300))
    .map(([one, length]) => Array.from({ length }, (_, at) => ({ ...one, cluster: `c${at}` }))),
);

const bounds = fc.record({ low: orNull(amount), high: orNull(amount) });
const quantiles = fc.record({ p50: orNull(amount), p95: orNull(amount) });
const timing = fc.record({
  pairs: count,
  primary: quantiles,
  silent: quantiles,
  p95_bounds: fc.record({ primary: bounds, silent: bounds }),
  ratio: fc.tuple(amount, amount, amount).map((three) => {
    const [low = 0, p50 = 0, high = 0] = three.toSorted((one, other) => one - other);
    return { low, p50, high };
  }),
  taken_from: count,
});

const whole = orNull(fc.constantFrom(-1, 0, 1));
const turn = fc.record({
  conversation: fc.constantFrom("a", "b", "__proto__", "c", "d"),
  admitted_at: fc.nat({ max: 1e12 }),
  answer_kind: orNull(fc.constantFrom("tool_calls" as const, "json" as const, "closed" as const, "long_text" as const)),
  kinds: fc.array(fc.constantFrom("stream", "toString", "a=b"), { maxLength: 3 }),
  differs: orNull(fc.constantFrom(0, 1)),
  control_differs: orNull(fc.constantFrom(0, 1)),
  checks: whole,
  errors: whole,
  latency: orNull(fc.constantFrom(0, 0.5, 1.2, 7, Infinity)),
  first_token: orNull(fc.constantFrom(0, 1.2, 1e9)),
  primary_cost: orNull(amount),
  silent_cost: orNull(amount),
});
const units = fc
  .tuple(fc.array(turn, { maxLength: 60 }), fc.boolean(), fc.boolean())
  .map(([turns, controlled, higherRung]) => sampleUnits(turns, { controlled, higherRung }));

const tally = fc.tuple(count, count).map(([one, other]) => ({ count: Math.min(one, other), of: Math.max(one, other) }));
const sides = fc
  .tuple(fc.constantFrom("refusal", "empty", "__proto__"), count, count, count)
  .map(([name, primary, silent, more]) => ({ name, primary, silent, of: Math.max(primary, silent) + more }));

/** Costs of pairs that may have been, so that the sums fit each other. */
const costs = fc.array(fc.tuple(amount, amount), { maxLength: 40 }).map((pairs) => ({
  pairs: pairs.length,
  primary: sum(pairs.map(([one]) => one)),
  silent: sum(pairs.map(([, one]) => one)),
  primary_squares: sum(pairs.map(([one]) => one * one)),
  silent_squares: sum(pairs.map(([, one]) => one * one)),
  products: sum(pairs.map(([one, other]) => one * other)),
  primary_most: Math.max(0, ...pairs.map(([one]) => one)),
  silent_most: Math.max(0, ...pairs.map(([, one]) => one)),
}));

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const stratum = fc
  .record({
    by: fc.constantFrom("size", "stream"),
    name: shortText,
    admitted: count,
    not_sampled: count,
    dropped: count,
  })
  .map((one) => ({ ...one, dropped: Math.min(one.dropped, one.admitted) }));

const judgedPair: Arbitrary<JudgedPair> = fc.record({
  says: fc.constantFrom("primary", "same", "silent", "unreadable", "identical", "nothing"),
  share: fc.constantFrom(0.001, 0.1, 1),
  outcome: fc.constantFrom<LabelOutcome>(-1, 0, 1, "not_drawn", "missing"),
});

const labels: Arbitrary<Evidence["labels"]> = fc
  .tuple(fc.array(judgedPair, { maxLength: 120 }), fc.integer({ min: 0, max: 1 }), count)
  .map(([pairs, margin, waiting]) => ({
    epochs: enterLabels([], pairs, margin),
    progress: { drawn: pairs.length + waiting, labelled: pairs.length, skipped: 0, overdue: 0, waiting },
  }));

export const evidence: Arbitrary<Evidence> = fc
  .record(
    {
      agreed: tally,
      errors: fc.record({ both: count, primary_only: count, silent_only: count, neither: count }),
      not_comparable: fc.dictionary(fc.constantFrom("primary_failed", "silent_failed", "toString"), count),
      agreement_rules: fc.dictionary(fc.constantFrom("short_text", "json", "__proto__"), tally),
      measures: fc.dictionary(fc.constantFrom("exact_match", "json_equal"), tally),
      flags: fc.array(sides, { maxLength: 3 }),
      latency: timing,
      first_token: timing,
      cost: costs,
      list_cost: costs,
      sample,
      strata: fc.array(stratum, { maxLength: 4 }),
      units,
      labels,
    },
    { requiredKeys: ["errors", "agreed"] },
  )
  .map((changes) => {
    const { both, primary_only, silent_only, neither } = changes.errors;
    const pairs = both + primary_only + silent_only + neither;
    return sampleEvidence({ ...changes, pairs, comparable: Math.min(pairs, changes.agreed.of) });
  });

const margin = orNull(fc.oneof(fc.double({ min: 0, max: 2, noNaN: true }), fc.constantFrom(0, 1, 1e-9, 1e9)));
const margins = fc.record({
  qualityLoss: margin,
  judge: margin,
  errorRate: margin,
  latency: margin,
  p95Latency: margin,
  cost: margin,
});
const asked = fc.record({ judge: fc.boolean(), labels: fc.boolean() });

const inputs: Arbitrary<Omit<ReportInput, "random">> = fc.record({
  experiment: fc.record({
    id: shortText,
    primary: shortText,
    silent: shortText,
    control: fc.boolean(),
    replay: fc.boolean(),
    sampleRate: orNull(fc.double({ min: 0, max: 1, noNaN: true })),
    margins,
    asked,
    candidates: fc.integer({ min: 1, max: 20 }),
    minimumSpanMs: fc.constantFrom(0, 1, 86_400_000),
  }),
  account: fc.record({
    admitted: count,
    paired: count,
    failed: count,
    expired: count,
    dropped: fc.dictionary(fc.constantFrom("queue_full", "__proto__"), count),
    lost: count,
    pending: count,
    skipped: fc.dictionary(fc.constantFrom("not_sampled"), count),
  }),
  evidence,
  control: orNull(evidence),
  now: fc.nat(),
});

/** Draws the same each time. */
function drawing(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Once people have found the answers as good, the judge is not asked. */
function isAnsweredFor(name: string, { criteria }: Verdict): boolean {
  return name === "judge" && criteria.some((one) => one.name === "labels" && one.state === "pass");
}

export const targets = [
  target({
    name: "reports: odd evidence",
    runs: 60,
    inputs,
    check(input) {
      frozen(input);
      const report = inTime(0, () => createReport({ ...input, random: drawing() }), { baseMs: 8_000, msPerKb: 0 });
      holdPlain(report, 6);
      const { verdict } = report;
      hold(DECISIONS.includes(verdict.decision), `the decision ${verdict.decision}`);
      hold(verdict.reason !== "", "a verdict without a reason");
      const open = verdict.criteria.filter(
        ({ name, state }) => name !== "likeness" && !["pass", "off"].includes(state) && !isAnsweredFor(name, verdict),
      );
      hold(verdict.decision !== "promote" || open.length === 0, "promoted with a criterion that has not passed");
      hold(verdict.decision !== "promote" || verdict.blocks.length === 0, "promoted though something blocks it");
      hold(!input.experiment.control || verdict.decision === "keep_watching", "a control takes over from itself");
      for (const { low, high, name } of verdict.criteria) {
        hold(low === null || high === null || low <= high, `the bounds of ${name} are crossed`);
      }
    },
  }),
];
