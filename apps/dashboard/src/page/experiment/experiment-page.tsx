import type { ExperimentOverview } from "@understudy/contracts";
import type { Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { type Standing, standingOf } from "../figures/standing.ts";
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
import { Crumb, JudgedHead } from "./judged-head.tsx";
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
        <ToGroup primary={id} />
        {error === null ? <Loading /> : <Fault error={error} />}
      </>
    );
  }
  const { primary, silent } = overview;
  const standing = standingOf(overview);
  return (
    <>
      <ToGroup primary={primary} />
      <JudgedHead
        primary={primary}
        silent={silent}
        note={overview.replay ? "replay" : null}
        standing={standing}
        reason={<Reason experiment={overview} standing={standing} saves={false} />}
        facts={<Facts overview={overview} report={report} standing={standing} />}
      />
      <DecideBar overview={overview} report={report} run={run} standing={standing} />
      {report === null ? (
        <Rest error={error} />
      ) : (
        <Body overview={overview} report={report} standing={standing} listed={run !== null} />
      )}
    </>
  );
}

function ToGroup({ primary }: { readonly primary: string }): ReactNode {
  return (
    <Crumb
      href="/"
      to="Experiments"
      nextHref={`/?search=${encodeURIComponent(primary)}`}
      next={<Said text={primary} />}
    />
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
      {rejected && <Kinds id={listed ? id : null} kinds={verdict.kinds} open />}
      {standing.kind !== "cannot" && <Evidence id={id} criteria={criteria} kept={listed} />}
      {waits && rejected && <Waits verdict={verdict} />}
      <div className="two">
        <Carries report={report} />
        <Sample report={report} overview={overview} />
      </div>
      <Folds report={report} kinds={!rejected} kept={listed} />
      <div className="beside">
        {!rejected && <div>{worst}</div>}
        <Events id={listed ? id : null} />
      </div>
    </>
  );
}
