import type { RolloutDetail } from "@understudy/contracts";
import { shareOf } from "@understudy/contracts";
import { lazy, type ReactNode, Suspense } from "react";
import { sharePicture } from "../charts/share-picture.ts";
import { Events, useEvents } from "../experiment/events.tsx";
import { Fact } from "../experiment/facts.tsx";
import { Crumb, JudgedHead } from "../experiment/judged-head.tsx";
import { useApi } from "../frame/api.ts";
import { count, percent } from "../frame/format.ts";
import { experimentHref, rolloutPath } from "../frame/links.ts";
import { usePageTitle } from "../frame/page-title.ts";
import { Said } from "../frame/said.tsx";
import { useSeen } from "../frame/seen.ts";
import { Fault, Loading } from "../frame/states.tsx";
import { Guards } from "./guards.tsx";
import { planOf } from "./plan.ts";
import { RolloutBar } from "./rollout-bar.tsx";
import { RolloutReason } from "./rollout-reason.tsx";
import { rolloutStanding } from "./rollout-standing.ts";
import { StageList } from "./stage-list.tsx";

const ShareChart = lazy(async () => ({ default: (await import("../charts/share-chart.tsx")).ShareChart }));

/** One rollout: go on, hold, or go back. */
export function RolloutPage({ id }: { readonly id: string }): ReactNode {
  const { data: rollout, error } = useApi<RolloutDetail>(rolloutPath(id));
  usePageTitle(rollout === undefined ? "Rollout" : `Rollout ${shareOf(rollout)}%, ${rollout.silent}`);
  if (rollout === undefined) {
    return (
      <>
        <div className="head">
          <h1>Rollout</h1>
        </div>
        {error === null ? <Loading /> : <Fault error={error} />}
      </>
    );
  }
  return <Shown rollout={rollout} />;
}

function Shown({ rollout }: { readonly rollout: RolloutDetail }): ReactNode {
  const { primary, silent, experiment, status, stages } = rollout;
  const { at: now } = useSeen();
  const plan = planOf(rollout, status, now);
  const { data: events = [] } = useEvents(experiment);
  return (
    <>
      <Crumb
        href="/rollouts"
        to="Rollouts"
        nextHref={experimentHref(experiment)}
        next={
          <>
            <Said text={silent} /> for <Said text={primary} />
          </>
        }
      />
      <JudgedHead
        primary={primary}
        silent={silent}
        standing={rolloutStanding(rollout)}
        reason={<RolloutReason rollout={rollout} plan={plan} />}
        facts={<RolloutFacts rollout={rollout} />}
      />
      <RolloutBar rollout={rollout} />
      <StageList rollout={rollout} plan={plan} now={now} />
      <section className="part" aria-labelledby="share">
        <header>
          <h2 id="share">Share over time</h2>
          <span className="aside">
            of {rollout.sticky}s answered by <Said text={silent} />
          </span>
        </header>
        <Suspense fallback={<div className="share waiting" />}>
          <ShareChart picture={sharePicture({ rollout, events, plan, now })} stages={stages} />
        </Suspense>
      </section>
      <div className="beside">
        <Guards status={status} />
        <Events id={experiment} />
      </div>
    </>
  );
}

function RolloutFacts({ rollout: { silent, status } }: { readonly rollout: RolloutDetail }): ReactNode {
  if (status === null) return null;
  const failed = status.guards.find(({ name }) => name === "failed_answers");
  return (
    <dl className="facts">
      <Fact name={`answers by ${silent}`} value={count(status.answers)} />
      <Fact name="at this stage" value={count(status.stage_answers)} />
      {failed?.now !== undefined && failed.now !== null && <Fact name="failed" value={percent(failed.now, 2)} />}
    </dl>
  );
}
