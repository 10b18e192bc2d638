import {
  type CriterionOverview,
  type ExperimentOverview,
  type ExperimentRun,
  NO_SETTINGS,
} from "@understudy/contracts";
import type { Report } from "@understudy/evaluation";

const DAY_MS = 86_400_000;
/** Nothing of it runs that could be changed. */
const UNCHANGED: ExperimentRun = {
  state: "running",
  rollout: null,
  settings: NO_SETTINGS,
  configured: NO_SETTINGS,
  changed: [],
  tell_when_decided: false,
};

/** What a report says of an experiment that the list leaves out: a replay, or the other half of a rollout. */
export function overviewOf(report: Report): ExperimentOverview {
  const { experiment, verdict, account, generated_at } = report;
  const { decision, reason, conversations, pairs, pairs_needed, days_needed } = verdict;
  const floor = verdict.noise?.floor ?? null;
  const waits = days_needed !== null && days_needed > 0;
  return {
    id: experiment.id,
    primary: experiment.primary,
    silent: experiment.silent,
    replay: experiment.replay,
    counts: account,
    ...UNCHANGED,
    verdict: {
      decision,
      reason,
      conversations,
      pairs,
      pairs_needed,
      days_needed,
      expected_at: waits ? generated_at + days_needed * DAY_MS : null,
      usd_needed: null,
      measured: null,
    },
    criteria: verdict.criteria
      .filter(({ state }) => state !== "off")
      .map(
        ({
          name,
          unit,
          margin,
          low,
          high,
          estimate,
          state,
          pairs: of,
          conversations: talks,
          ...rest
        }): CriterionOverview => ({
          name,
          unit,
          margin,
          low,
          high,
          estimate,
          state,
          pairs: of,
          conversations: talks,
          control: name === "likeness" ? floor : null,
          reason: rest.reason,
        }),
      ),
    carried_by: verdict.rungs,
    traffic: { requests_a_day: null, usd_a_month: null },
    saving: { usd_a_month: null, reason: "only experiments of live traffic have a month" },
    without: null,
    as_of: generated_at,
  };
}
