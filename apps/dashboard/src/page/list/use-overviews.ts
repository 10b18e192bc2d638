import { useQueries } from "@tanstack/react-query";
import type { ExperimentOverview } from "@understudy/contracts";
import type { Report } from "@understudy/evaluation";
import { getJson, useApi } from "../frame/api.ts";
import { experimentPath } from "../frame/links.ts";
import { overviewOf } from "./overview-of.ts";

const PATH = "/api/experiments?include=verdict";

export interface Overviews {
  readonly data: readonly ExperimentOverview[] | undefined;
  readonly error: Error | null;
  /** Whether the gateway lists them with their verdicts itself. */
  readonly own: boolean;
}

/** Every experiment with its verdict, in one request; where the gateway lists them without, from their reports. */
export function useOverviews(): Overviews {
  const { data, error } = useApi<{ readonly data: readonly ExperimentOverview[] }>(PATH);
  const without = data?.data.filter((one) => !Object.hasOwn(one, "verdict")) ?? [];
  const reports = useQueries({
    queries: without.map(({ id }) => ({
      queryKey: [`${experimentPath(id)}/report`],
      queryFn: () => getJson<Report>(`${experimentPath(id)}/report`),
    })),
  });
  const made = new Map(
    reports.flatMap(({ data: report }) => (report ? [[report.experiment.id, report] as const] : [])),
  );
  const listed = data?.data.map((one) => {
    if (Object.hasOwn(one, "verdict")) return one;
    const report = made.get(one.id);
    return report === undefined ? { ...NOTHING_YET, ...one } : { ...overviewOf(report), ...one };
  });
  return { data: listed, error, own: without.length === 0 };
}

const NOTHING_YET = {
  state: "running",
  rollout: null,
  verdict: null,
  criteria: [],
  carried_by: [],
  saving: { usd_a_month: null, reason: null },
  without: null,
  as_of: null,
} as const;
