import type { Report } from "@understudy/evaluation";
import type { ExperimentSummary } from "@understudy/store";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { AccountLine } from "./account.tsx";
import { useApi } from "./api.ts";
import { ms, percent, usd, withInterval } from "./format.ts";
import { Fault, Loading, NothingYet } from "./states.tsx";
import { CriteriaTable, VerdictLine } from "./verdict.tsx";

/** Every experiment, the answer first. */
export function ExperimentsPage(): ReactNode {
  const { data, error } = useApi<{ readonly data: readonly ExperimentSummary[] }>("/api/experiments");
  return (
    <>
      <h1>Experiments</h1>
      {error !== null && data === undefined && <Fault error={error} />}
      {error === null && data === undefined && <Loading />}
      {data?.data.length === 0 && <NothingYet />}
      {data?.data.map(({ id }) => (
        <ExperimentCard key={id} id={id} />
      ))}
    </>
  );
}

function ExperimentCard({ id }: { readonly id: string }): ReactNode {
  const { data: report, error } = useApi<Report>(reportPath(id));
  if (report === undefined) return error === null ? <Loading /> : <Fault error={error} />;
  const { experiment, verdict, warnings, quality, latency, cost } = report;
  return (
    <section className="card">
      <h2>
        <Link href={`/experiments/${encodeURIComponent(id)}`}>
          {experiment.silent} <span className="dim">{against(experiment)}</span>
        </Link>
      </h2>
      <VerdictLine verdict={verdict} />
      {warnings[0] !== undefined && <p className="warning">{warnings[0]}</p>}
      <p className="figures">
        <span>disagreement {withInterval(quality.disagreement, percent)}</span>
        <span>
          p95 {ms(latency.primary.p95)} → {ms(latency.silent.p95)}
        </span>
        <span>
          cost {usd(cost.primary_usd)} → {usd(cost.silent_usd)}
        </span>
      </p>
      {!experiment.control && <CriteriaTable criteria={verdict.criteria} />}
      <AccountLine account={report.account} />
    </section>
  );
}

/** What the silent model is held against, after its name. */
export function against({ control, primary, replay }: Report["experiment"]): string {
  return `${control ? "with itself" : `for ${primary}`}${replay ? ", replay" : ""}`;
}

export function reportPath(id: string): string {
  return `/api/experiments/${encodeURIComponent(id)}/report`;
}
