import { type Rollout, type RolloutAsked, STICKY_BY, type StickyBy } from "@understudy/contracts";
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { sendJson } from "../frame/api.ts";
import { Confirm } from "../frame/confirm.tsx";
import { count } from "../frame/format.ts";
import { experimentPath, rolloutHref } from "../frame/links.ts";
import { Said } from "../frame/said.tsx";
import { readStages, STAGES, stagesFault } from "./stages.ts";

interface StartRolloutProps {
  readonly id: string;
  readonly primary: string;
  readonly silent: string;
  /** Requests of the group a day; null where nobody can tell. */
  readonly requestsADay: number | null;
  /** The verdict does not say promote: it takes a reason. */
  readonly force: boolean;
  readonly close: () => void;
}

interface Plan {
  readonly stages: string;
  readonly hours: string;
  readonly pairs: string;
  readonly sticky: StickyBy;
  readonly automatic: boolean;
}

const PLAN: Plan = { stages: STAGES.join(", "), hours: "24", pairs: "200", sticky: "session", automatic: true };

/** Says what the first stage gives away, and begins it. */
export function StartRollout({ id, primary, silent, requestsADay, force, close }: StartRolloutProps): ReactNode {
  const [, navigate] = useLocation();
  const [plan, setPlan] = useState(PLAN);
  const stages = readStages(plan.stages);
  const first = stages[0] ?? STAGES[0];
  const start = async (reason: string): Promise<void> => {
    const asked = { ...askedOf(plan), ...(force ? { force } : {}), ...(reason === "" ? {} : { reason }) };
    const rollout = await sendJson<Rollout>("POST", `${experimentPath(id)}/rollout`, asked);
    navigate(rolloutHref(rollout.id));
  };
  return (
    <Confirm
      title={
        <>
          Give {first}% of <Said text={primary} /> to <Said text={silent} />?
        </>
      }
      will={[
        <>
          {shareWords(first, requestsADay)}, whole {plan.sticky}s at a time. <Said text={primary} /> answers the rest.
        </>,
        "Both models go on shadowing each other, so the same criteria guard every step.",
        <>
          If a guard is breached everything returns to <Said text={primary} />, everywhere, in under 2 s.
        </>,
        ...(force ? ["The verdict does not say promote: your reason is kept with the event."] : []),
      ]}
      label="Start the rollout"
      doing="Starting…"
      reason={force ? "must" : "may"}
      act={start}
      close={close}
    >
      <p className="stage-line">
        {stages.map((stage, index) => (
          <b key={`${index} ${stage}`}>{stage}%</b>
        ))}
        <span className="quiet">
          {plan.hours} h and {plan.pairs} answers each{plan.automatic ? "" : ", then by hand"}
        </span>
      </p>
      <PlanFields plan={plan} change={setPlan} />
    </Confirm>
  );
}

/** Throws what is wrong with it, in words for the one who wrote it. */
function askedOf({ stages: written, hours, pairs, sticky, automatic }: Plan): RolloutAsked {
  const stages = readStages(written);
  const fault = stagesFault(stages);
  if (fault !== null) throw new Error(fault);
  return { stages, sticky, automatic, hold: { pairs: Number(pairs), hours: Number(hours) } };
}

interface PlanFieldsProps {
  readonly plan: Plan;
  readonly change: (plan: Plan) => void;
}

function PlanFields({ plan, change }: PlanFieldsProps): ReactNode {
  const number = (label: string, name: "hours" | "pairs") => (
    <label>
      <span>{label}</span>
      <input
        type="number"
        min={0}
        step="any"
        required
        value={plan[name]}
        onChange={(event) => change({ ...plan, [name]: event.target.value })}
      />
    </label>
  );
  return (
    <details className="fold">
      <summary>Stages, holds, what keeps a client on one side</summary>
      <div className="fields">
        <label>
          <span>Stages, per cent</span>
          <input value={plan.stages} onChange={(event) => change({ ...plan, stages: event.target.value })} />
        </label>
        <label>
          <span>One side for</span>
          <select value={plan.sticky} onChange={(event) => change({ ...plan, sticky: event.target.value as StickyBy })}>
            {STICKY_BY.map((by) => (
              <option key={by} value={by}>
                each {by}
              </option>
            ))}
          </select>
        </label>
        {number("Hours a stage", "hours")}
        {number("Answers a stage", "pairs")}
        <label className="check">
          <input
            type="checkbox"
            checked={plan.automatic}
            onChange={(event) => change({ ...plan, automatic: event.target.checked })}
          />
          <span>Go on by itself</span>
        </label>
      </div>
    </details>
  );
}

function shareWords(share: number, requestsADay: number | null): string {
  if (requestsADay === null) return `${share}% of the requests`;
  return `About ${count(Math.round((requestsADay * share) / 100))} of ${count(Math.round(requestsADay))} requests a day`;
}
