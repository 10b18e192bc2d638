import type { Report } from "@understudy/evaluation";
import type { ExperimentSummary } from "@understudy/store";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { AccountLine } from "../experiment/account.tsx";
import { useApi } from "../frame/api.ts";
import { ms, percent, times, usd, withInterval } from "../frame/format.ts";
import { usePageTitle } from "../frame/page-title.ts";
import { Fault, Loading, NothingYet, Stale } from "../frame/states.tsx";
import { CriteriaStates, VerdictLine } from "../experiment/verdict.tsx";

/** Every experiment, the answer first. */
export function ExperimentsPage(): ReactNode {
  const { data, error } = useApi<{ readonly data: readonly ExperimentSummary[] }>("/api/experiments");
  usePageTitle("Experiments");
  return (
    <>
      <h1>Experiments</h1>
      {data !== undefined && <Stale error={error} />}
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
  const { experiment, verdict, warnings, selection } = report;
  return (
    <section className="card">
      <h2>
        <Link href={`/experiments/${encodeURIComponent(id)}`}>
          {experiment.silent} <span className="dim">{against(experiment)}</span>
        </Link>
      </h2>
      {!selection.ok && <p className="warning">{warnings[0]}</p>}
      <VerdictLine report={report} />
      {selection.ok && warnings[0] !== undefined && <p className="warning">{warnings[0]}</p>}
      {!experiment.control && <CriteriaStates criteria={verdict.criteria} />}
      <Figures report={report} />
      <AccountLine account={report.account} />
    </section>
  );
}

/** The few figures that everybody asks for; the experiment's own page has the rest. */
function Figures({ report }: { readonly report: Report }): ReactNode {
  const { experiment, quality, errors, latency, cost } = report;
  const figures = {
    disagreement: withInterval(quality.disagreement, percent),
    ...(experiment.control
      ? {}
      : { "the control's": quality.floor === null ? "no control" : withInterval(quality.floor, percent) }),
    errors: `${percent(errors.primary.value)} → ${withInterval(errors.silent, percent)}`,
    "p95 latency": `${ms(latency.primary.p95)} → ${ms(latency.silent.p95)}`,
    cost: `${usd(cost.primary_usd)} → ${usd(cost.silent_usd)}`,
    "cost ratio": withInterval(cost.ratio, times),
  };
  return (
    <dl className="figures">
      {Object.entries(figures).map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What the silent model is held against, after its name. */
export function against({ control, primary, replay }: Report["experiment"]): string {
  return `${control ? "with itself" : `for ${primary}`}${replay ? ", replay" : ""}`;
}

export function reportPath(id: string): string {
  return `/api/experiments/${encodeURIComponent(id)}/report`;
}
