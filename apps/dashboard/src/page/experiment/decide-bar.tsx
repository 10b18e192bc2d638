import type { ExperimentOverview, ExperimentRun } from "@understudy/contracts";
import type { Report } from "@understudy/evaluation";
import { type ReactNode, useCallback, useState } from "react";
import { Link, useLocation } from "wouter";
import type { Standing } from "../figures/standing.ts";
import { CopyButton } from "../frame/copy-button.tsx";
import { count } from "../frame/format.ts";
import { useKey } from "../frame/keys.ts";
import { rolloutHref } from "../frame/links.ts";
import { STAGES } from "../rollout/stages.ts";
import { StartRollout } from "../rollout/start-rollout.tsx";
import { Knobs } from "./knobs.tsx";
import { handOverYaml, markdownOf } from "./markdown.ts";
import { RetryFailed } from "./retry-failed.tsx";
import { StateDialog } from "./state-dialog.tsx";
import { TellMe } from "./tell-me.tsx";
import { WaysOut } from "./ways-out.tsx";

export interface DecideProps {
  readonly overview: ExperimentOverview;
  readonly report: Report | null;
  readonly run: ExperimentRun | null;
  readonly standing: Standing;
}

/** What may be done in this state, and nothing else; what can be changed in any state beside it. */
export function DecideBar({ overview, report, run, standing }: DecideProps): ReactNode {
  const { id } = overview;
  const [, navigate] = useLocation();
  useKey(
    "r",
    useCallback(() => navigate(reviewHref(id)), [id, navigate]),
  );
  return (
    <div className="decide" role="group" aria-label="What may be done">
      <Actions overview={overview} report={report} run={run} standing={standing} />
      {report !== null && standing.kind !== "cannot" && standing.kind !== "rollout" && (
        <CopyButton label="Copy report" text={() => markdownOf(report, standing, location.href)} />
      )}
      <Note overview={overview} run={run} standing={standing} />
      {run !== null && <Knobs id={id} run={run} />}
    </div>
  );
}

function reviewHref(id: string, of: "worst" | "labels" = "worst"): string {
  return `/review?experiment=${encodeURIComponent(id)}&of=${of}`;
}

function Actions(props: DecideProps): ReactNode {
  const { overview, run, standing } = props;
  const { id, rollout, silent, verdict } = overview;
  switch (standing.kind) {
    case "rollout":
      return rollout === null ? null : (
        <Link href={rolloutHref(rollout.id)} className="btn first">
          To the rollout
        </Link>
      );
    case "promote":
      return <Promote {...props} />;
    case "reject":
      return <Reject id={id} stops={run?.state === "running" || run?.state === "rolled_back"} />;
    case "cannot":
      return <RetryFailed silentModel={silent} failed={overview.counts.failed} />;
    case "watch":
      return <Watch id={id} run={run} dated={verdict?.pairs_needed !== null} />;
    case "control":
    case "unknown":
      return null;
  }
}

interface WatchProps {
  readonly id: string;
  readonly run: ExperimentRun | null;
  /** Whether it can be told when it is decided. */
  readonly dated: boolean;
}

function Watch({ id, run, dated }: WatchProps): ReactNode {
  return (
    <>
      {!dated && <WaysOut />}
      {run !== null && <TellMe id={id} run={run} first={dated} />}
    </>
  );
}

function Promote({ overview, run, standing }: DecideProps): ReactNode {
  const { id, primary, silent } = overview;
  const [starting, setStarting] = useState(false);
  const provisional = standing.after === "provisional";
  return (
    <>
      {provisional && (
        <Link href={reviewHref(id, "labels")} className="btn first">
          Review pairs <kbd aria-hidden="true">r</kbd>
        </Link>
      )}
      {run !== null && (
        <button type="button" className={provisional ? "btn" : "btn first"} onClick={() => setStarting(true)}>
          {provisional ? "Start the rollout anyway…" : `Start the rollout at ${STAGES[0]}%`}
        </button>
      )}
      <CopyButton label="Copy YAML" text={handOverYaml(primary, silent)} />
      {starting && (
        <StartRollout
          id={id}
          primary={primary}
          silent={silent}
          requestsADay={overview.traffic.requests_a_day}
          force={provisional}
          close={() => setStarting(false)}
        />
      )}
    </>
  );
}

function Reject({ id, stops }: { readonly id: string; readonly stops: boolean }): ReactNode {
  const [stopping, setStopping] = useState(false);
  return (
    <>
      <Link href={reviewHref(id)} className="btn first">
        Read the worst pairs <kbd aria-hidden="true">r</kbd>
      </Link>
      {stops && (
        <button type="button" className="btn stop" onClick={() => setStopping(true)}>
          Stop the experiment
        </button>
      )}
      {stopping && <StateDialog id={id} change="stop" close={() => setStopping(false)} />}
    </>
  );
}

function Note({ overview, run, standing }: Omit<DecideProps, "report">): ReactNode {
  const daily = overview.traffic.requests_a_day;
  if (standing.kind !== "promote" || run === null || daily === null) return null;
  return (
    <span className="note">
      {count(Math.round((daily * STAGES[0]) / 100))} requests a day to begin with; rolls back by itself
    </span>
  );
}
