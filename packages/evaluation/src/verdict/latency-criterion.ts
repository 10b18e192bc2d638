import type { Margins } from "@understudy/config";
import type { VerdictEvidence, TimingEvidence } from "../evidence.ts";
import { countsOf, total } from "../units/shapes.ts";
import { describeCriterion } from "./describe-criterion.ts";
import { logWealthAgainst, logWealthFor } from "../statistics/e-process.ts";
import { grown, type Levels, type Measured, NOTHING } from "./measured.ts";
import type { Criterion } from "./verdict.ts";
import { asTimes } from "./words.ts";

interface LatencyQuestion {
  readonly evidence: VerdictEvidence;
  readonly margins: Margins;
  readonly levels: Levels;
}

/** Below this a tail has not been seen at all. */
const FEWEST_PAIRS = 50;

/**
 * The median of silent over primary on the same request, by the sign alone: at most half of the requests are slower than the
 * margin. The 95th percentiles beside it need not be shown to be within their margin, but must not be shown to be beyond it.
 */
export function latencyCriterion(
  name: "latency" | "first_token",
  { evidence, margins, levels }: LatencyQuestion,
): Criterion {
  const timing = evidence[name];
  const what = name === "latency" ? "latency over the primary's" : "time to the first token over the primary's";
  const margin = margins.latency;
  const counts = countsOf(evidence.units.shapes, name);
  const asked = margin !== null && (name === "latency" || total(counts) > 0);
  const facts = { name, what, unit: "ratio", margin: asked ? margin : null } as const;
  if (!asked) return describeCriterion({ ...facts, share: null }, NOTHING, "off");
  const measured = measuredMedian(counts, timing, levels);
  const tail = tailBeyond(timing, margins.p95Latency);
  const enough = measured.pairs >= FEWEST_PAIRS;
  const decided = measured.decidedAt(1);
  const state = tail === null ? (decided === "pass" && !enough ? "open" : decided) : "fail";
  const share = evidence.units.pairs === 0 ? null : Math.min(1, measured.pairs / evidence.units.pairs);
  return describeCriterion({ ...facts, share, note: tail }, measured, state);
}

type Counts = ReturnType<typeof countsOf>;

/** A candidate that is slower in half of the requests or more has a mean sign of 1/2 or more. */
function measuredMedian(counts: Counts, timing: TimingEvidence, levels: Levels): Measured {
  const conversations = total(counts);
  if (conversations === 0) return NOTHING;
  const { p50, low, high } = timing.ratio;
  return {
    estimate: p50,
    pair_estimate: null,
    low,
    high,
    conversations,
    pairs: timing.pairs,
    decidedAt(growth) {
      const more = grown(counts, growth);
      if (logWealthAgainst(0.5, more, 1) >= Math.log(1 / levels.pass)) return "pass";
      // The tail beside it may fail as well, so each has half of the level.
      return logWealthFor(0.5, more, 0) >= Math.log(2 / levels.fail) ? "fail" : "open";
    },
  };
}

/** What is wrong with the tail, should it be shown to be beyond its margin. */
function tailBeyond({ p95_bounds }: TimingEvidence, margin: number | null): string | null {
  const [low, high] = [p95_bounds.silent.low, p95_bounds.primary.high];
  if (margin === null || low === null || high === null || high <= 0 || low / high <= margin) return null;
  return `is beyond the margin at the 95th percentile: at least ${asTimes(low / high)}, the margin is ${asTimes(margin)}`;
}
