import type { CriterionOverview, ExperimentOverview, VerdictOverview } from "@understudy/contracts";
import { judge, type JudgedInput } from "../verdict/judge.ts";
import { measuredShare } from "../verdict/sample-blocks.ts";
import type { Criterion, Verdict } from "../verdict/verdict.ts";
import { savingOf, trafficOf } from "./traffic.ts";

const DAY_MS = 86_400_000;

/** What a list of experiments says of one of them. */
export type Overview = Pick<
  ExperimentOverview,
  "verdict" | "criteria" | "carried_by" | "saving" | "traffic" | "without" | "as_of"
>;

/** The verdict in the words and figures of a list: the same that the report has. */
export function createOverview(input: JudgedInput): Overview {
  const { verdict } = judge(input);
  const traffic = trafficOf(input, verdict.pace);
  return {
    verdict: inShort(verdict, input),
    criteria: criteriaNow(verdict),
    carried_by: verdict.rungs,
    saving: savingOf(input, traffic),
    traffic,
    without: null,
    as_of: input.now,
  };
}

function inShort(verdict: Verdict, { evidence, account, now }: JudgedInput): VerdictOverview {
  const { decision, reason, conversations, pairs, pairs_needed, days_needed } = verdict;
  const { cost } = evidence;
  const { measured, of } = measuredShare(evidence, account);
  const waits = (decision === "keep_watching" || decision === "promote_provisional") && days_needed !== null;
  return {
    decision,
    reason,
    conversations,
    pairs,
    pairs_needed,
    days_needed,
    expected_at: waits && days_needed > 0 ? Math.round(now + days_needed * DAY_MS) : null,
    usd_needed: pairs_needed === null || cost.pairs === 0 ? null : (pairs_needed * cost.silent) / cost.pairs,
    measured: of === 0 ? null : measured / of,
  };
}

/** Those that are asked for. */
export function criteriaNow(verdict: Verdict): readonly CriterionOverview[] {
  return verdict.criteria.filter(({ state }) => state !== "off").map((criterion) => shown(criterion, verdict));
}

function shown(criterion: Criterion, { noise }: Verdict): CriterionOverview {
  const { name, unit, margin, low, high, estimate, state, pairs, conversations, reason } = criterion;
  const control = name === "likeness" ? (noise?.floor ?? null) : null;
  return { name, unit, margin, low, high, estimate, state, pairs, conversations, control, reason };
}
