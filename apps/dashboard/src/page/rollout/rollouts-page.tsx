import type { Rollout } from "@understudy/contracts";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { VerdictWord } from "../figures/verdict-word.tsx";
import { useApi } from "../frame/api.ts";
import { rolloutHref } from "../frame/links.ts";
import { usePageTitle } from "../frame/page-title.ts";
import { Said, Sentence } from "../frame/said.tsx";
import { Fault, Loading } from "../frame/states.tsx";
import { When } from "../frame/when.tsx";
import { sentence } from "../list/reason.tsx";
import { rolloutStanding } from "./rollout-standing.ts";

/** Every hand-over, those that go on first. */
export function RolloutsPage(): ReactNode {
  const { data, error } = useApi<{ readonly data: readonly Rollout[] }>("/api/rollouts");
  usePageTitle("Rollouts");
  const rollouts = (data?.data ?? []).toSorted(
    (one, other) => Number(isOver(one)) - Number(isOver(other)) || other.started_at - one.started_at,
  );
  return (
    <>
      <div className="head">
        <h1>Rollouts</h1>
      </div>
      {data === undefined && (error === null ? <Loading /> : <Fault error={error} />)}
      {data?.data.length === 0 && (
        <p className="lead-text">
          No lead has been handed over yet. A rollout is started from an experiment whose verdict is{" "}
          <Link href="/?verdict=promote" className="link">
            Promote
          </Link>
          .
        </p>
      )}
      <ul className="rollouts">
        {rollouts.map((rollout) => (
          <RolloutRow key={rollout.id} rollout={rollout} />
        ))}
      </ul>
    </>
  );
}

function isOver({ state }: Rollout): boolean {
  return state === "rolled_back" || state === "done";
}

function RolloutRow({ rollout }: { readonly rollout: Rollout }): ReactNode {
  const { id, primary, silent, reason, started_at, ended_at, stages, forced } = rollout;
  return (
    <li className="row columns">
      <VerdictWord standing={rolloutStanding(rollout)} />
      <div className="main">
        <h2 className="who">
          <Link href={rolloutHref(id)}>
            <span className="name-of">
              <Said text={silent} />
            </span>{" "}
            <span className="soft">
              for{" "}
              <span className="name-of">
                <Said text={primary} />
              </span>
            </span>
          </Link>
        </h2>
        {reason !== null && (
          <p className="why">
            <Sentence text={sentence(reason)} />
          </p>
        )}
      </div>
      <p className="soft">
        {stages.map((stage) => `${stage}%`).join(" → ")}
        {forced && ", though the verdict did not say promote"}
      </p>
      <p className="caption">
        since <When at={started_at} />
        {ended_at !== null && (
          <>
            , until <When at={ended_at} />
          </>
        )}
      </p>
    </li>
  );
}
