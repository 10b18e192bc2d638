import type { Report } from "@understudy/evaluation";
import { lazy, type ReactNode, Suspense } from "react";
import { Link } from "wouter";
import { AccountLine } from "./account.tsx";
import { Agreement } from "./agreement.tsx";
import { useApi } from "../frame/api.ts";
import { CopyableId } from "../frame/copyable-id.tsx";
import { CriteriaTable } from "./criteria-table.tsx";
import { experimentPath } from "../frame/links.ts";
import { Kinds } from "./kinds.tsx";
import { Reviews } from "../review/reviews.tsx";
import { Selection } from "./selection.tsx";
import { Sides } from "./sides.tsx";
import { Fault, Loading, Stale } from "../frame/states.tsx";
import { usePageTitle } from "../frame/page-title.ts";
import { CarriedBy, VerdictLine, Waits } from "./verdict.tsx";
import { Failures, Worst } from "../pairs/worst.tsx";

// Charts are more than half of the page's script, and the verdict stands above them.
const LatencyBars = lazy(async () => ({ default: (await import("../charts/charts.tsx")).LatencyBars }));
const Timeline = lazy(async () => ({ default: (await import("../charts/charts.tsx")).Timeline }));

/** What one experiment's pairs say: what must be known first, the answer, and all that it rests on. */
export function ExperimentPage({ id }: { readonly id: string }): ReactNode {
  const { data: report, error } = useApi<Report>(`${experimentPath(id)}/report`);
  usePageTitle(id);
  if (report === undefined) return error === null ? <Loading /> : <Fault error={error} />;
  const { experiment, selection } = report;
  return (
    <>
      <h1>
        {experiment.silent} <span className="dim">for {experiment.primary}</span>
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
      {!experiment.control && <Kinds kinds={report.verdict.kinds} />}
      <Sides report={report} />
      <Agreement report={report} />
      <Reviews report={report} />
      <Suspense fallback={<Loading />}>
        {report.latency_bars.length > 0 && <LatencyBars bars={report.latency_bars} />}
        {report.timeline.length > 1 && <Timeline points={report.timeline} />}
      </Suspense>
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
      {!experiment.control && (
        <>
          <Waits verdict={verdict} />
          <CriteriaTable verdict={verdict} />
          <CarriedBy rungs={verdict.rungs} />
        </>
      )}
      <AccountLine account={account} />
      <p className="links">
        <Link href={pairs}>All pairs</Link>
        <Link href={`${pairs}&agrees=false`}>Pairs that disagree</Link>
        <Link href={`${pairs}&outcome=failed`}>Pairs that failed</Link>
      </p>
    </section>
  );
}
