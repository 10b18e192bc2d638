import type { ExperimentOverview, ExperimentRun } from "@understudy/contracts";
import type { Report } from "@understudy/evaluation";
import { useApi } from "../frame/api.ts";
import { experimentPath } from "../frame/links.ts";
import { overviewOf } from "../list/overview-of.ts";
import { useOverviews } from "../list/use-overviews.ts";

export interface OneExperiment {
  /** From the list of all, which is there at once when one comes from it; else from the report. */
  readonly overview: ExperimentOverview | null;
  readonly report: Report | null;
  /** How it runs; null for what is not listed, where nothing can be changed. */
  readonly run: ExperimentRun | null;
  readonly error: Error | null;
}

export function useExperiment(id: string): OneExperiment {
  const overviews = useOverviews();
  const report = useApi<Report>(`${experimentPath(id)}/report`);
  const listed = overviews.data?.find((one) => one.id === id) ?? null;
  const made = report.data === undefined ? null : overviewOf(report.data);
  return {
    overview: listed?.verdict === null && made !== null ? withVerdict(listed, made) : (listed ?? made),
    report: report.data ?? null,
    run: listed === null || listed.replay ? null : listed,
    error: report.error ?? overviews.error,
  };
}

/** Until the list has a verdict of its own the report's stands. */
function withVerdict(listed: ExperimentOverview, made: ExperimentOverview): ExperimentOverview {
  const { verdict, criteria, carried_by } = made;
  return { ...listed, verdict, criteria, carried_by };
}
