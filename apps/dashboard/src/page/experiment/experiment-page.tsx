import type { ExperimentOverview } from "@understudy/contracts";
import type { Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { type Standing, standingOf } from "../figures/standing.ts";
import { VerdictWord } from "../figures/verdict-word.tsx";
import { usePageTitle } from "../frame/page-title.ts";
import { Said, Sentence } from "../frame/said.tsx";
import { Fault, Loading } from "../frame/states.tsx";
import { Reason } from "../list/reason.tsx";
import { Worst } from "../pairs/worst.tsx";
import { Carries } from "./carries.tsx";
import { DecideBar } from "./decide-bar.tsx";
import { Events } from "./events.tsx";
import { Evidence } from "./evidence.tsx";
import { Facts } from "./facts.tsx";
import { Failures } from "./failures.tsx";
import { Folds } from "./folds.tsx";
import { Kinds } from "./kinds.tsx";
import { Sample } from "./sample.tsx";
import { useExperiment } from "./use-experiment.ts";
import { Waits } from "./waits.tsx";

/** One experiment: the verdict, what may be done about it, and all that it rests on, in the order in which it decides. */
export function ExperimentPage({ id }: { readonly id: string }): ReactNode {
  const { overview, report, run, error } = useExperiment(id);
  const name = overview === null ? id : `${overview.silent} for ${overview.primary}`;
  usePageTitle(name);
  if (overview === null) {
    return (
      <>
        <Crumb primary={id} />
        {error === null ? <Loading /> : <Fault error={error} />}
      </>
    );
  }
  const { primary, silent } = overview;
  const standing = standingOf(overview);
  return (
    <>
      <Crumb primary={primary} />
      <div className="judge">
        <div>
          <h1>
            <span className="name-of">
              <Said text={silent} />
            </span>{" "}
            <span className="soft">
              for{" "}
              <span className="name-of">
                <Said text={primary} />
              </span>
              {overview.replay && ", replay"}
            </span>
          </h1>
          <VerdictWord standing={standing} large />
          <p className="reason">
            <Reason experiment={overview} standing={standing} saves={false} />
          </p>
        </div>
        <Facts overview={overview} report={report} standing={standing} />
      </div>
      <DecideBar overview={overview} report={report} run={run} standing={standing} />
      {report === null ? (
        <Rest error={error} />
      ) : (
        <Body overview={overview} report={report} standing={standing} listed={run !== null} />
      )}
    </>
  );
}

function Crumb({ primary }: { readonly primary: string }): ReactNode {
  return (
    <nav className="crumb" aria-label="Breadcrumb">
      <Link href="/">Experiments</Link>
      <span aria-hidden="true">/</span>
      <Link href={`/?search=${encodeURIComponent(primary)}`}>
        <Said text={primary} />
      </Link>
    </nav>
  );
}

function Rest({ error }: { readonly error: Error | null }): ReactNode {
  return error === null ? <Loading /> : <Fault error={error} />;
}

interface BodyProps {
  readonly overview: ExperimentOverview;
  readonly report: Report;
  readonly standing: Standing;
  /** What is not listed has no events of its own. */
  readonly listed: boolean;
}

/** The kind that a reject is for; null where it is for all of them together. */
function failingKind({ kinds }: Report["verdict"]): string | null {
  return kinds.find(({ state }) => state === "failing")?.name ?? null;
}

function Body({ overview, report, standing, listed }: BodyProps): ReactNode {
  const { id, criteria } = overview;
  const { verdict, warnings, experiment } = report;
  const rejected = standing.kind === "reject";
  const waits = !experiment.control && verdict.decision !== "promote";
  const worst = (
    <>
      <Worst experiment={id} kind={rejected ? failingKind(verdict) : null} />
      <Failures report={report} />
    </>
  );
  return (
    <>
      {warnings.length > 0 && (
        <ul className="warnings" aria-label="To be known before any figure">
          {warnings.map((warning) => (
            <li key={warning}>
              <Sentence text={warning} />
            </li>
          ))}
        </ul>
      )}
      {waits && !rejected && <Waits verdict={verdict} />}
      {rejected && worst}
      {rejected && <Kinds kinds={verdict.kinds} open />}
      {standing.kind !== "cannot" && <Evidence id={id} criteria={criteria} kept={listed} />}
      {waits && rejected && <Waits verdict={verdict} />}
      <div className="two">
        <Carries report={report} />
        <Sample report={report} overview={overview} />
      </div>
      <Folds report={report} kinds={!rejected} />
      <div className="beside">
        {!rejected && <div>{worst}</div>}
        <Events id={listed ? id : null} />
      </div>
    </>
  );
}
