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
  /** Null where the gateway does not say how it runs. */
  readonly run: ExperimentRun | null;
  readonly error: Error | null;
  /** Whether it is listed, and so the course of its criteria kept. */
  readonly listed: boolean;
}

export function useExperiment(id: string): OneExperiment {
  const overviews = useOverviews();
  const report = useApi<Report>(`${experimentPath(id)}/report`);
  const run = useApi<Partial<ExperimentRun>>(experimentPath(id));
  const listed = overviews.data?.find((one) => one.id === id) ?? null;
  const made = report.data === undefined ? null : overviewOf(report.data);
  return {
    overview: listed?.verdict === null && made !== null ? { ...made, ...stateOf(listed) } : (listed ?? made),
    report: report.data ?? null,
    run: isRun(run.data) ? run.data : null,
    error: report.error ?? overviews.error,
    listed: listed !== null && overviews.own,
  };
}

/** What a report does not know. */
function stateOf({ state, rollout, saving }: ExperimentOverview) {
  return { state, rollout, saving };
}

function isRun(run: Partial<ExperimentRun> | undefined): run is ExperimentRun {
  return run?.settings !== undefined && run.state !== undefined;
}
