import type { Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { AccountLine } from "./account.tsx";
import { Agreement } from "./agreement.tsx";
import { useApi } from "./api.ts";
import { LatencyBars, Timeline } from "./charts.tsx";
import { CopyableId } from "./copyable-id.tsx";
import { against, reportPath } from "./experiments-page.tsx";
import { Reviews } from "./reviews.tsx";
import { Selection } from "./selection.tsx";
import { Sides } from "./sides.tsx";
import { Fault, Loading, Stale } from "./states.tsx";
import { usePageTitle } from "./page-title.ts";
import { CriteriaTable, VerdictLine } from "./verdict.tsx";
import { Failures, Worst } from "./worst.tsx";

/** What one experiment's pairs say: what must be known first, the answer, and all that it rests on. */
export function ExperimentPage({ id }: { readonly id: string }): ReactNode {
  const { data: report, error } = useApi<Report>(reportPath(id));
  usePageTitle(id);
  if (report === undefined) return error === null ? <Loading /> : <Fault error={error} />;
  const { experiment, selection } = report;
  return (
    <>
      <h1>
        {experiment.silent} <span className="dim">{against(experiment)}</span>
      </h1>
      <p className="ids">
        <CopyableId name="experiment" id={id} />
      </p>
      <Stale error={error} />
      {report.warnings.map((warning) => (
        <p className="warning" key={warning}>
          {warning}
        </p>
      ))}
      {!selection.ok && <Selection report={report} />}
      <Answer report={report} />
      <Sides report={report} />
      <Agreement report={report} />
      <Reviews report={report} />
      {report.latency_bars.length > 0 && <LatencyBars bars={report.latency_bars} />}
      {report.timeline.length > 1 && <Timeline points={report.timeline} />}
      <Failures report={report} />
      {selection.ok && !experiment.replay && <Selection report={report} />}
      <Worst report={report} />
    </>
  );
}

function Answer({ report }: { readonly report: Report }): ReactNode {
  const { experiment, verdict, account } = report;
  const pairs = `/pairs?experiment=${encodeURIComponent(experiment.id)}`;
  return (
    <section className="card">
      <VerdictLine report={report} />
      {!experiment.control && <CriteriaTable criteria={verdict.criteria} />}
      <AccountLine account={account} />
      <p className="links">
        <Link href={pairs}>All pairs</Link>
        <Link href={`${pairs}&agrees=false`}>Pairs that disagree</Link>
        <Link href={`${pairs}&outcome=failed`}>Pairs that failed</Link>
      </p>
    </section>
  );
}
