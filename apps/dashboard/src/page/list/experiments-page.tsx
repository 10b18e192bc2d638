import type { ExperimentOverview } from "@understudy/contracts";
import type { ReactNode } from "react";
import { Link, useSearchParams } from "wouter";
import { usePageTitle } from "../frame/page-title.ts";
import { Fault, Loading } from "../frame/states.tsx";
import { EmptyInstance } from "./empty-instance.tsx";
import { ExperimentGroup } from "./experiment-group.tsx";
import { countsOf, FILTERS, type FilterName, groupsOf } from "./groups.ts";
import { SearchField, VerdictFilter } from "./narrow.tsx";
import { useOverviews } from "./use-overviews.ts";

/** Every experiment, what needs somebody first. What is looked for is in the address, so that a link shows the same. */
export function ExperimentsPage(): ReactNode {
  const { data, error } = useOverviews();
  const [params, setParams] = useSearchParams();
  usePageTitle("Experiments");
  const experiments = data ?? [];
  if (data !== undefined && !experiments.some(hasTraffic)) return <EmptyInstance />;
  const search = params.get("search") ?? "";
  const verdict = filterIn(params.get("verdict"));
  const set = (name: string, value: string): void =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === "") next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const groups = groupsOf(experiments, { search, verdict });
  return (
    <>
      <div className="head">
        <h1>Experiments</h1>
        <VerdictFilter
          counts={countsOf(experiments, search)}
          chosen={verdict}
          choose={(name) => set("verdict", name)}
        />
        <SearchField value={search} change={(value) => set("search", value)} />
      </div>
      {data === undefined && (error === null ? <Loading /> : <Fault error={error} />)}
      {groups.map((group) => (
        <ExperimentGroup key={group.primary} group={group} />
      ))}
      {data !== undefined && groups.length === 0 && <NoMatch search={search} verdict={verdict} />}
      {groups.length > 0 && <Legend />}
    </>
  );
}

function hasTraffic({ counts }: ExperimentOverview): boolean {
  return counts.admitted > 0 || Object.keys(counts.skipped).length > 0;
}

function filterIn(value: string | null): FilterName | null {
  return value !== null && Object.hasOwn(FILTERS, value) ? (value as FilterName) : null;
}

interface NoMatchProps {
  readonly search: string;
  readonly verdict: FilterName | null;
}

function NoMatch({ search, verdict }: NoMatchProps): ReactNode {
  const under = verdict === null ? "" : ` under ${FILTERS[verdict]}`;
  return (
    <p className="no-match" role="status">
      Nothing{search !== "" && ` matches “${search}”`}
      {under}.{" "}
      <Link href="/" replace className="link">
        Clear
      </Link>
    </p>
  );
}

function Legend(): ReactNode {
  return (
    <p className="legend" aria-hidden="true">
      <span>
        <svg viewBox="0 0 22 10">
          <path d="M0 5h22" stroke="var(--good)" strokeWidth="5" />
        </svg>
        bounds, valid at any look: solid when they hold, hollow while open
      </span>
      <span>
        <svg viewBox="0 0 22 10">
          <path d="M11 0v10" stroke="var(--ink)" strokeWidth="2" />
        </svg>
        the margin
      </span>
      <span>
        <svg viewBox="0 0 22 10">
          <path d="M11 0v10" stroke="var(--edge)" strokeDasharray="2 2" />
        </svg>
        no difference
      </span>
      <span>further right is worse</span>
    </p>
  );
}
