import type { ExperimentOverview } from "@understudy/contracts";
import { type ReactNode, useId } from "react";
import { Link } from "wouter";
import { accountSum } from "../figures/account-bar.tsx";
import { COLUMN_NAMES } from "../figures/quality.ts";
import { count, percent, usd } from "../frame/format.ts";
import { experimentHref } from "../frame/links.ts";
import { Said } from "../frame/said.tsx";
import { AddCandidate } from "./add-candidate.tsx";
import { ExperimentRow } from "./experiment-row.tsx";
import type { Group } from "./groups.ts";
import { modelsText, useGroups } from "./use-groups.ts";

/** All candidates of one primary, the heads of the columns once, and what chance alone does, folded. */
export function ExperimentGroup({ group }: { readonly group: Group }): ReactNode {
  const { primary, candidates, controls } = group;
  const id = useId();
  return (
    <section className="group" aria-labelledby={id}>
      <header className="columns">
        <div className="what">
          <h2 id={id} className="name-of">
            <Said text={primary} />
          </h2>
          <GroupFacts group={group} />
        </div>
        <div className="four caption" aria-hidden="true">
          {COLUMN_NAMES.map((column) => (
            <span key={column}>{column}</span>
          ))}
        </div>
        <span className="caption admitted" aria-hidden="true">
          Admitted
        </span>
      </header>
      <ul>
        {candidates.map((listed) => (
          <ExperimentRow key={listed.experiment.id} listed={listed} />
        ))}
      </ul>
      {controls.map((control) => (
        <Control key={control.id} control={control} floor={floorOf(candidates.map(({ experiment }) => experiment))} />
      ))}
      <AddCandidate group={group} />
    </section>
  );
}

/** What answers for it now, how much it is asked, and what that costs; what is not known is left out. */
function GroupFacts({ group: { primary, traffic } }: { readonly group: Group }): ReactNode {
  const models = modelsText(useGroups(), primary);
  const { requests_a_day, usd_a_month } = traffic;
  const figures = [
    ...(requests_a_day === null ? [] : [`${count(Math.round(requests_a_day))} requests a day`]),
    ...(usd_a_month === null ? [] : [`${usd(usd_a_month)} a month`]),
  ];
  return (
    <span className="quiet">
      {models !== null && (
        <span className="name-of">
          <Said text={models} />
        </span>
      )}
      {models !== null && figures.length > 0 && " · "}
      {figures.join(" · ")}
    </span>
  );
}

interface ControlProps {
  readonly control: ExperimentOverview;
  /** How much its answers differ, 0 to 1; null where no candidate is held against it yet. */
  readonly floor: number | null;
}

function Control({ control, floor }: ControlProps): ReactNode {
  const said = floor === null ? "measures what differs by chance" : `${percent(floor)} of its answers differ by chance`;
  return (
    <details className="fold control-fold">
      <summary>
        <span className="quiet">Control</span>
        <span className="name-of">
          <Said text={control.primary} /> with itself
        </span>
        <span className="quiet">{said}</span>
      </summary>
      <p>
        {accountSum(control.counts)}. What a candidate’s answers differ is counted beyond this.{" "}
        <Link href={experimentHref(control.id)} className="link">
          All of its figures
        </Link>
      </p>
    </details>
  );
}

function floorOf(candidates: readonly ExperimentOverview[]): number | null {
  const likeness = candidates.flatMap(({ criteria }) => criteria.filter(({ name }) => name === "likeness"));
  return likeness.find(({ control }) => control !== null)?.control ?? null;
}
